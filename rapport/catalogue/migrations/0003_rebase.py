"""When the base currency changes, exchange rates are converted to the new one; without a rate for it, that is refused."""

from django.db import migrations

SQL = """
CREATE OR REPLACE FUNCTION catalogue_rebase() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    -- A rate of the old base to itself says nothing, and would stand in the way of its successor.
    UPDATE catalogue_exchangerate SET deleted_at = now() WHERE currency = OLD.currency AND deleted_at IS NULL;
    IF NOT EXISTS (SELECT 1 FROM catalogue_exchangerate WHERE deleted_at IS NULL) THEN RETURN NULL; END IF;
    IF NOT EXISTS (SELECT 1 FROM catalogue_exchangerate WHERE deleted_at IS NULL AND currency = NEW.currency) THEN
        RAISE EXCEPTION 'no rate for %', NEW.currency USING ERRCODE = 'check_violation',
            CONSTRAINT = 'company_currency_needs_a_rate', TABLE = 'setup_company';
    END IF;
    UPDATE catalogue_exchangerate r SET rate = round(r.rate / (
        SELECT p.rate FROM catalogue_exchangerate p WHERE p.currency = NEW.currency AND p.deleted_at IS NULL
        ORDER BY (p.starts_on <= r.starts_on) DESC, abs(p.starts_on - r.starts_on) LIMIT 1), 8)
    WHERE r.currency <> NEW.currency AND r.deleted_at IS NULL;
    INSERT INTO catalogue_exchangerate (currency, starts_on, rate)
    SELECT OLD.currency, starts_on, round(1 / rate, 8) FROM catalogue_exchangerate
    WHERE currency = NEW.currency AND deleted_at IS NULL;
    UPDATE catalogue_exchangerate SET deleted_at = now() WHERE currency = NEW.currency AND deleted_at IS NULL;
    RETURN NULL;
END $body$;

-- Triggers fire by name: rates first, then the amounts that are counted with them.
CREATE TRIGGER company_currency_1_rates AFTER UPDATE OF currency ON setup_company FOR EACH ROW
WHEN (OLD.currency IS DISTINCT FROM NEW.currency) EXECUTE FUNCTION catalogue_rebase();
"""

REVERSE = "DROP TRIGGER company_currency_1_rates ON setup_company; DROP FUNCTION catalogue_rebase;"


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0002_base_currency")]
    operations = [migrations.RunSQL(SQL, REVERSE)]
