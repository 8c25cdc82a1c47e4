"""Applications and desk settings: for admins, through the service, with a history."""

import pytest
from django.urls import reverse

from helpdesk.models import ApplicationCatalog, AuditEvent, DeskSettings
from helpdesk.services.catalog import TARGETS, save_application, save_desk_settings
from helpdesk.tests.admin.desk import browser
from tests.factories import AdminFactory, ApplicationFactory, EngineerFactory, SM1Factory, SM2Factory, a_ticket
from workflow.errors import ApplicationMissing, FieldInvalid, RoleNeeded

pytestmark = pytest.mark.django_db

MINUTES = dict.fromkeys(TARGETS, 60)


def test_save_application_adds_one_that_takes_tickets_and_keeps_who_did_it():
    actor = AdminFactory()

    application = save_application(actor=actor, name=" Exponentia ", code="exp", **MINUTES)

    assert (application.name, application.code, application.triage_high) == ("Exponentia", "EXP", 60)
    assert a_ticket(application=application).case_id == "N-EXP-1001"
    assert application.history.get().history_user == actor


def test_save_application_keeps_the_counter_and_the_targets_that_are_not_given():
    application = ApplicationFactory(code="EXP", triage_low=77)
    a_ticket(application=application)

    save_application(actor=AdminFactory(), application_id=application.pk, name="New name", code="EXP")

    application.refresh_from_db()
    assert (application.name, application.last_sequence, application.triage_low) == ("New name", 1001, 77)


def test_a_code_once_used_is_never_given_to_another_application():
    application = ApplicationFactory(code="OLD")
    save_application(actor=AdminFactory(), application_id=application.pk, name="Renamed", code="NEW")

    with pytest.raises(FieldInvalid) as refused:
        save_application(actor=AdminFactory(), name="Another", code="OLD")

    assert list(refused.value.errors) == ["code"]
    save_application(actor=AdminFactory(), application_id=application.pk, name="Renamed", code="OLD")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"code": "E"}, "code"),
        ({"code": "E-P"}, "code"),
        ({"name": ""}, "name"),
        ({"name": "\u200b\u3164"}, "name"),
        ({"triage_low": 0}, "triage_low"),
    ],
)
def test_save_application_refuses_what_is_out_of_bounds(wrong, field):
    with pytest.raises(FieldInvalid) as refused:
        save_application(actor=AdminFactory(), **{"name": "Exponentia", "code": "EXP", **MINUTES, **wrong})

    assert field in refused.value.errors
    assert not ApplicationCatalog.objects.exists()


def test_save_application_of_a_missing_one_is_refused():
    with pytest.raises(ApplicationMissing):
        save_application(actor=AdminFactory(), application_id=0, name="Exponentia", code="EXP")


@pytest.mark.parametrize("factory", [SM1Factory, SM2Factory, EngineerFactory])
def test_only_admins_save(factory):
    with pytest.raises(RoleNeeded):
        save_application(actor=factory(), name="Exponentia", code="EXP")
    with pytest.raises(RoleNeeded):
        save_desk_settings(actor=factory(), sm2_may_override=False, reminder_lead_minutes=10)


def test_save_desk_settings_keeps_one_row_and_its_history():
    actor = AdminFactory()
    save_desk_settings(actor=actor, sm2_may_override=False, reminder_lead_minutes=10)
    save_desk_settings(actor=actor, sm2_may_override=True, reminder_lead_minutes=20)

    row = DeskSettings.objects.get()
    assert (row.sm2_may_override, row.reminder_lead_minutes) == (True, 20)
    assert {one.history_user for one in row.history.all()} == {actor}
    assert row.history.count() == 2


def sent(**given: object) -> dict[str, object]:
    return {"_form_submitted": "on", "name": "Exponentia", "code": "EXP", **MINUTES, **given}


def test_an_admin_adds_and_edits_an_application_in_dialogs():
    client = browser(AdminFactory(), headers={"HX-Request": "true"})

    added = client.post(reverse("admin:helpdesk_applicationcatalog_add_application"), sent())
    application = ApplicationCatalog.objects.get()
    edit = reverse("admin:helpdesk_applicationcatalog_edit_application", args=(application.pk,))
    edited = client.post(edit, sent(is_retired="on", triage_high=15))

    assert ("HX-Redirect" in added.headers, "HX-Redirect" in edited.headers) == (True, True)
    application.refresh_from_db()
    assert (application.is_retired, application.triage_high) == (True, 15)
    page = client.get(reverse("admin:helpdesk_applicationcatalog_change", args=(application.pk,))).content.decode()
    assert "15 min" in page
    assert "retired" in client.get(reverse("admin:helpdesk_applicationcatalog_changelist")).content.decode()


