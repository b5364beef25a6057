from django.db import migrations

from rapport.records.models.touching import drop_touch_triggers, touch_triggers


class Migration(migrations.Migration):
    dependencies = [("conversations", "0001_initial"), ("records", "0002_touch_trigger")]
    operations = [
        migrations.RunSQL(
            touch_triggers("conversations_message", "messages"), drop_touch_triggers("conversations_message")
        )
    ]
