from django.db import models


class Role(models.Model):
    """What a user may do. `version` moves with each change of its grants, so that caches know."""

    key = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    version = models.IntegerField(default=1)

    def __str__(self) -> str:
        return self.name


class Grant(models.Model):
    """One cell of a role's table: for this entity and action ("*" is any), how far the role reaches."""

    SCOPES = [("none", "none"), ("own", "own"), ("team", "team and below"), ("all", "all")]

    role = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="grants")
    entity = models.CharField(max_length=60, default="*")
    action = models.CharField(max_length=30, default="*")
    scope = models.CharField(max_length=10, choices=SCOPES)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["role", "entity", "action"], name="grant_once")]
