"""Every address of the site; each part brings its own table."""

from django.contrib import admin
from django.urls import include, path

from project import csp, deep_health, favicon, health, metrics

urlpatterns = [
    path("healthz", health.live, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("health/deep", deep_health.deep, name="health-deep"),
    path("metrics", metrics.metrics, name="metrics"),
    path("csp-report/", csp.report, name="csp-report"),
    path("favicon.ico", favicon.favicon, name="favicon"),
    path("", include("helpdesk.sso.urls")),
    path("", include("helpdesk.portal.urls")),
    path("desk/dashboard/", include("reports.dashboard.urls")),
    path("desk/reports/", include("reports.exports.urls")),
    path("desk/", admin.site.urls),
    path("api/", include("reports.urls")),
    path("api/", include("helpdesk.api.urls")),
]

handler400 = "project.last_resort.bad_request"
handler500 = "project.last_resort.server_error"
