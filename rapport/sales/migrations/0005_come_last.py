"""A stage or a deal line without a position comes last, whoever writes it."""

from django.db import migrations, models

SQL = """
-- Rows of the same statement that came before are seen, so several keep their order.
CREATE OR REPLACE FUNCTION sales_stage_comes_last() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    -- Won and lost stand behind all open stages, so an open one comes before them.
    NEW.position := (SELECT coalesce(max(position) + 1, 0) FROM sales_stage WHERE pipeline_id = NEW.pipeline_id
                     AND deleted_at IS NULL AND id <> NEW.id AND (kind = 'open' OR NEW.kind <> 'open'));
    RETURN NEW;
END $body$;
CREATE OR REPLACE FUNCTION sales_line_comes_last() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    NEW.position := (SELECT coalesce(max(position) + 1, 0) FROM sales_dealline WHERE deal_id = NEW.deal_id
                     AND deleted_at IS NULL AND id <> NEW.id);
    RETURN NEW;
END $body$;
CREATE TRIGGER sales_stage_last BEFORE INSERT OR UPDATE ON sales_stage FOR EACH ROW
WHEN (NEW.position IS NULL) EXECUTE FUNCTION sales_stage_comes_last();
CREATE TRIGGER sales_line_last BEFORE INSERT OR UPDATE ON sales_dealline FOR EACH ROW
WHEN (NEW.position IS NULL) EXECUTE FUNCTION sales_line_comes_last();
"""
REVERSE = """
DROP TRIGGER sales_stage_last ON sales_stage;
DROP TRIGGER sales_line_last ON sales_dealline;
DROP FUNCTION sales_stage_comes_last;
DROP FUNCTION sales_line_comes_last;
"""


class Migration(migrations.Migration):
    dependencies = [("sales", "0004_amounts_follow")]
    operations = [
        migrations.AlterField("stage", "position", models.IntegerField()),
        migrations.AlterField("dealline", "position", models.IntegerField()),
        migrations.RunSQL(SQL, REVERSE),
    ]
