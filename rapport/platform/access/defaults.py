"""The four roles that every instance starts with, and how far each reaches."""

NAMES = {
    "administrator": "Administrator",
    "manager": "Manager",
    "member": "Member",
    "read_only": "Read-only",
}

# (entity, action) -> scope. "team" is team and below. Shared lists such as stages and tags are open to read for all.
_SHARED = ("products", "product-categories", "pipelines", "stages", "tags", "tiers", "lost-reasons", "rates")
_PEOPLE_OF_THE_HOUSE = ("users", "teams")
# The company's settings, the state of the machine, roles, and the reasons why somebody can see a record.
_RUNNING_THE_HOUSE = ("settings", "system", "roles", "access")

GRANTS: dict[str, dict[tuple[str, str], str]] = {
    "administrator": {("*", "*"): "all"},
    "manager": {
        ("*", "*"): "team",
        **{(entity, "*"): "all" for entity in _SHARED},
        **{(entity, "*"): "none" for entity in _PEOPLE_OF_THE_HOUSE},
        **{(entity, "view"): "all" for entity in _PEOPLE_OF_THE_HOUSE},
        **{(entity, "*"): "none" for entity in ("settings", "system", "roles")},
    },
    "member": {
        ("*", "view"): "team",
        ("*", "create"): "team",
        ("*", "edit"): "team",
        ("*", "delete"): "own",
        ("*", "export"): "team",
        ("*", "import"): "own",
        **{(entity, "*"): "none" for entity in (*_SHARED, *_PEOPLE_OF_THE_HOUSE)},
        **{(entity, "view"): "all" for entity in (*_SHARED, *_PEOPLE_OF_THE_HOUSE)},
        **{(entity, "*"): "none" for entity in _RUNNING_THE_HOUSE},
        ("tags", "create"): "all",
    },
    "read_only": {
        ("*", "view"): "team",
        ("*", "export"): "none",
        **{(entity, "view"): "all" for entity in (*_SHARED, *_PEOPLE_OF_THE_HOUSE)},
        **{(entity, "*"): "none" for entity in _RUNNING_THE_HOUSE},
    },
}


def fill_roles(apps, _schema_editor) -> None:
    """Writes the four roles with their grants; for the migration."""
    Role, Grant = apps.get_model("access", "Role"), apps.get_model("access", "Grant")
    for key, name in NAMES.items():
        role = Role.objects.create(key=key, name=name)
        Grant.objects.bulk_create(
            Grant(role=role, entity=entity, action=action, scope=scope)
            for (entity, action), scope in GRANTS[key].items()
        )
