"""Documents made on the spot: good ones as people have them, and bad ones as somebody would send."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def pdf(*, pages: int = 1, **changes: Any) -> bytes:
    """A PDF of blank pages. ``script``, ``launch``, ``file``, ``password``: what it hides."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    if "file" in changes:
        writer.add_attachment("outil.exe", changes["file"])
    for what, name, key in (("script", "/JavaScript", "/JS"), ("launch", "/Launch", "/F")):
        if what in changes:
            words = {NameObject("/S"): NameObject(name), NameObject(key): TextStringObject(changes[what])}
            writer.root_object[NameObject("/OpenAction")] = DictionaryObject(words)
    if "password" in changes:
        writer.encrypt(changes["password"], algorithm="RC4-128")
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def image(kind: str = "PNG", size: tuple[int, int] = (40, 30), **options: Any) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, (31, 78, 158)).save(written, kind, **options)
    return written.getvalue()


def photograph_with_place() -> bytes:
    """A JPEG that says where it was taken and what somebody noted beside it, turned by its metadata."""
    exif = Image.Exif()
    exif[0x0112] = 6  # « turn me a quarter to the right »
    exif[0x010F] = "Appareil numéro de série 4321"
    exif.get_ifd(0x8825)[1] = "N"
    return image("JPEG", exif=exif, comment=b"Chez madame Petit, 4321 rue des Lilas")


def png_that_says(width: int, height: int) -> bytes:
    """A PNG of a few bytes that announces as many dots."""

    def chunk(name: bytes, contents: bytes) -> bytes:
        return (
            struct.pack(">I", len(contents))
            + name
            + contents
            + struct.pack(">I", zlib.crc32(name + contents))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    rows = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


_TYPES = {
    "docx": (
        "word/document.xml",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    ),
    "xlsx": ("xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"),
    "pptx": (
        "ppt/presentation.xml",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
    ),
}
_OPEN = {"odt": "text", "ods": "spreadsheet", "odp": "presentation"}
MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"


def office(kind: str = "docx", *, types: str = "", more: Mapping[str, bytes | str] | None = None) -> bytes:
    """An office document with little in it, and ``more`` entries by name."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        if kind in _OPEN:
            archive.writestr(
                "mimetype", f"application/vnd.oasis.opendocument.{_OPEN[kind]}", zipfile.ZIP_STORED
            )
            archive.writestr("content.xml", "<office:document-content/>")
        else:
            part, media_type = _TYPES[kind]
            archive.writestr(
                "[Content_Types].xml",
                f'<Types><Override PartName="/{part}" ContentType="{types or media_type}"/></Types>',
            )
            archive.writestr(part, "<document>Trente capteurs, une réunion de calage.</document>")
        for name, contents in (more or {}).items():
            archive.writestr(name, contents)
    return written.getvalue()


def relations(kind: str, target: str) -> str:
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return f'<Relationships><Relationship Id="r1" Type="{base}/{kind}" Target="{target}" TargetMode="External"/></Relationships>'


def bomb(megabytes: int = 150) -> bytes:
    return office(more={"word/media/vide.xml": b"0" * (megabytes * 1024 * 1024)})


def two_in_one() -> bytes:
    """A PDF which is a zip as well."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("outil.js", "alert(1)")
    return pdf() + archive.getvalue() + b"\n%%EOF\n"


def encrypted_zip() -> bytes:
    """An office document whose entries say that they need a password."""
    contents = bytearray(office())
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = contents.find(sign)
        while place >= 0:
            contents[place + offset] |= 1
            place = contents.find(sign, place + 4)
    return bytes(contents)


BOUNDARY = "une-limite-que-rien-ne-contient"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"


def multipart(
    fields: Mapping[str, str], documents: Iterable[tuple[str, bytes]], name: str = "files"
) -> bytes:
    """The body of a form with files, as a browser writes it."""
    parts = [f'form-data; name="{key}"\r\n\r\n{value}'.encode() for key, value in fields.items()]
    for file_name, contents in documents:
        head = f'form-data; name="{name}"; filename="{file_name}"\r\nContent-Type: application/octet-stream\r\n\r\n'
        parts.append(head.encode() + contents)
    limit = f"--{BOUNDARY}".encode()
    body = b"".join(limit + b"\r\nContent-Disposition: " + part + b"\r\n" for part in parts)
    return body + limit + b"--\r\n"
