"""The foreign key of entries to their action, checked for each row at a cost of a third of the entry, becomes a look for
each statement: the journal's triggers see that the action exists, and one here that no action goes before its entries.
"""

import django.db.models.deletion
from django.db import migrations, models

KEPT = """
CREATE FUNCTION journal_action_kept() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF EXISTS (SELECT 1 FROM gone g JOIN journal_entry e ON e.action_id = g.id) THEN
        RAISE foreign_key_violation USING MESSAGE = 'An action stays as long as the journal has entries of it.';
    END IF;
    RETURN NULL;
END $body$;
CREATE TRIGGER journal_action_kept AFTER DELETE ON journal_action REFERENCING OLD TABLE AS gone
FOR EACH STATEMENT EXECUTE FUNCTION journal_action_kept();
"""

NOT_KEPT = """
DROP TRIGGER journal_action_kept ON journal_action;
DROP FUNCTION journal_action_kept;
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_entry_version")]

    operations = [
        migrations.RunSQL(KEPT, NOT_KEPT),
        migrations.AlterField(
            model_name="entry",
            name="action",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="entries",
                to="journal.action",
            ),
        ),
    ]
