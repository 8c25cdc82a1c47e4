"""Addresses of the portal and of the two doors."""

from django.urls import include, path, register_converter

from helpdesk.portal import doors, file_doors, views


class CaseId:
    """A case id in an address (T1), in small letters too."""

    regex = "[Nn]-[A-Za-z0-9]{2,10}-[0-9]{1,9}"

    def to_python(self, value: str) -> str:
        return value.upper()

    def to_url(self, value: str) -> str:
        return value


register_converter(CaseId, "case_id")

portal = (
    [
        path("", views.listing, name="tickets"),
        path("new/", views.raising, name="raise"),
        path("<case_id:case_id>/", views.ticket_page, name="ticket"),
        path("<case_id:case_id>/raised/", views.raised, name="raised"),
        path("<case_id:case_id>/comment/", views.comment, name="comment"),
        path("<case_id:case_id>/withdraw/", views.withdraw, name="withdraw"),
    ],
    "portal",
)

urlpatterns = [
    path("", doors.home, name="home"),
    path("tickets/<case_id:case_id>/", doors.ticket_door, name="ticket-door"),
    path("files/<int:attachment_id>/", file_doors.download, name="file"),
    path("files/<int:attachment_id>/preview/", file_doors.preview, name="file-preview"),
    path("my/", include(portal)),
]
