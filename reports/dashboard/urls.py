"""The address of the dashboard, guarded as every page of the desk."""

from django.contrib import admin
from django.urls import path

from reports.dashboard import views

app_name = "dashboard"

urlpatterns = [path("", admin.site.admin_view(views.page), name="page")]
