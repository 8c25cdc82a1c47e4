"""What is shown with the installation, one after the other; each leaves it as the next one needs it."""

import re
import time
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import psycopg
import requests

from tests.delivery.image.container import Container
from tests.delivery.image.installation import NGINX, Installation

PEOPLE = {"reporter": "hannah.weiss", "sm1": "maya.fernandes", "engineer": "asha.nair"}
PROBE = ["python", "-m", "project.probe"]
LOOK_INSIDE = """
import os
def refused(path):
    try:
        open(path, "w")
    except OSError as error:
        return error.strerror
    return "written"
status = dict(line.rstrip("\\n").split(":\\t", 1) for line in open("/proc/self/status") if ":\\t" in line)
print(os.getuid(), os.getgid(), status["CapEff"], status["CapBnd"], status["NoNewPrivs"])
print(*(refused(path) for path in ("/app/x", "/venv/x", "/etc/x", "/x")), refused("/tmp/x"), sep="; ")
print(*(name for name in ("project/demo", "tests", "docs", "fixtures", "helpdesk/tests", ".git", ".env") if os.path.exists(name)))
"""
running: dict[str, Container] = {}


def it_refuses_to_start_without_a_secret(here: Installation) -> None:
    """Without LINEUP_SECRET_KEY the web server does not start and says so."""
    web = here.run("refused", LINEUP_SECRET_KEY="")

    assert web.wait(60) != 0
    assert "LINEUP_SECRET_KEY" in web.log.read_text()


def the_owner_upgrades_an_empty_database(here: Installation) -> None:
    """`manage.py upgrade` as the tables' owner, twice: the second time there is nothing left to do."""
    upgrades = [
        here.run(name, ["python", "manage.py", "upgrade"], DATABASE_URL=here.address("owner")) for name in ("one",)
    ]
    assert upgrades[0].wait(300) == 0, upgrades[0].log.read_text()[-3000:]

    again = here.run("two", ["python", "manage.py", "upgrade"], DATABASE_URL=here.address("owner"))

    assert again.wait(120) == 0, again.log.read_text()[-3000:]
    assert "No migrations to apply" in again.log.read_text()
    assert "The schedules are in step." in again.log.read_text()


def web_clusters_and_proxy_come_up(here: Installation) -> None:
    """Web, two clusters and the proxy start as the app role and are well by their own health checks."""
    running["web"] = here.run("web")
    for name in ("cluster-1", "cluster-2"):
        running[name] = here.run(name, ["python", "manage.py", "qcluster"])
    running["proxy"] = here.run("proxy", NGINX, user="101:101")

    running["web"].until_well(here.image.health, 90)
    running["web"].until_well([*PROBE, "ready"], 30)
    for name in ("cluster-1", "cluster-2"):
        running[name].until_well([*PROBE, "cluster"], 60)


def nobody_has_any_right(here: Installation) -> None:
    """User 10001 without a capability or a way to one, a root nobody can write to, and nothing of demo and tests inside."""
    for name in ("web", "cluster-1"):
        looked = running[name].execute(["python", "-c", LOOK_INSIDE])
        assert looked.returncode == 0, looked.stderr
        who, written, surplus = looked.stdout.splitlines()

        assert who == f"10001 10001 {0:016x} {0:016x} 1", looked
        assert written == "; ".join(["Read-only file system"] * 4 + ["written"])
        assert surplus == ""


def the_proxy_answers_with_tls_alone(here: Installation) -> None:
    """The proxy leads plain calls to TLS, answers for the desk, and keeps the monitoring's pages to itself."""
    plain = requests.get(f"http://127.0.0.1:{here.plain_port}/my/?x=1", allow_redirects=False, timeout=10)
    asked = {path: get(here, path) for path in ("/healthz", "/readyz", "/metrics", "/sign-in/")}

    assert (plain.status_code, plain.headers["Location"]) == (308, "https://127.0.0.1/my/?x=1")
    assert {path: answer.status_code for path, answer in asked.items()} == {
        "/healthz": 200, "/readyz": 200, "/metrics": 404, "/sign-in/": 200,
    }  # fmt: skip
    assert "max-age" in asked["/sign-in/"].headers["Strict-Transport-Security"]
    sheet = re.search(r'href="(/static/[^"]+\.[0-9a-f]{12}\.css)"', asked["/sign-in/"].text)
    assert sheet, "no style sheet with a hashed name"
    assert "immutable" in get(here, sheet[1]).headers["Cache-Control"]


