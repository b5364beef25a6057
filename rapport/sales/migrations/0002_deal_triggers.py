"""What follows from a deal's stage and amount, and the time it spends in each stage, whoever writes."""

from django.db import migrations

SQL = """
CREATE OR REPLACE FUNCTION sales_deal_derive() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE stage record;
BEGIN
    SELECT kind, pipeline_id INTO stage FROM sales_stage WHERE id = NEW.stage_id;
    NEW.pipeline_id := coalesce(stage.pipeline_id, NEW.pipeline_id);
    IF TG_OP = 'UPDATE' AND NEW.stage_id IS DISTINCT FROM OLD.stage_id THEN
        NEW.stage_since := clock_timestamp();
        IF stage.kind = 'open' THEN
            NEW.closed_on := NULL;
            NEW.lost_reason_id := NULL;
        END IF;
    END IF;
    NEW.status := coalesce(stage.kind, 'open');
    IF NEW.status <> 'open' AND NEW.closed_on IS NULL THEN NEW.closed_on := current_date; END IF;
    IF NEW.amount IS NOT NULL AND NEW.amount_currency = '' THEN NEW.amount_currency := rapport_base_currency(); END IF;
    NEW.amount_base := rapport_in_base(
        NEW.amount, NEW.amount_currency, coalesce(NEW.closed_on, NEW.closes_on, current_date));
    RETURN NEW;
END $body$;

CREATE OR REPLACE FUNCTION sales_spell_sync() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO sales_stagespell (deal_id, stage_id, entered_at) SELECT id, stage_id, stage_since FROM fresh;
    ELSE
        -- EXECUTE plans for the rows at hand: a plan kept from a move of one deal would join many by nested loops.
        EXECUTE 'UPDATE sales_stagespell s SET left_at = n.stage_since
            FROM fresh n JOIN stale o USING (id)
            WHERE s.deal_id = n.id AND s.left_at IS NULL AND n.stage_id <> o.stage_id';
        EXECUTE 'INSERT INTO sales_stagespell (deal_id, stage_id, entered_at)
            SELECT n.id, n.stage_id, n.stage_since FROM fresh n JOIN stale o USING (id) WHERE n.stage_id <> o.stage_id';
    END IF;
    RETURN NULL;
END $body$;

CREATE TRIGGER sales_derive BEFORE INSERT OR UPDATE ON sales_deal
FOR EACH ROW EXECUTE FUNCTION sales_deal_derive();
CREATE TRIGGER sales_spell_insert AFTER INSERT ON sales_deal REFERENCING NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION sales_spell_sync();
CREATE TRIGGER sales_spell_update AFTER UPDATE ON sales_deal REFERENCING OLD TABLE AS stale NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION sales_spell_sync();

-- Spells are derived: they go with their deal, also in raw SQL.
DO $body$
DECLARE name text;
BEGIN
    SELECT conname INTO name FROM pg_constraint
    WHERE conrelid = 'sales_stagespell'::regclass AND confrelid = 'sales_deal'::regclass;
    EXECUTE format('ALTER TABLE sales_stagespell DROP CONSTRAINT %I', name);
    ALTER TABLE sales_stagespell ADD CONSTRAINT sales_stagespell_deal_cascade
        FOREIGN KEY (deal_id) REFERENCES sales_deal (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
END $body$;
"""

REVERSE = """
DROP TRIGGER sales_derive ON sales_deal;
DROP TRIGGER sales_spell_insert ON sales_deal;
DROP TRIGGER sales_spell_update ON sales_deal;
DROP FUNCTION sales_deal_derive;
DROP FUNCTION sales_spell_sync;
"""


class Migration(migrations.Migration):
    dependencies = [("sales", "0001_initial"), ("catalogue", "0002_base_currency"), ("customers", "0002_employer_trigger")]
    operations = [migrations.RunSQL(SQL, REVERSE)]
