"""The same function with plans that are kept: to plan its two statements anew took as long as the edit of a person.

Nothing in it joins the rows of one statement with each other: a plan that was made for one row is as good for many, and the
other way round.
"""

from django.db import migrations

KEPT = """
CREATE OR REPLACE FUNCTION customers_employer_sync() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO customers_employment (person_id, organisation_id, job_title, is_primary)
        SELECT n.id, n.organisation_id, n.job_title, true FROM fresh n WHERE n.organisation_id IS NOT NULL
        ON CONFLICT (person_id, organisation_id) WHERE deleted_at IS NULL AND ends_on IS NULL DO NOTHING;
    ELSE
        IF NOT EXISTS (
                SELECT id, organisation_id, job_title FROM fresh EXCEPT SELECT id, organisation_id, job_title FROM stale) THEN
            RETURN NULL;
        END IF;
        IF EXISTS (SELECT id, organisation_id FROM fresh EXCEPT SELECT id, organisation_id FROM stale) THEN
            UPDATE customers_employment e SET is_primary = false
            WHERE e.person_id = ANY (ARRAY(
                    SELECT id FROM (SELECT id, organisation_id FROM fresh EXCEPT SELECT id, organisation_id FROM stale) moved))
              AND e.is_primary AND e.organisation_id IS DISTINCT FROM (
                    SELECT p.organisation_id FROM customers_person p WHERE p.id = e.person_id);
        END IF;
        INSERT INTO customers_employment (person_id, organisation_id, job_title, is_primary)
        SELECT id, organisation_id, job_title, true FROM (
            SELECT id, organisation_id, job_title FROM fresh WHERE organisation_id IS NOT NULL
            EXCEPT SELECT id, organisation_id, job_title FROM stale) changed
        ON CONFLICT (person_id, organisation_id) WHERE deleted_at IS NULL AND ends_on IS NULL
        DO UPDATE SET is_primary = true, job_title = excluded.job_title
        WHERE (customers_employment.is_primary, customers_employment.job_title)
              IS DISTINCT FROM (true, excluded.job_title);
    END IF;
    RETURN NULL;
END $body$;
"""

AS_BEFORE = """
CREATE OR REPLACE FUNCTION customers_employer_sync() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO customers_employment (person_id, organisation_id, job_title, is_primary)
        SELECT n.id, n.organisation_id, n.job_title, true FROM fresh n WHERE n.organisation_id IS NOT NULL
        ON CONFLICT (person_id, organisation_id) WHERE deleted_at IS NULL AND ends_on IS NULL DO NOTHING;
    ELSE
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
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0007_room_for_edits")]
    operations = [migrations.RunSQL(KEPT, AS_BEFORE)]
