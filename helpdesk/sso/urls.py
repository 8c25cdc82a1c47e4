"""Addresses of the doors; of social-auth only the two steps of a sign-in, nothing else it brings."""

from django.urls import include, path

from helpdesk.sso import local, views

provider = (
    [
        path("login/<str:backend>/", views.begin, name="begin"),
        path("complete/<str:backend>/", views.complete, name="complete"),
    ],
    "social",
)

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-in/local/", local.sign_in, name="sign-in-local"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("role-not-assigned/", views.role_not_assigned, name="role-not-assigned"),
    path("auth/", include(provider)),
]
