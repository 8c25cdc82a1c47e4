"""Addresses of the reports, guarded as every page of the desk."""

from django.contrib import admin
from django.urls import path

from reports.exports import views

app_name = "exports"

urlpatterns = [
    path("", admin.site.admin_view(views.page), name="page"),
    path("export/", admin.site.admin_view(views.export), name="export"),
    path("<int:run_id>/", admin.site.admin_view(views.progress), name="progress"),
    path("<int:run_id>/cancel/", admin.site.admin_view(views.cancel), name="cancel"),
    path("<int:run_id>/file/", admin.site.admin_view(views.fetch), name="file"),
]
