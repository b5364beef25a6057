from django.urls import path

from rapport.platform.files import serving

urlpatterns = [path("files/<int:id>/<path:name>", serving.serve)]
