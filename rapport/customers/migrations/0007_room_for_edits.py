"""Edits that write less: indexes that no question is answered by go, and pages keep room for new versions of their rows.

Who has an e-mail address or a number is asked through the search text. References are compared whole and never by their
beginning, for which Django's second index of the column would be. Each of them took from every new version of a row.
"""

from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations

LIKE = {
    "customers_person": "customers_person_external_id_68d1e29e_like",
    "customers_organisation": "customers_organisation_external_id_ef1fa188_like",
    "customers_employment": "customers_employment_external_id_81f849cc_like",
}


class Migration(migrations.Migration):
    # An index goes concurrently only outside a transaction.
    atomic = False

    dependencies = [("customers", "0006_two_parties")]

    operations = [
        RemoveIndexConcurrently("person", "person_emails"),
        RemoveIndexConcurrently("person", "person_phones"),
        RemoveIndexConcurrently("organisation", "organisation_emails"),
        RemoveIndexConcurrently("organisation", "organisation_phones"),
        *(
            migrations.RunSQL(
                f"DROP INDEX CONCURRENTLY IF EXISTS {index}",
                f"CREATE INDEX CONCURRENTLY {index} ON {table} (external_id varchar_pattern_ops)",
            )
            for table, index in LIKE.items()
        ),
        # Pages written from now on keep room for new versions of their rows: docs/decisions/0019.
        *(
            migrations.RunSQL(f"ALTER TABLE {table} SET (fillfactor = 70)", f"ALTER TABLE {table} RESET (fillfactor)")
            for table in ("customers_person", "customers_organisation")
        ),
    ]
