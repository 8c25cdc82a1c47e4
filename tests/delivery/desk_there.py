"""`python -m tests.delivery.desk_there NAME PASSWORD`: sign in to the desk of DATABASE_URL through the break-glass door and read a page."""

import sys

import django
from django.test import Client

django.setup()

from helpdesk.models import Ticket  # noqa: E402
from helpdesk.tests.sso.glass import DOOR, code_now  # noqa: E402

if __name__ == "__main__":
    name, password = sys.argv[1:]
    client = Client()
    answer = client.post(DOOR, {"username": name, "password": password, "code": code_now(name)})
    page = client.get("/my/")
    print(answer.status_code, page.status_code, *sorted(Ticket.objects.values_list("case_id", flat=True)))
