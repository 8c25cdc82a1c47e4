"""What people in the story attach: pictures of pages, a quote, a table and a log, drawn here so that nothing has to be shipped."""

import struct
import zlib
from collections.abc import Iterator

WIDTH, HEIGHT = 960, 600
PAGE, BAR, SIDE, INK, PALE, RED = (
    (248, 250, 252), (15, 118, 110), (226, 232, 240), (100, 116, 139), (203, 213, 225), (220, 38, 38)
)  # fmt: skip
Colour = tuple[int, int, int]
Box = tuple[int, int, int, int, Colour]
"""Left, top, right, bottom in pixels, and what it is filled with."""


def screenshot(which: int) -> bytes:
    """A PNG that looks like a page of an application with one row marked in red; another one for each number."""
    boxes = list(_boxes(which))
    rows = []
    for y in range(HEIGHT):
        row = bytearray(bytes(PAGE) * WIDTH)
        for left, top, right, bottom, colour in boxes:
            if top <= y < bottom:
                row[left * 3 : right * 3] = bytes(colour) * (right - left)
        rows.append(b"\0" + bytes(row))
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(b"".join(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in parts)


def _boxes(which: int) -> Iterator[Box]:
    yield (0, 0, WIDTH, 48, BAR)
    yield (24, 18, 140, 30, PAGE)
    yield (0, 48, 200, HEIGHT, SIDE)
    for place in range(6):
        yield (24, 84 + place * 40, 120 + place * 17 % 50, 94 + place * 40, INK)
    marked = 3 + which
    for place in range(11):
        top = 92 + place * 44
        yield (232, top + 28, WIDTH - 32, top + 29, PALE)
        ink = RED if place == marked else INK
        for column, left in enumerate((240, 420, 640, 830)):
            right = left + 60 + (place * 37 + column * 23 + which * 11) % 80
            yield (left, top, min(right, WIDTH - 40), top + 12, ink)
    top = 82 + marked * 44
    for edge in ((226, top, WIDTH - 26, top + 3), (226, top + 34, WIDTH - 26, top + 37)):
        yield (*edge, RED)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def page(title: str, line: str) -> bytes:
    """A PDF of one page with a heading and a sentence."""
    said = f"BT /F 24 Tf 72 740 Td ({title}) Tj /F 12 Tf 0 -40 Td ({line}) Tj ET".encode()
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(said), said),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    body, places = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return body + end % (count, table, count, len(body))


def csv() -> bytes:
    """A small table."""
    rows = (f"{4700 + number},Supplier {number:03d},{'wrong' if number % 7 == 0 else 'right'}" for number in range(60))
    return "\n".join(("number,name,filed", *rows, "")).encode()


def log(what: str) -> bytes:
    """The log of a program at work."""
    steps = (
        f"{second // 60:02d}:{second % 60:02d} {'WARN ' if second % 41 == 0 else 'INFO '} {what} {10_000 + second} "
        f"{'waits for its lock' if second % 41 == 0 else 'done'}"
        for second in range(900)
    )
    return "\n".join((*steps, "")).encode()
