"""The index of timelines keeps what lies ahead: a task until it is done, a meeting or a call until it begins."""

from django.db import migrations

from rapport.records.models.touching import drop_plan_triggers, plan_triggers

COMING = "n.at > now()"


class Migration(migrations.Migration):
    dependencies = [("work", "0005_attachments"), ("records", "0013_touch_plans")]
    operations = [
        migrations.RunSQL(
            plan_triggers("work_task", "tasks", ahead="n.at IS NULL AND n.done_at IS NULL", day="n.due_on"),
            drop_plan_triggers("work_task", "tasks"),
        ),
        migrations.RunSQL(
            plan_triggers("work_meeting", "meetings", ahead=COMING), drop_plan_triggers("work_meeting", "meetings")
        ),
        migrations.RunSQL(plan_triggers("work_call", "calls", ahead=COMING), drop_plan_triggers("work_call", "calls")),
    ]
