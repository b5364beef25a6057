from django.db import migrations

TIERS = [("Gold", "yellow"), ("Silver", "grey"), ("Bronze", "orange")]


def fill(apps, _schema_editor) -> None:
    Tier = apps.get_model("customers", "Tier")
    for position, (name, colour) in enumerate(TIERS):
        Tier.objects.create(name=name, colour=colour, position=position)


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_employer_trigger")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
