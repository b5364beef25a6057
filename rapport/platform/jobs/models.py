from django.db import models
from django.db.models.functions import Now


class JobDone(models.Model):
    """That a job took effect: written in the transaction of the effect, so that a job is never carried out twice."""

    job_id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(db_default=Now())


class JobError(models.Model):
    """Why one attempt at a job failed."""

    job_id = models.BigIntegerField(db_index=True)
    attempt = models.IntegerField()
    error = models.TextField()
    at = models.DateTimeField(db_default=Now())
