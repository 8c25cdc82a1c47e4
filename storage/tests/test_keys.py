"""Keys and names of files (F1, A3)."""

import re
import unicodedata
from datetime import date
from email.message import EmailMessage
from urllib.parse import unquote
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.errors import NameInvalid
from storage.keys import (
    LONGEST_KEY,
    LONGEST_NAME,
    LONGEST_SAFE_NAME,
    clean_filename,
    content_disposition,
    extension_of,
    object_key,
    safe_filename,
)
from storage.tests import hostile

DAY = date(2025, 11, 11)
UNIQUE = UUID("0b8f2f6e-8a1c-4a57-9d0f-5a3c2b1d4e6f")
SAFE = re.compile(r"[A-Za-z0-9_-]{1,120}(\.[a-z0-9]{1,10})?")
KEY = re.compile(rf"2025/11/11/N-EXP-1001/[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}-{SAFE.pattern}")


def cleaned(original: str) -> str:
    """The clean name; empty for one that is refused."""
    try:
        return clean_filename(original)
    except NameInvalid:
        return ""


def check_key(original: str) -> None:
    key = object_key(DAY, "N-EXP-1001", original, UNIQUE)

    assert KEY.fullmatch(key), repr(original)
    assert len(key.encode()) <= LONGEST_KEY
    assert ".." not in key


def check_clean(original: str) -> None:
    name = cleaned(original)

    assert len(name) <= LONGEST_NAME
    assert not re.search(r"[/\\]", name)
    assert {unicodedata.category(letter) for letter in name}.isdisjoint({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
    assert unicodedata.is_normalized("NFC", name)
    assert name == name.strip(" .")
    assert name == "" or clean_filename(name) == name


def test_f1_a_key_names_day_case_and_file():
    assert (
        object_key(date(2025, 3, 4), "N-EXP-1001", "Käse report (1).PDF", UNIQUE)
        == f"2025/03/04/N-EXP-1001/{UNIQUE}-Kase_report_1.pdf"
    )


def test_f1_ten_thousand_hostile_names_give_good_keys():
    names = hostile.names()

    for name in names:
        check_key(name)
    assert len(names) == 10_000


def test_f1_ten_thousand_hostile_names_are_clean_for_people():
    for name in hostile.names():
        check_clean(name)


@given(st.text(max_size=400))
def test_f1_any_text_gives_a_good_key_and_a_clean_name(original):
    check_key(original)
    check_clean(original)


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=1))
def test_the_download_header_is_ascii_and_gives_the_name_back(original):
    name = cleaned(original)
    if name:
        header = content_disposition(original)

        assert header.isascii()
        assert header.isprintable()
        assert unquote(header.rpartition("filename*=UTF-8''")[2]) == name


def test_two_equal_names_get_two_keys():
    assert object_key(DAY, "N-EXP-1001", "a.png", uuid4()) != object_key(DAY, "N-EXP-1001", "a.png", uuid4())


@pytest.mark.parametrize("case_id", ["", "N-EXP-", "n-exp-1", "N-EXP-1001/../N-HR-1", "N-EXP-1001\n", "N-ÉX-1"])
def test_a_key_of_something_else_than_a_case_is_a_mistake_of_ours(case_id):
    with pytest.raises(ValueError, match="no case id"):
        object_key(DAY, case_id, "a.png", UNIQUE)


def test_a_key_that_would_not_fit_is_a_mistake_of_ours():
    with pytest.raises(ValueError, match="longer than"):
        object_key(DAY, f"N-{'X' * 300}-1", "a" * 200, UNIQUE)


@pytest.mark.parametrize(
    ("original", "safe"),
    [
        ("../../x.pdf", "x.pdf"),
        ("a..b...c.png", "a_b_c.png"),
        ("中文.docx", "file.docx"),
        ("", "file"),
        (".htaccess", "file.htaccess"),
        ("photo.tar.gz", "photo_tar.gz"),
        ("x" * 300 + ".jpeg", "x" * (LONGEST_SAFE_NAME - 5) + ".jpeg"),
        ("x" * 300, "x" * LONGEST_SAFE_NAME),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("\uff46\uff55\uff4c\uff4c\uff0f\uff57\uff49\uff44\uff54\uff48\uff0e\uff50\uff4e\uff47", "full_width.png"),
    ],
)
def test_safe_filename(original, safe):
    assert safe_filename(original) == safe


@pytest.mark.parametrize(
    ("original", "clean"),
    [
        ("C:\\fakepath\\a b.png", "a b.png"),
        ("../../x.txt", "x.txt"),
        ("cafe\u0301.pdf", "café.pdf"),
        ("e\u200d\u0301.pdf", "é.pdf"),
        ("gpj.\u202eexe.png", "gpj.exe.png"),
        ("  two\t\tblanks\u3000here .txt. ", "two blanks here .txt"),
        ("line\r\nbreak.log", "line break.log"),
        (".hidden.txt", "hidden.txt"),
        ("ملف.pdf", "ملف.pdf"),
        ("ж" * 300 + ".docx", "ж" * 250 + ".docx"),
        ("ж" * 300, "ж" * 255),
    ],
)
def test_clean_filename(original, clean):
    assert clean_filename(original) == clean


@pytest.mark.parametrize("original", ["", ".", "..", "a/", "../..", " . . ", "\u202e\u200d", "\ud800"])
def test_a_name_of_which_nothing_is_left_is_refused(original):
    with pytest.raises(NameInvalid) as refused:
        clean_filename(original)

    assert (refused.value.code, "Rename it" in refused.value.sentence) == ("file_name_invalid", True)


def test_the_download_header_reads_as_rfc_6266():
    message = EmailMessage()
    message["Content-Disposition"] = content_disposition('Überblick "neu"; 1.pdf')

    assert (
        content_disposition("Überblick.pdf")
        == "attachment; filename=\"Uberblick.pdf\"; filename*=UTF-8''%C3%9Cberblick.pdf"
    )
    assert message["Content-Disposition"].content_disposition == "attachment"
    assert content_disposition("a.png", inline=True).startswith("inline; ")


@pytest.mark.parametrize(
    ("name", "extension"),
    [("a.PDF", "pdf"), ("a", ""), ("a.b.MSG", "msg"), ("a.pdf ", ""), ("x.\uff50\uff44\uff46", "")],
)
def test_extension_of(name, extension):
    assert extension_of(name) == extension
