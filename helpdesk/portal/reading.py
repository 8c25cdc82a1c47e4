"""What the portal reads: a person's own tickets and what was said publicly on them, nothing else."""

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Left

from helpdesk.models import Comment, Ticket, User
from helpdesk.portal.words import News
from helpdesk.selectors import buckets, tickets
from workflow.errors import TicketMissing
from workflow.states import OPEN, RESOLVED, Bucket

NEWS_LENGTH = 200
SEARCH_LENGTH = 100


def own(user: User) -> QuerySet[Ticket]:
    """The tickets this person reported, newest first; others are not theirs to see here, whatever their roles."""
    return buckets.bucket(Bucket.REPORTED, user)


def own_ticket(user: User, case_id: str) -> Ticket:
    """One of their own tickets; a foreign and a missing one are the same."""
    known = tickets.listed(own(user)).select_related("repeats", "assignment__assigned_by", "extension")
    ticket = known.filter(case_id=case_id).first()
    if ticket is None:
        raise TicketMissing
    return ticket


def listed(user: User, *, resolved: bool, search: str) -> QuerySet[Ticket]:
    """A list of their tickets with the last public comment of each (`news_...`), in one statement."""
    last = _public(Comment.objects.filter(ticket=OuterRef("pk"))).order_by("-created_at", "-pk")
    found = tickets.listed(own(user)).select_related("extension").filter(status__in=RESOLVED if resolved else OPEN)
    if search:
        found = found.filter(Q(case_id__icontains=search) | Q(title__icontains=search))
    return found.order_by("-resolved_at" if resolved else "-created_at", "-pk").annotate(
        news_at=Subquery(last.values("created_at")[:1]),
        news_by=Subquery(last.values("author__name")[:1]),
        news_by_id=Subquery(last.values("author_id")[:1]),
        news_body=Subquery(last.annotate(start=Left("body", NEWS_LENGTH)).values("start")[:1]),
    )


def last_said(ticket: Ticket) -> News | None:
    """The last public comment of a ticket that `listed` brought, as news for its reporter."""
    row = vars(ticket)
    if row["news_at"] is None:
        return None
    who = "You" if row["news_by_id"] == ticket.reporter_id else row["news_by"]
    return News(row["news_at"], f"{who} wrote", row["news_body"])


def numbers(user: User) -> dict[str, int]:
    """How many of their tickets are open and how many are not, in one statement."""
    return (
        own(user)
        .order_by()
        .aggregate(open=Count("pk", filter=Q(status__in=OPEN)), resolved=Count("pk", filter=Q(status__in=RESOLVED)))
    )


def conversation(ticket: Ticket) -> QuerySet[Comment]:
    """What was said publicly, oldest first; internal comments stay out for everybody here, staff included (T6)."""
    return _public(ticket.comments.select_related("author")).order_by("created_at", "pk")


def _public(comments: QuerySet[Comment]) -> QuerySet[Comment]:
    return comments.filter(is_internal=False)