def a_ticket_goes_through(here: Installation) -> None:
    """Three people sign in through Entra ID, and a ticket is raised, assigned, promised, started and resolved."""
    made = running["web"].execute(
        ["python", "manage.py", "shell", "-v", "0", "-c",
         "from helpdesk.models import ApplicationCatalog as A; A.objects.create(name='Exports', code='EXP')"]
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    for person in PEOPLE.values():
        sign_in(here, person)

    raised = call(
        here, "reporter", "tickets/", application="EXP", title="It stops", description="Page 3.", priority="high"
    )
    case = raised["case_id"]
    engineer = call(here, "engineer", "me/")["id"]
    call(here, "sm1", f"tickets/{case}/assign/", assignee_id=engineer)
    call(here, "engineer", f"tickets/{case}/commit/", resolution_minutes=60)
    call(here, "engineer", f"tickets/{case}/start/")
    call(here, "engineer", f"tickets/{case}/resolve/", note="Fixed and shown to work.")

    assert call(here, "reporter", f"tickets/{case}/")["status"] == "resolved"


def the_clusters_send_the_mails(here: Installation) -> None:
    """The clusters send the mails of these acts, and after a tick all that the desk leans on is well."""
    wanted = {f"{PEOPLE[role]}@corp.example" for role in ("reporter", "engineer")}
    reached: set[str] = set()
    deadline = time.monotonic() + 120
    while not (wanted <= reached and get(here, "/health/deep").status_code == 200):
        assert time.monotonic() < deadline, f"{reached} {get(here, '/health/deep').text}"
        reached = {address for mail in here.mail.box.mails() for address in mail.to}
        time.sleep(1)


def the_app_role_changes_no_table_and_no_history(here: Installation) -> None:
    """What signs in as the app role can neither change or empty tables, nor touch history, nor pretend to a migration."""
    allowed = []
    with psycopg.connect(here.address("app"), autocommit=True) as app:
        for statement in (
            "DROP TABLE helpdesk_ticket", "TRUNCATE helpdesk_notification", "ALTER TABLE helpdesk_ticket ADD x int",
            "CREATE TABLE x (y int)", "CREATE TEMP TABLE x (y int)", "DELETE FROM helpdesk_ticketevent",
            "UPDATE helpdesk_auditevent SET reason = ''", "DELETE FROM helpdesk_historicalticket",
            "INSERT INTO django_migrations (app, name, applied) VALUES ('x', 'y', now())",
            "ALTER TABLE helpdesk_ticketevent DISABLE TRIGGER ALL", "SET ROLE lineup_owner", "CREATE ROLE x",
            "DROP FUNCTION helpdesk_refuse_change() CASCADE", "SET session_replication_role = replica",
        ):  # fmt: skip
            try:
                app.execute(statement.encode())
            except psycopg.errors.InsufficientPrivilege:
                continue
            except psycopg.Error as error:
                allowed.append(f"{statement}: {error}")
            else:
                allowed.append(statement)
    assert allowed == []


def the_backup_role_reads_and_no_more(here: Installation) -> None:
    """The backup role reads every table and writes to none."""
    with psycopg.connect(here.address("backup"), autocommit=True) as backup:
        (count,) = backup.execute("SELECT count(*) FROM helpdesk_ticketevent").fetchone() or (0,)
        assert count > 4
        try:
            backup.execute("DELETE FROM helpdesk_ticket")
        except psycopg.errors.InsufficientPrivilege:
            return
    raise AssertionError("the backup role deleted tickets")


def they_stop_in_good_order(here: Installation) -> None:
    """Told to stop, web, clusters and proxy end by themselves within their time, with exit code 0."""
    codes = {name: container.stop(40) for name, container in running.items()}

    assert codes == dict.fromkeys(running, 0), {
        name: one.log.read_text()[-800:] for name, one in running.items() if codes[name]
    }


def get(here: Installation, path: str) -> requests.Response:
    return requests.get(here.url + path, verify=str(here.certificates.authority), timeout=20)


def sign_in(here: Installation, person: str) -> None:
    """As a browser does: the button, the provider's page, the way back, and a page of the desk."""
    browser = requests.Session()
    browser.trust_env, browser.verify = False, str(here.certificates.authority)
    page = browser.get(f"{here.url}/sign-in/", timeout=20)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert token
    began = browser.post(
        f"{here.url}/auth/login/entra/",
        {"csrfmiddlewaretoken": token[1], "next": ""},
        headers={"Referer": f"{here.url}/sign-in/"},
        allow_redirects=False,
        timeout=20,
    )
    assert began.status_code == 302, began.text
    provider = urlsplit(began.headers["Location"])
    asked = dict(parse_qsl(provider.query)) | {"person": f"{person}@corp.example"}
    chosen = browser.post(
        began.headers["Location"].partition("?")[0],
        asked,
        headers={"Referer": here.url},
        allow_redirects=False,
        timeout=20,
    )
    back = browser.get(chosen.headers["Location"], timeout=20)
    assert back.status_code == 200, f"{back.status_code} {back.url} {back.text[:500]}"
    assert "/sign-in" not in back.url, back.url


def call(here: Installation, role: str, path: str, **body: object) -> dict[str, Any]:
    """One call of the API with a token of the person; it has to succeed."""
    token = here.entra.api_token(f"{PEOPLE[role]}@corp.example")
    is_act = bool(body) or path.endswith("/start/")
    answer = requests.request(
        "POST" if is_act else "GET",
        f"{here.url}/api/{path}",
        json=body if is_act else None,
        headers={"Authorization": f"Bearer {token}"},
        verify=str(here.certificates.authority),
        timeout=20,
    )
    assert answer.ok, f"{path}: {answer.status_code} {answer.text}"
    found: dict[str, Any] = answer.json()
    return found


ALL = (
    it_refuses_to_start_without_a_secret,
    the_owner_upgrades_an_empty_database,
    web_clusters_and_proxy_come_up,
    nobody_has_any_right,
    the_proxy_answers_with_tls_alone,
    a_ticket_goes_through,
    the_clusters_send_the_mails,
    the_app_role_changes_no_table_and_no_history,
    the_backup_role_reads_and_no_more,
    they_stop_in_good_order,
)
