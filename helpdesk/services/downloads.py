"""Files of a ticket fetched by those who see it, straight from S3, by links that live minutes (F2, F6)."""

from django.conf import settings

from helpdesk import clock
from helpdesk.models import Attachment, User
from helpdesk.selectors import files
from helpdesk.services import acting, audit, bucket
from helpdesk.services.attachments import kind_of
from helpdesk.services.bucket import in_desk_words
from storage.errors import ObjectMissing
from workflow.errors import FileInfected, FileNotReady

State, Scan = Attachment.State, Attachment.Scan


def download_link(*, actor: User, attachment_id: int, inline: bool = False) -> str:
    """A link to the file for minutes, for who sees it now; each one is kept in the audit trail (F2, F6).

    Always a download under its own name; `inline` shows pictures and PDFs in the page and nothing else. S3 is not asked.
    """
    return _recorded(_given_out(actor, attachment_id), actor, inline)


def answering_link(*, actor: User, attachment_id: int, inline: bool = False) -> str:
    """The same for somebody who follows it in a browser: S3 is asked first whether it answers and has the file.

    Where it does not, that is said here, and nobody is led to an error page of their browser; only links given out are kept.
    """
    row = _given_out(actor, attachment_id)
    with in_desk_words():
        try:
            bucket.in_a_hurry().head(row.s3_key)
        except ObjectMissing:
            raise FileNotReady(
                filename=row.filename, why="the file store does not have it; the admins are told of it tonight"
            ) from None
    return _recorded(row, actor, inline)


def _given_out(actor: User, attachment_id: int) -> Attachment:
    """The file, if this person sees it now and it may be had at all (F5)."""
    acting.current_person(actor)
    row = files.file_for(actor, attachment_id)
    if row.state != State.CONFIRMED:
        raise FileNotReady(filename=row.filename, why="it is still on its way")
    if row.scan == Scan.INFECTED:
        raise FileInfected(filename=row.filename)
    if row.scan == Scan.WAITING:
        raise FileNotReady(filename=row.filename, why="the virus scanner has not looked at it yet")
    return row


def _recorded(row: Attachment, actor: User, inline: bool) -> str:
    """The link, and who had it for what, when."""
    kind = kind_of(row)
    shown = inline and kind.previewed
    kept = {"attachment": row.pk, "filename": row.filename, "ticket": row.ticket_id, "shown_in_page": shown}
    audit.note(act="file_download", actor=actor, now=clock.now(), subject_label=row.ticket.case_id, after=kept)
    return bucket.of_desk().presign_get(
        row.s3_key, filename=row.filename, kind=kind, expires=settings.LINEUP_DOWNLOAD_SECONDS, inline=shown
    )
