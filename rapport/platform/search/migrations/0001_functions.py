"""Extensions, and the immutable functions that make search texts."""

from django.db import migrations

FUNCTIONS = """
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS btree_gist;

-- unaccent() is only STABLE because its dictionary could be changed; naming the dictionary makes this safe to index.
CREATE OR REPLACE FUNCTION rapport_fold(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN lower(public.unaccent('public.unaccent'::regdictionary, $1));

-- All values of one key of a JSON list, joined by blanks: the addresses of a list of e-mails.
CREATE OR REPLACE FUNCTION rapport_points(points jsonb, key text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (SELECT string_agg(p ->> key, ' ') FROM jsonb_array_elements(coalesce(points, '[]'::jsonb)) p);

CREATE OR REPLACE FUNCTION rapport_search(words text, points text, digits text)
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN rapport_fold(coalesce(words, '') || ' ' || coalesce(points, ''))
    || ' ' || regexp_replace(coalesce(digits, ''), '[^0-9 ]', '', 'g');

-- Names compared without accents, case, blanks and punctuation: GTX Pro is GTXPro.
CREATE OR REPLACE FUNCTION rapport_likeness_key(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN regexp_replace(rapport_fold($1), '[^[:alnum:]]+', '', 'g');
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(
            FUNCTIONS,
            "DROP FUNCTION rapport_search, rapport_points, rapport_likeness_key, rapport_fold;",
        )
    ]
