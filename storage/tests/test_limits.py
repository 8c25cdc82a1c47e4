"""What may be attached (F3)."""

import base64
import hashlib

import pytest

from storage import limits as limit
from storage.errors import DigestInvalid, FileEmpty, FileTooLarge, TooManyFiles, TypeNotAllowed
from storage.limits import MB, TYPES, Limits, Proof, decide_type

LIMITS = Limits()
SHIPPED = [
    "pdf",
    "jpeg",
    "jpg",
    "png",
    "gif",
    "webp",
    "txt",
    "log",
    "csv",
    "eml",
    "msg",
    "doc",
    "xls",
    "ppt",
    "docx",
    "xlsx",
    "pptx",
    "zip",
]
GOOD_DIGEST = base64.b64encode(hashlib.sha256(b"x").digest()).decode()


def test_f3_the_shipped_list_and_sizes():
    assert sorted(LIMITS.extensions) == sorted(SHIPPED)
    assert (LIMITS.largest_file, LIMITS.files_per_ticket) == (25 * 1024 * 1024, 20)


@pytest.mark.parametrize("extension", SHIPPED)
def test_f3_the_extension_decides_and_no_claim_is_needed(extension):
    kinds = [decide_type(f"A name.{extension.upper()}", claim, LIMITS) for claim in ("", "application/octet-stream")]

    assert [kind.extension for kind in kinds] == [extension, extension]


@pytest.mark.parametrize(
    ("name", "claim"),
    [
        ("a.msg", ""),
        ("a.csv", "application/vnd.ms-excel"),
        ("a.csv", "text/csv; charset=utf-8"),
        ("a.jpg", "image/pjpeg"),
        ("a.zip", "application/x-zip-compressed"),
        ("a.log", "text/x-log"),
        ("a.eml", "MESSAGE/RFC822"),
    ],
)
def test_f3_what_browsers_call_a_file_is_put_up_with(name, claim):
    assert decide_type(name, claim, LIMITS) is TYPES[name[2:]]


@pytest.mark.parametrize(
    ("name", "claim"),
    [
        ("a.html", ""),
        ("a.svg", "image/svg+xml"),
        ("a.exe", "application/pdf"),
        ("a.pdf.exe", ""),
        ("no extension", "image/png"),
        ("a.png", "text/html"),
        ("a.png", "image/svg+xml"),
        ("a.pdf", "image/png"),
        ("a.docm", ""),
        ("a.p\u0434f", ""),
    ],
)
def test_f3_another_type_is_refused(name, claim):
    with pytest.raises(TypeNotAllowed) as refused:
        decide_type(name, claim, LIMITS)

    assert refused.value.code == "file_type_not_allowed"


def test_f3_the_list_may_be_shorter_and_is_named():
    short = Limits(extensions=frozenset({"png", "pdf"}))

    with pytest.raises(TypeNotAllowed, match="Possible are: pdf, png"):
        decide_type("a.zip", "", short)


def test_f3_a_type_the_desk_cannot_check_is_no_choice():
    with pytest.raises(ValueError, match="exe, html"):
        Limits(extensions=frozenset({"html", "png", "exe"}))


@pytest.mark.parametrize("kind", TYPES.values(), ids=TYPES)
def test_f6_only_images_and_pdfs_are_previewed_and_text_goes_out_as_bytes(kind):
    assert kind.previewed == (kind.content_type.startswith("image/") or kind.content_type == "application/pdf")
    assert (kind.served_as == "application/octet-stream") == (kind.proof in {Proof.TEXT, Proof.MAIL})


@pytest.mark.parametrize("size", [1, 25 * MB])
def test_f3_size_within_the_limit(size):
    limit.check_size(size, LIMITS)


@pytest.mark.parametrize(("size", "error"), [(0, FileEmpty), (-1, FileEmpty), (25 * MB + 1, FileTooLarge)])
def test_f3_size_beyond_the_limit(size, error):
    with pytest.raises(error):
        limit.check_size(size, LIMITS)


def test_f3_the_refusal_names_the_limit():
    with pytest.raises(FileTooLarge, match="larger than 25 MB") as refused:
        limit.check_size(26 * MB, LIMITS)

    assert refused.value.data == {"size": 26 * MB, "largest": 25 * MB}


def test_f3_the_21st_file_of_a_ticket_is_refused():
    limit.check_ticket_room(19, LIMITS)

    with pytest.raises(TooManyFiles, match="takes 20 files"):
        limit.check_ticket_room(20, LIMITS)


@pytest.mark.parametrize(("files", "held"), [(200, 0), (0, 2048 * MB), (1, 2048 * MB - 9)])
def test_a_person_has_a_day_s_allowance(files, held):
    limit.check_person_room(199, 2048 * MB - 10, 10, LIMITS)

    with pytest.raises(TooManyFiles, match="200 files and 2 GB"):
        limit.check_person_room(files, held, 10, LIMITS)


@pytest.mark.parametrize(
    "digest",
    ["", "abc", GOOD_DIGEST[:-1], GOOD_DIGEST + "\n", "!" + GOOD_DIGEST[1:], "é" * 44, GOOD_DIGEST[:-2] + "9=",
     base64.b64encode(b"short").decode(), hashlib.sha256(b"x").hexdigest()],
)  # fmt: skip
def test_f3_a_digest_that_is_none_is_refused(digest):
    limit.check_digest(GOOD_DIGEST)

    with pytest.raises(DigestInvalid):
        limit.check_digest(digest)


@pytest.mark.parametrize(
    ("size", "words"), [(900, "900 bytes"), (MB, "1 MB"), (3 * MB // 2, "1.5 MB"), (2048 * MB, "2 GB")]
)
def test_sizes_for_people(size, words):
    assert limit.in_words(size) == words
