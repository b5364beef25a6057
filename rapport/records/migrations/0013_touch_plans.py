"""Room on the index of timelines for what lies ahead; rooms fill it, see plan_triggers."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0012_pieces_as_they_are")]

    operations = [
        migrations.AddField("touch", "ahead", models.BooleanField(db_default=False, default=False)),
        migrations.AddField("touch", "due_on", models.DateField(null=True)),
        migrations.AddField("touch", "owner", models.BigIntegerField(db_column="owner_id", null=True)),
    ]
