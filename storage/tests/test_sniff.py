"""The content check (F5, A4): true files pass, whatever pretends is refused, and no verdict needs the whole file."""

import pytest

from storage.containers import DIRECTORY_BYTES, LAST_BYTES
from storage.errors import ContentMismatch
from storage.limits import TYPES, Limits, decide_type
from storage.sniff import FIRST_BYTES, check_content
from storage.tests import polyglots, samples

MACRO_DIRECTORY = [f"xl/worksheets/sheet{number}.xml" for number in range(3000)]


class File:
    """Content that counts what is read of it."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.reads: list[int] = []

    def read(self, offset: int, length: int) -> bytes:
        self.reads.append(length)
        return self.content[offset : offset + length]


def check(name: str, content: bytes) -> File:
    file = File(content)
    kind = decide_type(name, "", Limits())
    check_content(content[:FIRST_BYTES], len(content), kind, file.read)
    return file


@pytest.mark.parametrize("name", samples.TRUE_FILES)
def test_f5_a_true_file_passes(name):
    check(name, samples.TRUE_FILES[name])


def test_f5_every_type_has_a_true_file():
    assert {name.rpartition(".")[2] for name in samples.TRUE_FILES} == set(TYPES)


@pytest.mark.parametrize("name", polyglots.REFUSED)
def test_f5_what_pretends_is_refused(name):
    with pytest.raises(ContentMismatch) as refused:
        check(name, polyglots.REFUSED[name])

    extension = name.rpartition(".")[2]
    assert (refused.value.code, refused.value.data) == ("file_content_mismatch", {"extension": extension})
    assert f".{extension} files" in refused.value.sentence


@pytest.mark.parametrize("name", polyglots.LET_THROUGH)
def test_f5_what_is_let_through_on_purpose_is_never_served_as_a_page(name):
    content, why = polyglots.LET_THROUGH[name]

    check(name, content)

    served = TYPES[name.rpartition(".")[2]].served_as
    assert why
    assert served.startswith("image/") or served in {"application/octet-stream", "application/zip"}


def test_f5_the_corpus_is_large_enough():
    assert len(polyglots.REFUSED) + len(polyglots.LET_THROUGH) >= 30


@pytest.mark.parametrize("extension", TYPES)
def test_f5_no_true_file_of_another_kind_passes(extension):
    kind, own = TYPES[extension], {extension, "jpg" if extension == "jpeg" else "jpeg" if extension == "jpg" else ""}
    text, archives = {"txt", "log", "csv", "eml"}, {"zip", "docx", "xlsx", "pptx"}
    others = {
        name: content
        for name, content in samples.TRUE_FILES.items()
        if (other := name.rpartition(".")[2]) not in own
        and not (extension in text and other in text)
        and not (extension == "zip" and other in archives)
        and not (extension == "docx" and name == "office as archive.zip")
    }

    passed = []
    for name, content in others.items():
        try:
            check_content(content[:FIRST_BYTES], len(content), kind, File(content).read)
        except ContentMismatch:
            continue
        passed.append(name)

    assert passed == []


def test_f5_an_office_file_is_known_by_the_list_at_its_end():
    large = samples.archive(
        "media/film.bin", "word/document.xml", "[Content_Types].xml", content=bytes(200_000), compressed=False
    )

    assert check("large.docx", large).reads == [LAST_BYTES]


def test_f5_macros_are_found_at_the_end_of_a_large_file():
    content = samples.archive("[Content_Types].xml", *MACRO_DIRECTORY, "xl/vbaProject.bin")

    assert len(content) > FIRST_BYTES
    with pytest.raises(ContentMismatch):
        check("large.xlsx", content)


def test_f5_a_compound_file_costs_one_more_read():
    assert check("far.doc", samples.TRUE_FILES["far directory.doc"]).reads == [DIRECTORY_BYTES]


@pytest.mark.parametrize("name", ["a.png", "a.docx", "a.doc", "plain.txt", "a.zip", "a.eml"])
def test_f5_a_short_file_is_not_read_again(name):
    assert check(name, samples.TRUE_FILES[name]).reads == []
