"""Files to import are kept as they come: PostgreSQL took longer to squeeze their pieces than to write them."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("records", "0011_telling")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE records_importpiece ALTER COLUMN data SET STORAGE EXTERNAL",
            "ALTER TABLE records_importpiece ALTER COLUMN data SET STORAGE EXTENDED",
        )
    ]
