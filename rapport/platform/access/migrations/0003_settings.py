"""Settings, roles and the reasons of the gate are for those who run the house."""

from django.db import migrations

SHUT = {
    "manager": ["roles"],
    "member": ["settings", "system", "roles", "access"],
    "read_only": ["settings", "system", "roles", "access"],
}


def shut(apps, _schema_editor):
    Role, Grant = apps.get_model("access", "Role"), apps.get_model("access", "Grant")
    for key, entities in SHUT.items():
        role = Role.objects.filter(key=key).first()
        for entity in entities if role else ():
            _grant, made = Grant.objects.get_or_create(
                role=role, entity=entity, action="*", defaults={"scope": "none"}
            )
            if made:
                role.version += 1
                role.save(update_fields=["version"])


class Migration(migrations.Migration):
    dependencies = [("access", "0002_roles")]
    operations = [migrations.RunPython(shut, migrations.RunPython.noop)]
