"""Mail previews: every kind of mail as people get it, written for a sample ticket that does not exist."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.admin import AdminSite
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from helpdesk.admin.mail_frame import framed
from helpdesk.admin.navigation import moment_of, organisation
from helpdesk.admission import open_to
from helpdesk.notifications.logo import logo
from helpdesk.notifications.previews import Written, as_seen, written
from helpdesk.notifications.registry import message_for
from helpdesk.notifications.samples import SampleLetter, sample_letters
from workflow.audience import Kind, goes_to
from workflow.roles import Role


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One sample as the list names it."""

    name: str
    kind: Kind
    letter: SampleLetter
    written: Written
    is_open: bool

    @property
    def title(self) -> str:
        return self.name[:1].upper() + self.name[1:]

    @property
    def address(self) -> str:
        return f"?{urlencode({'mail': self.name})}"


def urls(site: AdminSite) -> list[URLPattern]:
    """The addresses of the page and of the frame in it, guarded as every page of the site."""

    @open_to(Role.ADMIN)
    @require_safe
    def shown(request: HttpRequest) -> TemplateResponse:
        return page(request, site)

    alone = open_to(Role.ADMIN)(require_safe(frame))
    return [
        path("mail-previews/", site.admin_view(shown), name="mail-previews"),
        path("mail-previews/mail/", site.admin_view(alone), name="mail-preview"),
    ]


def page(request: HttpRequest, site: AdminSite) -> TemplateResponse:
    """Every kind in a list, the chosen one beside it. One that cannot be written is marked and says why."""
    letters = sample_letters(moment_of(request))
    chosen = request.GET.get("mail", next(iter(letters)))
    if chosen not in letters:
        raise Http404("There is no such mail.")
    samples = [
        Sample(name=name, kind=Kind(letter.row.kind), letter=letter, written=written(letter), is_open=name == chosen)
        for name, letter in letters.items()
    ]
    sample = next(one for one in samples if one.is_open)
    context = {
        **site.each_context(request),
        "title": "Mail previews",
        "samples": samples,
        "sample": sample,
        "purpose": message_for(sample.kind).purpose,
        "rule": goes_to(sample.kind),
        "frame": f"{reverse('admin:mail-preview')}{sample.address}",
        "has_logo": logo() is not None,
        "organisation": organisation(request),
    }
    return TemplateResponse(request, "helpdesk/admin/logs/previews.html", context)


def frame(request: HttpRequest) -> HttpResponse:
    """The HTML of one sample alone."""
    letter = sample_letters(moment_of(request)).get(request.GET.get("mail", ""))
    mail = written(letter).mail if letter else None
    if mail is None:
        raise Http404("There is no such mail.")
    return framed(as_seen(mail, dark=request.GET.get("looks") == "dark"))
