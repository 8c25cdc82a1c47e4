"""The reporter's pages: raise a ticket, my tickets, one ticket. Every change is one call of a service."""

import uuid
from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk import clock
from helpdesk.admission import open_to_any_role
from helpdesk.models import Ticket
from helpdesk.portal import reading, words
from helpdesk.portal.forms import CommentForm, PortalForm, RaiseForm, WithdrawForm
from helpdesk.selectors import access, files
from helpdesk.selectors.forecast import forecast_for
from helpdesk.selectors.pages import Pages
from helpdesk.services.comments import add_comment
from helpdesk.services.tickets import raise_ticket, withdraw_ticket
from workflow.errors import TicketMissing, WorkflowError
from workflow.states import Act, Priority
from workflow.texts import clean_line

Done = TypeVar("Done")

PAGE_SIZE = 25
FORM_REFUSED = 422


@open_to_any_role
@require_http_methods(["GET", "HEAD", "POST"])
def raising(request: HttpRequest) -> HttpResponse:
    """The form of a new ticket; sent twice with the same key it raises one."""
    form = RaiseForm(request.POST if request.method == "POST" else None, initial={"request_key": uuid.uuid4()})
    if request.method == "POST":
        ticket = _attempt(form, lambda given: _raise(request, given))
        if ticket is not None:
            return redirect("portal:raised", ticket.case_id)
    context = {"form": form, "priorities": [(one, words.PRIORITY_HELP[one]) for one in Priority]}
    return render(request, "helpdesk/portal/raise.html", context, status=FORM_REFUSED if form.is_bound else 200)


@open_to_any_role
@require_safe
def raised(request: HttpRequest, case_id: str) -> HttpResponse:
    """The case id, big, and what happens next; safe to reload."""
    ticket = _own_ticket(request, case_id)
    context = {
        "ticket": ticket,
        "triage_minutes": ticket.application.triage_minutes(ticket.priority),
        "files": files.shown(request.user, ticket, publicly=True),
    }
    return render(request, "helpdesk/portal/raised.html", context)


@open_to_any_role
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """My tickets: open or resolved, searched, 25 a page; all of it in the address."""
    resolved = request.GET.get("show") == "resolved"
    search = clean_line(request.GET.get("q", ""))[: reading.SEARCH_LENGTH]
    found = reading.listed(request.user, resolved=resolved, search=search)
    page = Pages(found, PAGE_SIZE).get_page(request.GET.get("page"))
    now = clock.now()
    rows = [
        (one, words.standing(one), words.expectation(one, now), words.last_news(one, reading.last_said(one)))
        for one in page
    ]
    context = {"page": page, "rows": rows, "resolved": resolved, "search": search, "now": now}
    return render(request, "helpdesk/portal/tickets.html", context | {"numbers": reading.numbers(request.user)})


@open_to_any_role
@require_safe
def ticket_page(request: HttpRequest, case_id: str) -> HttpResponse:
    """One of the person's own tickets."""
    return _ticket_page(request, _own_ticket(request, case_id))


@open_to_any_role
@require_POST
def comment(request: HttpRequest, case_id: str) -> HttpResponse:
    """Say something publicly on an own ticket."""
    ticket, form = _own_ticket(request, case_id), CommentForm(request.POST)
    said = _attempt(
        form,
        lambda given: add_comment(
            actor=request.user, ticket_id=ticket.pk, body=given["comment"], request_key=given["request_key"]
        ),
    )
    if said is None:
        return _ticket_page(request, ticket, comment_form=form)
    messages.success(request, "Your comment is there.", extra_tags="clear-draft")
    return redirect(f"{reverse('portal:ticket', args=[ticket.case_id])}#conversation")


@open_to_any_role
@require_POST
def withdraw(request: HttpRequest, case_id: str) -> HttpResponse:
    """Take back an own ticket that nobody has yet."""
    ticket, form = _own_ticket(request, case_id), WithdrawForm(request.POST)
    done = _attempt(form, lambda given: withdraw_ticket(actor=request.user, ticket_id=ticket.pk, **given))
    if done is None:
        return _ticket_page(request, _own_ticket(request, case_id), withdraw_form=form)
    messages.success(request, f"{ticket.case_id} is withdrawn.")
    return redirect("portal:ticket", ticket.case_id)


def _attempt(form: PortalForm, act: Callable[[dict[str, Any]], Done]) -> Done | None:
    """Do the act with what the form holds; a refusal becomes an error of the form and nothing is done."""
    if not form.is_valid():
        return None
    try:
        return act(form.cleaned_data)
    except WorkflowError as refusal:
        form.refuse(refusal)
        return None


def _raise(request: HttpRequest, given: dict[str, Any]) -> Ticket:
    return raise_ticket(
        actor=request.user,
        application_code=given["application"].code,
        title=given["title"],
        description=given["description"],
        priority=given["priority"],
        files_announced=given["files_announced"],
        request_key=given["request_key"],
    )


def _own_ticket(request: HttpRequest, case_id: str) -> Ticket:
    try:
        return reading.own_ticket(request.user, case_id)
    except TicketMissing as missing:
        raise Http404 from missing


def _ticket_page(
    request: HttpRequest,
    ticket: Ticket,
    *,
    comment_form: CommentForm | None = None,
    withdraw_form: WithdrawForm | None = None,
) -> HttpResponse:
    """The page of a ticket; with a form that was refused, that form as it was sent."""
    now = clock.now()
    expectation = words.expectation(ticket, now)
    outlook = forecast_for([ticket], now, reader=request.user).get(ticket.pk)
    refused = comment_form or withdraw_form
    possible = {option.act for option in access.acts_of(request.user, ticket, now) if option.allowed}
    context = {
        "ticket": ticket,
        "now": now,
        "standing": words.standing(ticket),
        "expectation": expectation,
        "place": words.place_in_line(ticket, outlook),
        "likely": words.likely(ticket, outlook),
        "agreed": words.agreed(ticket),
        "steps": words.steps(ticket, expectation),
        "conversation": reading.conversation(ticket),
        "files": files.shown(request.user, ticket, publicly=True),
        "may_add_file": Act.ADD_FILE in possible,
        "comment_form": comment_form or CommentForm(initial={"request_key": uuid.uuid4()}),
        "withdraw_form": withdraw_form or WithdrawForm(),
        "may_withdraw": Act.WITHDRAW in possible,
    }
    return render(request, "helpdesk/portal/ticket.html", context, status=FORM_REFUSED if refused else 200)
