"""An index of the parked jobs: every sweep and the health page ask for them, and the table keeps all that were ever done."""

from django.db import migrations


class Migration(migrations.Migration):
    # A concurrent build cannot run inside a transaction.
    atomic = False

    dependencies = [("jobs", "0001_initial"), ("procrastinate", "0041_post_retry_failed_job")]

    operations = [
        # What a build leaves behind that was ended halfway is in the way of the next one.
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS jobs_parked", migrations.RunSQL.noop),
        migrations.RunSQL(
            "CREATE INDEX CONCURRENTLY jobs_parked ON procrastinate_jobs (id) WHERE status = 'failed'",
            "DROP INDEX CONCURRENTLY jobs_parked",
        ),
    ]
