"""A function for triggers: no row may lie above itself."""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION rapport_no_circle() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE meets_itself boolean;
BEGIN
    EXECUTE format('WITH RECURSIVE above (id) AS (
            SELECT $1 UNION SELECT t.parent_id FROM %I t JOIN above a ON t.id = a.id WHERE t.parent_id IS NOT NULL)
        SELECT EXISTS (SELECT 1 FROM above WHERE id = $2)', TG_TABLE_NAME)
    INTO meets_itself USING NEW.parent_id, NEW.id;
    IF meets_itself THEN
        RAISE EXCEPTION 'row % of % would lie above itself', NEW.id, TG_TABLE_NAME
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_ARGV[0];
    END IF;
    RETURN NULL;
END $body$;
"""


class Migration(migrations.Migration):
    dependencies = [("search", "0001_functions")]
    operations = [migrations.RunSQL(FUNCTION, "DROP FUNCTION rapport_no_circle;")]
