"""Files that pretend (A4): name -> content that must be refused, and name -> content that is let through and why."""

import base64

from storage.tests.samples import COMPOUND_HEADER, MAIL, archive, compound, gif, jpeg, office, pdf, png, webp

PAGE = b"<!DOCTYPE html><html><body><script>alert(document.domain)</script></body></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
PROGRAM = b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0" + bytes(44) + b"\x80\0\0\0" + bytes(64) + b"PE\0\0d\x86"
LINUX = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\0>\0\x01\0\0\0" + bytes(40)
JPEG_2000 = b"\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x14ftypjp2 \0\0\0\0jp2 "
EICAR = base64.b64decode("WDVPIVAlQEFQWzRcUFpYNTQoUF4pN0NDKTd9JEVJQ0FSLVNUQU5EQVJELUFOVElWSVJVUy1URVNULUZJTEUhJEgrSCo=")
"""The test file of virus scanners, written so that no scanner stops at this source."""

REFUSED: dict[str, bytes] = {
    "page as image.png": PAGE,
    "page as image.jpg": PAGE,
    "page as document.pdf": PAGE,
    "page as archive.zip": PAGE,
    "page as office.docx": PAGE,
    "page as mail.msg": PAGE,
    "page as text.txt": PAGE,
    "page behind blanks.txt": b"\xef\xbb\xbf \r\n\t\n" + PAGE,
    "page in wide letters.txt": b"\xff\xfe" + PAGE.decode().encode("utf-16-le"),
    "page in a comment.log": b"<!-- nothing -->" + PAGE,
    "page in capitals.csv": PAGE.upper(),
    "page as mail.eml": PAGE,
    "page behind one field.eml": b"Subject: x\r\nX-Y: <script>alert(1)</script>\r\n\r\n",
    "page with a field's colon.eml": b"<script>x:</script>\nFrom: a\n",
    "no mail.eml": b"key: value\nother: value\n",
    "mail without fields.eml": b"Hello, how are you?\n",
    "drawing as image.png": SVG,
    "drawing with script.txt": b'<?xml version="1.0"?>\n' + SVG,
    "drawing after text.csv": b"name,amount\n" + SVG,
    "image with handler.txt": b"Look: <img src=x onerror=alert(1)>",
    "link that runs.txt": b'Look: <a href="javascript:alert(1)">here</a>',
    "script in the size field.gif": b"GIF89a/*\0\x01\0\0\0\0,\0\0*/=1;alert(1)//;",
    "script by assignment.gif": b"GIF89a=1;alert(1);//;;;;",
    "script in the segment length.jpg": b"\xff\xd8\xff\xe0/*JFIF\0\x01\x01\0\0\x01\0\x01\0\0*/=alert(1)//",
    "script in the length.webp": b"RIFF/*\0\0WEBPVP8L\0\0\0\0*/=1;alert(1)//" + bytes(12_000),
    "page in the comment.jpg": jpeg(PAGE),
    "page after the signature.gif": gif()[:6] + PAGE,
    "page after the signature.png": png()[:8] + PAGE,
    "page at the end of a tiny image.png": png(PAGE),
    "page in the head.pdf": pdf(b"<html><script>alert(1)</script></html>\n"),
    "page before the signature.pdf": b"<html></html>" + pdf(),
    "blank before the signature.pdf": b"\r\n" + pdf(),
    "signature cut short.png": png()[:20],
    "signature cut short.gif": gif()[:8],
    "signature cut short.jpg": jpeg()[:3],
    "signature cut short.pdf": b"%PDF",
    "shorter than it says.webp": webp()[:-4],
    "sound under an image's name.webp": b"RIFF\x24\0\0\0WAVEfmt " + bytes(40),
    "document under another name.txt": pdf(b""),
    "image under another name.log": b"GIF89a=1;alert(1)",
    "signature in words.jpg": b"\\377\\330\\377" + b"a" * 40,
    "jpeg 2000.jpg": JPEG_2000 + bytes(40),
    "gif under another name.png": gif(),
    "png under another name.jpg": png(),
    "archive under another name.png": archive("a.txt"),
    "archive under another name.docx": archive("a.txt"),
    "sheet under another name.docx": office("xl/workbook.xml"),
    "with macros.docx": office("word/document.xml", "word/vbaProject.bin"),
    "parts without their list.pptx": archive("ppt/presentation.xml"),
    "page before the archive.zip": PAGE + archive("a.txt"),
    "program.txt": PROGRAM,
    "program.pdf": PROGRAM,
    "program.zip": PROGRAM + archive("a.txt"),
    "linux program.log": LINUX,
    "linux program cut short.log": b"\x7fELF",
    "shell.txt": b"#!/bin/sh\nrm -rf ~\n",
    "php.txt": b"<?php system($_GET['c']); ?>",
    "php in an image.jpg": jpeg(b"<?php system($_GET['c']); ?>"),
    "zero byte in text.csv": b"a,b\n\0c",
    "wide letters without a mark.txt": "text".encode("utf-16-le"),
    "installer.doc": compound("SummaryInformation", "Property"),
    "sheet under another name.doc": compound("Workbook"),
    "document under another name.msg": compound("WordDocument"),
    "compound of odd sectors.doc": compound("WordDocument")[:30] + b"\x07\0" + compound("WordDocument")[32:],
    "compound cut short.doc": COMPOUND_HEADER,
    "compound with a list outside.xls": compound()[:48] + b"\xf0\xff\xff\x7f" + compound()[52:] + bytes(70_000),
    "nothing.txt": b"",
    "nothing.png": b"",
    "nothing.doc": b"",
    "nothing.docx": b"",
}
"""What must never be listed."""

LET_THROUGH: dict[str, tuple[bytes, str]] = {
    "page behind the image.png": (
        png(bytes(2000) + PAGE),
        "a sound image to every program, and behind what a browser looks at",
    ),
    "archive behind the image.jpg": (
        jpeg() + archive("a.txt"),
        "a sound image; served as image/jpeg, saved, never run",
    ),
    "virus test.txt": (EICAR, "harmless text by its type: the scanner's business, not ours"),
    "virus test.zip": (archive("eicar.com", content=EICAR, compressed=False), "an archive: the scanner's business"),
    "program inside.zip": (
        archive("setup.exe", content=PROGRAM),
        "an archive may hold anything; it is only ever saved",
    ),
    "page inside.zip": (archive("index.html", content=PAGE, compressed=False), "the page is a member, not the file"),
    "page in the body.eml": (MAIL, "mails are HTML; served as bytes and saved"),
    "formula.csv": (b"=cmd|'/c calc'!A1,1\n", "spreadsheets ask before they run it; the desk never opens it"),
    "cut in the middle.png": (png()[:-12], "the digest says it arrived as it was: it was broken before"),
    "script without markup.txt": (b"alert(1)\n", "text; no page loads it, it goes out as bytes"),
}
"""What the check takes on purpose, each with the reason; all of it goes out to be saved, never shown."""
