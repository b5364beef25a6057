"""Jobs: deferred in a transaction, they commit or vanish with it.

@job(queue="mail", retries=5)
def send_invoice(invoice_id: int) -> None: ...

send_invoice.defer(invoice_id=7)
"""

from rapport.platform.jobs.declare import Job, job, scheduled
from rapport.platform.jobs.fence import fence

__all__ = ["Job", "fence", "job", "scheduled"]