def test_a_refused_application_comes_back_with_what_was_typed():
    ApplicationFactory(code="EXP")

    answer = browser(AdminFactory()).post(
        reverse("admin:helpdesk_applicationcatalog_add_application"), sent(name="My new one")
    )

    page = answer.content.decode()
    assert "a code is never given twice" in page
    assert 'value="My new one"' in page
    assert ApplicationCatalog.objects.count() == 1


def test_a_dialog_only_looked_at_saves_nothing():
    client = browser(AdminFactory())

    assert client.get(reverse("admin:helpdesk_applicationcatalog_add_application"), sent()).status_code == 200
    assert client.get(reverse("admin:helpdesk_desksettings_edit_settings")).status_code == 200
    assert not ApplicationCatalog.objects.exists()
    assert not DeskSettings.objects.exists()


def test_an_admin_sets_the_switches_of_the_desk():
    client = browser(AdminFactory(), headers={"HX-Request": "true"})

    answer = client.post(
        reverse("admin:helpdesk_desksettings_edit_settings"), {"_form_submitted": "on", "reminder_lead_minutes": "45"}
    )

    assert "HX-Redirect" in answer.headers
    row = DeskSettings.objects.get()
    assert (row.sm2_may_override, row.reminder_lead_minutes) == (False, 45)
    page = client.get(reverse("admin:helpdesk_desksettings_changelist")).content.decode()
    assert "45 min before the due time" in page


@pytest.mark.parametrize("name", ["applicationcatalog_add_application", "desksettings_edit_settings"])
def test_the_dialogs_need_an_admin_and_a_token(name):
    address = reverse(f"admin:helpdesk_{name}")

    assert browser(SM2Factory()).post(address, sent(reminder_lead_minutes=45)).status_code == 403
    assert browser(AdminFactory(), enforce_csrf_checks=True).post(address, sent()).status_code == 403
    assert not ApplicationCatalog.objects.exists()
    assert not DeskSettings.objects.exists()


@pytest.mark.parametrize("name", ["abc", "99999", "99999999999999999999"])
def test_the_dialog_of_an_application_that_is_not_there_answers_404(name):
    client = browser(AdminFactory())
    address = f"{reverse('admin:helpdesk_applicationcatalog_changelist')}{name}/edit/"

    assert client.get(address, headers={"hx-request": "true"}).status_code == 404
    assert client.post(address, {"name": "X", "code": "XX"}, headers={"hx-request": "true"}).status_code == 404


def test_what_an_admin_decides_for_applications_and_the_desk_is_on_record():
    actor = AdminFactory()

    application = save_application(actor=actor, name="Exponentia", code="EXP", **MINUTES)
    save_application(actor=actor, application_id=application.pk, name="Exponentia", code="EXP", triage_low=90)
    save_application(actor=actor, application_id=application.pk, name="Exponentia", code="EXP")
    save_desk_settings(actor=actor, sm2_may_override=False, reminder_lead_minutes=30)
    save_desk_settings(actor=actor, sm2_may_override=False, reminder_lead_minutes=30)

    added, changed, settings = AuditEvent.objects.filter(actor=actor).order_by("pk")
    assert (added.act, added.subject_label, added.before) == ("application_saved", "Exponentia", {})
    assert added.after == {"name": "Exponentia", "code": "EXP", "retired": False, **MINUTES}
    assert (changed.before["triage_low"], changed.after["triage_low"]) == (60, 90)
    assert (settings.act, settings.before["sm2_may_override"]) == ("settings_saved", True)
    assert settings.after == {"sm2_may_override": False, "reminder_lead_minutes": 30}


def test_a_refused_change_leaves_no_record():
    with pytest.raises(FieldInvalid):
        save_application(actor=AdminFactory(), name="Exponentia", code="E", **MINUTES)

    assert not AuditEvent.objects.exists()
