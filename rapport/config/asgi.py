"""What the web server runs in each of its processes."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.config.settings")
pages = get_wsgi_application()

from rapport.platform.live.asgi import Door  # noqa: E402 - needs the settings
from rapport.platform.setup.serve_command import follow_the_server  # noqa: E402

if os.environ.get("RAPPORT_SUPERVISED"):
    follow_the_server()
application = Door(pages, threads=int(os.environ.get("RAPPORT_THREADS", "8")))
