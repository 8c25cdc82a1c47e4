"""Addresses of the numbers."""

from django.urls import path

from reports.api import SummaryView

app_name = "reports"

urlpatterns = [path("dashboard/summary/", SummaryView.as_view(), name="summary")]
