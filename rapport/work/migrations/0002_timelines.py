from django.db import migrations

from rapport.records.models.touching import drop_touch_triggers, touch_triggers

TABLES = {"work_task": "tasks", "work_note": "notes", "work_meeting": "meetings", "work_call": "calls"}


class Migration(migrations.Migration):
    dependencies = [("work", "0001_initial"), ("records", "0002_touch_trigger")]
    operations = [
        migrations.RunSQL(touch_triggers(table, entity), drop_touch_triggers(table)) for table, entity in TABLES.items()
    ]
