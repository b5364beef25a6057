"""A person's own organisation and their primary employment say the same, whoever writes."""

from django.db import migrations

SQL = """
CREATE OR REPLACE FUNCTION customers_employer_sync() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO customers_employment (person_id, organisation_id, job_title, is_primary)
        SELECT n.id, n.organisation_id, n.job_title, true FROM fresh n WHERE n.organisation_id IS NOT NULL
        ON CONFLICT (person_id, organisation_id) WHERE deleted_at IS NULL AND ends_on IS NULL DO NOTHING;
    ELSE
        -- EXECUTE plans for the rows at hand: a plan kept from an edit of one row would join many by nested loops.
        EXECUTE 'UPDATE customers_employment e SET is_primary = false
            FROM fresh n JOIN stale o USING (id)
            WHERE e.person_id = n.id AND e.is_primary AND e.organisation_id IS DISTINCT FROM n.organisation_id
              AND n.organisation_id IS DISTINCT FROM o.organisation_id';
        EXECUTE 'INSERT INTO customers_employment (person_id, organisation_id, job_title, is_primary)
            SELECT n.id, n.organisation_id, n.job_title, true FROM fresh n JOIN stale o USING (id)
            WHERE n.organisation_id IS NOT NULL
              AND (n.organisation_id, n.job_title) IS DISTINCT FROM (o.organisation_id, o.job_title)
            ON CONFLICT (person_id, organisation_id) WHERE deleted_at IS NULL AND ends_on IS NULL
            DO UPDATE SET is_primary = true, job_title = excluded.job_title
            WHERE (customers_employment.is_primary, customers_employment.job_title)
                  IS DISTINCT FROM (true, excluded.job_title)';
    END IF;
    RETURN NULL;
END $body$;
CREATE TRIGGER customers_employer_insert AFTER INSERT ON customers_person REFERENCING NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION customers_employer_sync();
CREATE TRIGGER customers_employer_update AFTER UPDATE ON customers_person
REFERENCING OLD TABLE AS stale NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION customers_employer_sync();
"""

REVERSE = """
DROP TRIGGER customers_employer_insert ON customers_person;
DROP TRIGGER customers_employer_update ON customers_person;
DROP FUNCTION customers_employer_sync;
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial")]
    operations = [migrations.RunSQL(SQL, REVERSE)]
