"""Small true files of every type, made in memory; the smallest that programs of their kind would open or recognise."""

import io
import struct
import zipfile
import zlib

SECTOR = 512
END_OF_CHAIN = 0xFFFFFFFE
COMPOUND_HEADER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def png(extra: bytes = b"") -> bytes:
    """One red pixel, then whatever is put behind it."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    pixel = chunk(b"IDAT", zlib.compress(b"\0\xff\0\0"))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + pixel + chunk(b"IEND", b"") + extra


def gif() -> bytes:
    return b"GIF89a\x01\0\x01\0\x80\0\0\xff\0\0\0\0\0!\xf9\x04\0\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;"


def jpeg(comment: bytes = b"") -> bytes:
    note = b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment if comment else b""
    return b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0" + note + b"\xff\xdb\0C" + bytes(65) + b"\xff\xd9"


def webp() -> bytes:
    data = b"WEBPVP8L" + struct.pack("<I", 10) + b"/\0\0\0\0\x88\x88\x08\0\0"
    return b"RIFF" + struct.pack("<I", len(data)) + data


def pdf(head: bytes = b"%\xe2\xe3\xcf\xd3\n") -> bytes:
    return b"%PDF-1.7\n" + head + b"1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n"


def archive(*names: str, content: bytes = b"x", compressed: bool = True) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED) as target:
        for name in names:
            target.writestr(name, content)
    return made.getvalue()


def office(part: str, *more: str) -> bytes:
    return archive("[Content_Types].xml", "_rels/.rels", part, *more)


def compound(*names: str, before: int = 0, sector_shift: int = 9) -> bytes:
    """A compound file whose directory stands behind `before` bytes of content."""
    sector = 1 << sector_shift
    filler = bytes(-(-before // sector) * sector)
    header = bytearray(sector)
    header[:8] = COMPOUND_HEADER
    struct.pack_into("<HHHH", header, 24, 0x3E, 3 if sector_shift == 9 else 4, 0xFFFE, sector_shift)
    struct.pack_into("<I", header, 48, len(filler) // sector)
    entries = b"".join(_entry(name) for name in ("Root Entry", *names))
    return bytes(header) + filler + entries + bytes(-len(entries) % sector)


def _entry(name: str) -> bytes:
    written = f"{name}\0".encode("utf-16-le")
    return written + bytes(64 - len(written)) + struct.pack("<H", len(written)) + bytes(62)


MAIL = b"From: a@corp.example\r\nTo: b@corp.example\r\nSubject: Ledger\r\n\r\n<html><body>Hello</body></html>\r\n"

TRUE_FILES: dict[str, bytes] = {
    "a.png": png(),
    "a.gif": gif(),
    "a.jpg": jpeg(),
    "a.jpeg": jpeg(b"a comment"),
    "a.webp": webp(),
    "a.pdf": pdf(),
    "plain.txt": "Ärger <with> the ledger & more\n".encode(),
    "cp1252.txt": "Ärger".encode("cp1252"),
    "bom.csv": b"\xef\xbb\xbfname;amount\r\nA;1\r\n",
    "powershell.log": b"\xff\xfe" + "an error\r\n".encode("utf-16-le"),
    "colours.log": b"\x1b[31mERROR\x1b[0m failed\n",
    "bigendian.txt": b"\xfe\xff" + "text".encode("utf-16-be"),
    "late markup.log": b"2025-11-11 all well\n" * 100 + b"<html><script>dumped by a test</script>",
    "a.csv": b"name,amount\nA,1\n",
    "a.eml": MAIL,
    "mbox.eml": b"From a@corp.example Tue Nov 11\n" + MAIL,
    "a.msg": compound("__nameid_version1.0", "__properties_version1.0"),
    "a.doc": compound("1Table", "WordDocument"),
    "a.xls": compound("Workbook", sector_shift=12),
    "old.xls": compound("Book"),
    "a.ppt": compound("PowerPoint Document"),
    "far directory.doc": compound("WordDocument", before=200_000),
    "a.docx": office("word/document.xml"),
    "a.xlsx": office("xl/workbook.xml"),
    "a.pptx": office("ppt/presentation.xml"),
    "content types last.docx": archive("_rels/.rels", "word/document.xml", "[Content_Types].xml"),
    "a.zip": archive("a.txt"),
    "empty.zip": archive(),
    "office as archive.zip": office("word/document.xml"),
}
"""Name -> content that must be taken."""
