from django.db import models


class OwnWrite(models.Model):
    """How far the write-ahead log had come when a user's last write was committed, in bytes. Only with a replica."""

    user_id = models.BigIntegerField(primary_key=True)
    lsn = models.BigIntegerField()
