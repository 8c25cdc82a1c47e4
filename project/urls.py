"""Every address of the site; each part brings its own table."""

from django.contrib import admin
from django.urls import include, path

from project import favicon, health

urlpatterns = [
    path("healthz", health.live, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("favicon.ico", favicon.favicon, name="favicon"),
    path("", include("helpdesk.sso.urls")),
    path("", include("helpdesk.portal.urls")),
    path("desk/", admin.site.urls),
    path("api/", include("helpdesk.api.urls")),
]
