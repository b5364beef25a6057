"""Every instance starts with one pipeline that fits most, and the usual reasons for losing."""

from django.db import migrations

STAGES = [
    ("Qualified", "open", 10, 14),
    ("Meeting", "open", 25, 14),
    ("Proposal", "open", 50, 21),
    ("Negotiation", "open", 75, 21),
    ("Won", "won", 100, None),
    ("Lost", "lost", 0, None),
]
REASONS = ["Price", "Competitor", "No budget", "No decision", "Missing feature", "No answer"]


def fill(apps, _schema_editor) -> None:
    pipeline = apps.get_model("sales", "Pipeline").objects.create(name="Sales")
    Stage = apps.get_model("sales", "Stage")
    for position, (name, kind, probability, rotting_days) in enumerate(STAGES):
        Stage.objects.create(
            pipeline=pipeline, name=name, kind=kind, position=position, probability=probability, rotting_days=rotting_days
        )
    for name in REASONS:
        apps.get_model("sales", "LostReason").objects.create(name=name)


class Migration(migrations.Migration):
    dependencies = [("sales", "0002_deal_triggers")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
