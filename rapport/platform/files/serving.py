"""Giving files out, such that nothing in them can run as a page of ours."""

from urllib.parse import urlencode

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.cache import patch_vary_headers
from django.utils.http import content_disposition_header
from django.views.decorators.http import condition, require_safe

from rapport.platform.files.access import visible_file
from rapport.platform.files.kinds import UNKNOWN
from rapport.platform.files.models import File
from rapport.platform.files.store import StoreAway, open_blob
from rapport.platform.ui.errors import unavailable

POLICY = "sandbox; default-src 'none'"


@require_safe
def serve(request: HttpRequest, id: int, name: str) -> HttpResponseBase:
    """A file for who may see it; a stranger learns nothing. The name in the address is decoration."""
    if request.viewer is None:
        return HttpResponseRedirect(f"/sign-in?{urlencode({'next': request.get_full_path()})}")
    file = visible_file(id, request.viewer)
    if file is None:
        raise Http404
    try:
        return send(request, file)
    except StoreAway as away:
        return unavailable(request, str(away))


def send(request: HttpRequest, file: File) -> HttpResponseBase:
    """The content as an answer: shown in place only if we drew it, else to be saved. The caller asked the gate.

    Raises StoreAway.
    """
    answer = condition(etag_func=lambda _request: f'"{file.sha256}"')(lambda _request: _content(file))(request)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Cache-Control"] = "private, max-age=600"
    patch_vary_headers(answer, ["Cookie", "Authorization"])
    return answer


def _content(file: File) -> HttpResponseBase:
    try:
        blob = open_blob(file)
    except FileNotFoundError:
        raise Http404 from None
    if file.is_picture:
        with blob:
            answer: HttpResponseBase = HttpResponse(blob.read(), content_type=file.mime)
    else:
        answer = FileResponse(blob, content_type=file.mime or UNKNOWN)
        answer.headers["Content-Length"] = str(file.size)
    answer.headers["Content-Disposition"] = content_disposition_header(not file.is_picture, file.name) or "attachment"
    return answer
