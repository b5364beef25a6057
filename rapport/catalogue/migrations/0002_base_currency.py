"""Amounts in the company's base currency, by the rate that was in force on a day."""

from django.db import migrations

SQL = """
CREATE OR REPLACE FUNCTION rapport_base_currency() RETURNS text LANGUAGE sql STABLE
AS $$ SELECT coalesce((SELECT currency FROM setup_company WHERE id = 1), 'EUR') $$;

-- NULL when no rate is known: an amount that cannot be compared is not counted, and the list says so.
CREATE OR REPLACE FUNCTION rapport_in_base(amount numeric, from_currency text, on_day date)
RETURNS numeric LANGUAGE plpgsql STABLE AS $body$
DECLARE found numeric;
BEGIN
    IF amount IS NULL THEN RETURN NULL; END IF;
    IF coalesce(from_currency, '') = '' OR from_currency = rapport_base_currency() THEN RETURN round(amount, 2); END IF;
    SELECT rate INTO found FROM catalogue_exchangerate
    WHERE currency = from_currency AND deleted_at IS NULL
    -- The rate in force on the day; before the first rate, the first one.
    ORDER BY (starts_on <= on_day) DESC, abs(starts_on - on_day) LIMIT 1;
    RETURN round(amount * found, 2);
END $body$;
"""


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial"), ("setup", "0001_initial")]
    operations = [migrations.RunSQL(SQL, "DROP FUNCTION rapport_in_base; DROP FUNCTION rapport_base_currency;")]
