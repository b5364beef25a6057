"""Each staged row is written once more when it has become a record: on its own page where there is room, past the index."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("records", "0014_touch_due")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE records_importrow SET (fillfactor = 50)",
            "ALTER TABLE records_importrow RESET (fillfactor)",
        )
    ]
