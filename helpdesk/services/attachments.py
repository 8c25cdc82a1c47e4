"""Files of a ticket: announced, sent straight to S3 by whoever has them, confirmed (F1-F5, F7).

Nothing here asks S3 inside a transaction, and no byte of a file is kept: what arrived is judged by its head and a few bytes.
"""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import transaction

from helpdesk import clock
from helpdesk.models import Attachment, Ticket, User
from helpdesk.selectors import access, files
from helpdesk.services import acting, bucket, discarding, first_mails, journal, locks
from helpdesk.services.bucket import Upload, in_desk_words
from storage import keys, limits, sniff
from storage.errors import ContentMismatch, ObjectMissing, StorageRefusal
from storage.limits import FileType
from workflow import policies
from workflow.errors import (
    FileConfirmed,
    FileMissing,
    FileNotUploaded,
    ReadOnly,
)
from workflow.facts import FileAdded
from workflow.visibility import handles_files

State, Scan = Attachment.State, Attachment.Scan


@transaction.atomic
def announce(
    *,
    actor: User,
    ticket_id: int,
    filename: str,
    size: int,
    sha256: str,
    content_type: str = "",
    internal: bool = False,
    client_key: uuid.UUID | None = None,
) -> Attachment:
    """Note a file that is about to be sent, once its name, type, size and number are judged (F3, P9); size in bytes.

    Holds the ticket and the person, so that limits hold however many ask at once. The same name, size and digest on the
    same ticket, or the same `client_key` of the same person, answers with the first one: one key, one object (F4).
    """
    act = acting.begin(actor=actor, ticket_id=ticket_id)
    relations = access.relations_of(actor, act.ticket)
    policies.check_may_add_file(act.person, act.case, relations)
    if internal:
        policies.check_may_comment(act.person, act.case, True, relations, act.ticket.escalated_at is not None)
    locks.hold_engineers([actor.pk])
    with in_desk_words():
        name = keys.clean_filename(filename)
        kind = limits.decide_type(name, content_type, settings.LINEUP_FILES)
        limits.check_size(size, settings.LINEUP_FILES)
        limits.check_digest(sha256)
    rows = files.announced(act.ticket)
    known = files.announced_as(actor, client_key) if client_key else None
    known = known or files.the_same(rows, filename=name, size=size, sha256=sha256, internal=internal)
    if known is not None:
        return _again(known, act.ticket)
    _check_room(len(rows), actor, size, act.now)
    return Attachment.objects.create(
        ticket=act.ticket,
        filename=name,
        s3_key=keys.object_key(act.ticket.reported_date, act.ticket.case_id, name, uuid.uuid4()),
        size=size,
        sha256=sha256,
        content_type=kind.content_type,
        is_internal=internal,
        client_key=client_key,
        uploaded_by=actor,
        uploaded_at=act.now,
    )


def _again(known: Attachment, ticket: Ticket) -> Attachment:
    """The file announced before; a key that stands for a file of another ticket is nobody's."""
    if known.ticket_id != ticket.pk:
        raise FileMissing
    return known


def _check_room(number: int, actor: User, size: int, now: datetime) -> None:
    """The number of the ticket's files and the person's day (F3); ticket and person are held."""
    count, taken = files.taken_since(actor, now - files.DAY)
    with in_desk_words():
        limits.check_ticket_room(number, settings.LINEUP_FILES)
        limits.check_person_room(count, taken, size, settings.LINEUP_FILES)


def upload_link(*, actor: User, attachment_id: int) -> Upload:
    """A new link for a file announced before, for whoever may send it; see `signed`."""
    row = files.file_for(actor, attachment_id)
    _check_handles(actor, row)
    return signed(row)


def signed(row: Attachment) -> Upload:
    """The link that takes exactly this file, once, for minutes (F2, F3), for whom it was just announced.

    Signed here: nobody is asked, nothing stored.
    """
    return bucket.of_desk().presign_put(
        row.s3_key,
        content_type=row.content_type,
        size=row.size,
        sha256=row.sha256,
        expires=settings.LINEUP_UPLOAD_SECONDS,
    )


def confirm(*, actor: User, attachment_id: int) -> Attachment:
    """Look at what arrived and list it if it is what was announced (F5); twice is once.

    What does not match is forgotten at once and refused in words; the worker deletes it (A11). When S3 does not answer, nothing is lost.
    """
    row = files.file_for(actor, attachment_id)
    if row.state == State.CONFIRMED:
        return row
    _check_handles(actor, row)
    with in_desk_words():
        try:
            _judge(row)
        except StorageRefusal:
            discarding.discard(row, clock.now())
            raise
    return _list(row, actor)


def _check_handles(actor: User, row: Attachment) -> None:
    """The person sends the file themselves, or handles the files of its ticket."""
    if row.uploaded_by_id == actor.pk:
        return
    if not handles_files(acting.current_person(actor), access.relations_of(actor, row.ticket)):
        raise ReadOnly(case_id=row.ticket.case_id)


def _judge(row: Attachment) -> None:
    """Ask S3 what lies under the key: its size, digest and encryption, and whether its bytes are of its type."""
    store = bucket.of_desk()
    try:
        head = store.head(row.s3_key)
        first = store.first_bytes(row.s3_key, sniff.FIRST_BYTES)
    except ObjectMissing:
        raise FileNotUploaded(filename=row.filename) from None
    wanted = (row.size, row.sha256, settings.S3.encryption or head.encryption)
    if (head.size, head.sha256, head.encryption) != wanted:
        raise ContentMismatch("What arrived is not the file that was announced. Please send it again.")
    sniff.check_content(first, row.size, kind_of(row), store.reader(row.s3_key))


@transaction.atomic
def _list(row: Attachment, actor: User) -> Attachment:
    """The file stands on the ticket; the first mails go when the last announced one has come (N1)."""
    ticket, now = locks.hold(row.ticket_id), clock.now()
    scan = Scan.WAITING if settings.LINEUP_SCANNER else Scan.UNSCANNED
    pending = Attachment.objects.filter(pk=row.pk, state=State.PENDING)
    confirmed = pending.update(state=State.CONFIRMED, confirmed_at=now, scan=scan)
    if not confirmed:
        return _confirmed_meanwhile(row)
    row.state, row.confirmed_at, row.scan = State.CONFIRMED, now, scan
    fact = FileAdded(filename=row.filename, size=row.size, internal=row.is_internal, attachment_id=row.pk)
    journal.record(ticket, actor=actor, fact=fact, now=now)
    if ticket.files_announced and not files.are_expected(ticket):
        first_mails.release(ticket, now)
    return row


def _confirmed_meanwhile(row: Attachment) -> Attachment:
    """The file as somebody else confirmed it a moment ago; none where it was forgotten."""
    try:
        row.refresh_from_db(fields=("state", "confirmed_at", "scan"))
    except Attachment.DoesNotExist:
        raise FileMissing from None
    return row


def cancel(*, actor: User, attachment_id: int) -> None:
    """Give up an upload of one's own that is not confirmed; whatever lies there is deleted by the worker."""
    row = files.file_for(actor, attachment_id)
    if row.uploaded_by_id != actor.pk:
        raise FileMissing
    discarded = row.state == State.PENDING and discarding.discard(row, clock.now())
    if not discarded and Attachment.objects.filter(pk=row.pk).exists():
        raise FileConfirmed(filename=row.filename)


def kind_of(row: Attachment) -> FileType:
    """The type of a file that was taken once, whatever the list of types says now."""
    return limits.TYPES[keys.extension_of(row.filename)]
