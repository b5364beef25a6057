"""A deal's amount in the base currency follows the exchange rates and the base currency, whoever changes them."""

from django.db import migrations

SQL = """
CREATE OR REPLACE FUNCTION sales_recount(currencies text[]) RETURNS void LANGUAGE sql AS $body$
    -- Only what comes out differently is written; the deal's own trigger does the counting.
    UPDATE sales_deal d SET amount_base = NULL
    WHERE d.amount IS NOT NULL AND (currencies IS NULL OR d.amount_currency = ANY(currencies))
      AND d.amount_base IS DISTINCT FROM rapport_in_base(
          d.amount, d.amount_currency, coalesce(d.closed_on, d.closes_on, current_date));
$body$;

CREATE OR REPLACE FUNCTION sales_rates_changed() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM sales_recount((SELECT array_agg(DISTINCT currency::text) FROM fresh));
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM sales_recount((SELECT array_agg(DISTINCT currency::text) FROM stale));
    ELSE
        PERFORM sales_recount((SELECT array_agg(DISTINCT currency::text)
                               FROM (SELECT currency FROM fresh UNION SELECT currency FROM stale) moved));
    END IF;
    RETURN NULL;
END $body$;

CREATE OR REPLACE FUNCTION sales_base_changed() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    PERFORM sales_recount(NULL);
    RETURN NULL;
END $body$;

CREATE TRIGGER sales_rates_insert AFTER INSERT ON catalogue_exchangerate REFERENCING NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION sales_rates_changed();
CREATE TRIGGER sales_rates_update AFTER UPDATE ON catalogue_exchangerate REFERENCING OLD TABLE AS stale NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION sales_rates_changed();
CREATE TRIGGER sales_rates_delete AFTER DELETE ON catalogue_exchangerate REFERENCING OLD TABLE AS stale
FOR EACH STATEMENT EXECUTE FUNCTION sales_rates_changed();
CREATE TRIGGER company_currency_2_deals AFTER UPDATE OF currency ON setup_company FOR EACH ROW
WHEN (OLD.currency IS DISTINCT FROM NEW.currency) EXECUTE FUNCTION sales_base_changed();
"""

REVERSE = """
DROP TRIGGER company_currency_2_deals ON setup_company;
DROP TRIGGER sales_rates_insert ON catalogue_exchangerate;
DROP TRIGGER sales_rates_update ON catalogue_exchangerate;
DROP TRIGGER sales_rates_delete ON catalogue_exchangerate;
DROP FUNCTION sales_rates_changed;
DROP FUNCTION sales_base_changed;
DROP FUNCTION sales_recount;
"""


class Migration(migrations.Migration):
    dependencies = [("sales", "0003_first_pipeline"), ("catalogue", "0003_rebase")]
    operations = [migrations.RunSQL(SQL, REVERSE)]
