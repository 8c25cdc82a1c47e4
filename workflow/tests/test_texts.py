"""Hostile and careless text: what is stored of it, and what is refused."""

import pytest

from workflow.texts import clean_line, clean_text, is_blank, text_problems, whole_number


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        pytest.param("  Printer   is  down ", "Printer is down", id="runs of blanks fold"),
        pytest.param("Subject\r\nBcc: all@corp.example", "Subject Bcc: all@corp.example", id="CR LF folds to a space"),
        pytest.param(
            "one\u2028two\u2029three\x85four\tfive\vsix", "one two three four five six", id="every line break"
        ),
        pytest.param("nul\x00 and \x1b[31mbell\x07", "nul and [31mbell", id="control characters go"),
        pytest.param("invoice\u202efdp.exe\u2066x\u2069\u200f", "invoicefdp.exex", id="direction marks go"),
        pytest.param("lone \ud800 half", "lone half", id="a lone surrogate goes"),
        pytest.param("<b>Zoë</b> & 日本 👩‍💻", "<b>Zoë</b> & 日本 👩‍💻", id="html and every script are kept as text"),
    ],
)
def test_clean_line(given, kept):
    assert clean_line(given) == kept


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        pytest.param("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour", id="one kind of line break"),
        pytest.param("\n\n  a\tb\x00c\n\nd  \n", "a\tbc\n\nd", id="tabs and empty lines stay, NUL and the margins go"),
        pytest.param("عربي\u200f.", "عربي\u200f.", id="direction marks may be needed in a text"),
        pytest.param("half \udfff", "half", id="a lone surrogate goes"),
    ],
)
def test_clean_text(given, kept):
    assert clean_text(given) == kept


@pytest.mark.parametrize(
    ("text", "blank"),
    [
        pytest.param("", True, id="nothing"),
        pytest.param(" \n\t\u00a0", True, id="blanks"),
        pytest.param("\u200b\u2060\ufeff", True, id="characters nobody sees"),
        pytest.param("\u3164 \u2800\u115f", True, id="letters nobody sees"),
        pytest.param(".", False, id="a dot"),
    ],
)
def test_is_blank(text, blank):
    assert is_blank(text) is blank


@pytest.mark.parametrize(
    ("text", "number"),
    [
        pytest.param("7", 7, id="a digit"),
        pytest.param("007", 7, id="noughts ahead"),
        pytest.param("9" * 15, 10**15 - 1, id="the largest"),
        pytest.param("9" * 16, None, id="one digit more"),
        pytest.param("9" * 5000, None, id="more than Python reads"),
        pytest.param("", None, id="nothing"),
        pytest.param("-1", None, id="less than nothing"),
        pytest.param("1.5", None, id="a fraction"),
        pytest.param("1_000", None, id="with a stroke"),
        pytest.param(" 1", None, id="with a blank"),
        pytest.param("\u0663", None, id="digits of another script"),
        pytest.param("\u00b2", None, id="a small two"),
    ],
)
def test_whole_number(text, number):
    assert whole_number(text) == number


def test_a_whole_number_has_as_many_digits_as_are_asked_for():
    assert (whole_number("999999", digits=6), whole_number("1000000", digits=6)) == (999_999, None)


def test_text_problems_says_what_is_wrong():
    assert text_problems("The title", "", 200) == ["The title must not be empty."]
    assert text_problems("The title", "x" * 200, 200) == []
    assert text_problems("The title", "x" * 1201, 200) == ["The title has 1,201 characters; at most 200 are possible."]
