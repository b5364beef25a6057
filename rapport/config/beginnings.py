"""What the first run may start with that only config can do, because it concerns every room."""

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.platform.setup.first_run_pages import beginnings


def start_with_sample(request: HttpRequest) -> None:
    """Fills the instance with the sample company, unless there are customers already."""
    from rapport.config.simulate.demo import has_customers, load_demo

    if has_customers():
        messages.warning(request, _("There are customers already, so the sample company was not added."))
        return
    load_demo(today=timezone.localdate())
    messages.success(request, _("The sample company is there. Look around: nothing in it is real."))


beginnings["sample"] = start_with_sample
