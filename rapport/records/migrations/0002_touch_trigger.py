"""The function that keeps records_touch in step with the `about` lists of activities."""

from django.db import migrations

# EXECUTE plans each statement for the rows at hand: a plan kept from a call for one row would join many by nested loops.
FUNCTION = """
CREATE OR REPLACE FUNCTION records_touch_sync() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF TG_OP = 'DELETE' THEN
        EXECUTE 'DELETE FROM records_touch t USING stale o WHERE t.source = $1 AND t.source_row = o.id' USING TG_ARGV[0];
    ELSIF TG_OP = 'UPDATE' THEN
        EXECUTE 'DELETE FROM records_touch t USING stale o JOIN fresh n USING (id)
            WHERE t.source = $1 AND t.source_row = o.id
              AND (o.at, o.about, o.deleted_at) IS DISTINCT FROM (n.at, n.about, n.deleted_at)' USING TG_ARGV[0];
        EXECUTE 'INSERT INTO records_touch (target, target_row, at, source, source_row)
            SELECT DISTINCT a ->> ''entity'', (a ->> ''id'')::bigint, n.at, $1, n.id
            FROM fresh n JOIN stale o USING (id) CROSS JOIN LATERAL jsonb_array_elements(n.about) a
            WHERE n.deleted_at IS NULL
              AND (o.at, o.about, o.deleted_at) IS DISTINCT FROM (n.at, n.about, n.deleted_at)' USING TG_ARGV[0];
    ELSE
        INSERT INTO records_touch (target, target_row, at, source, source_row)
        SELECT DISTINCT a ->> 'entity', (a ->> 'id')::bigint, n.at, TG_ARGV[0], n.id
        FROM fresh n CROSS JOIN LATERAL jsonb_array_elements(n.about) a
        WHERE n.deleted_at IS NULL;
    END IF;
    RETURN NULL;
END $body$;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]
    operations = [migrations.RunSQL(FUNCTION, "DROP FUNCTION records_touch_sync;")]
