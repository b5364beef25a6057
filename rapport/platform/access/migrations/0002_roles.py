from django.db import migrations

from rapport.platform.access.defaults import fill_roles


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial")]
    operations = [migrations.RunPython(fill_roles, migrations.RunPython.noop)]
