"""How an imported list of e-mails, phones, addresses or tags meets the list that the record has: nothing is taken away."""

from django.db import migrations

SQL = """
-- Lists by value: what the file names comes first, with what is known of it; the record's others stay behind.
CREATE FUNCTION rapport_merge_points(kept jsonb, given jsonb, main text, usual text) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $body$
SELECT coalesce(jsonb_agg(point ORDER BY rank, place), '[]'::jsonb) FROM (
    SELECT 0 AS rank, g.place,
           CASE WHEN k.value IS NULL THEN g.value
                WHEN g.value ->> 'type' = usual THEN k.value
                ELSE k.value || jsonb_build_object('type', g.value -> 'type') END AS point
    FROM jsonb_array_elements(coalesce(given, '[]')) WITH ORDINALITY g(value, place)
    LEFT JOIN LATERAL (
        SELECT o.value FROM jsonb_array_elements(coalesce(kept, '[]')) o
        WHERE lower(o.value ->> main) = lower(g.value ->> main) LIMIT 1) k ON true
    UNION ALL
    SELECT 1, o.place, o.value FROM jsonb_array_elements(coalesce(kept, '[]')) WITH ORDINALITY o(value, place)
    WHERE NOT EXISTS (SELECT 1 FROM jsonb_array_elements(coalesce(given, '[]')) g
                      WHERE lower(o.value ->> main) = lower(g.value ->> main))
) merged
$body$;

-- Addresses by place in the list: the first of the file tells of the first of the record; empty parts tell nothing.
CREATE FUNCTION rapport_merge_addresses(kept jsonb, given jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $body$
SELECT coalesce(jsonb_agg(coalesce(k.value || told.parts, k.value, g.value) ORDER BY coalesce(k.place, g.place)), '[]'::jsonb)
FROM jsonb_array_elements(coalesce(kept, '[]')) WITH ORDINALITY k(value, place)
FULL JOIN jsonb_array_elements(coalesce(given, '[]')) WITH ORDINALITY g(value, place) ON g.place = k.place
LEFT JOIN LATERAL (
    SELECT jsonb_object_agg(p.key, p.value) AS parts FROM jsonb_each(g.value) p
    WHERE p.value <> '""'::jsonb AND p.key NOT IN ('type', 'verified')) told ON true
$body$;

CREATE FUNCTION rapport_merge_ids(kept bigint[], given jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $body$
SELECT coalesce(jsonb_agg(id ORDER BY id), '[]'::jsonb) FROM (
    SELECT unnest(kept) UNION SELECT value::bigint FROM jsonb_array_elements_text(coalesce(given, '[]'))) both_lists(id)
$body$;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0003_imports")]
    operations = [
        migrations.RunSQL(SQL, "DROP FUNCTION rapport_merge_points, rapport_merge_addresses, rapport_merge_ids;")
    ]
