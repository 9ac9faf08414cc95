"""Which documents are taken, by the end of their name, and how their first bytes look.

A name is what somebody typed, the first bytes are what a reader opens: both must say the same (workers/file_checks.py then
reads the whole).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from models.text import canon_line

LONGEST_NAME = 120
#: Where a first look needs no more.
HEAD = 16
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Signs that a file system or a terminal takes for something else.
_AWKWARD = re.compile(r'[<>:"|?*%\x00-\x1f]')


@dataclass(frozen=True)
class FileKind:
    """``code`` ends the name; ``media_type`` is what we say when we serve it; ``begins`` are its first bytes."""

    code: str
    media_type: str
    begins: bytes

    def looks_right(self, head: bytes) -> bool:
        return head.startswith(self.begins)


_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
KINDS = {
    kind.code: kind
    for kind in (
        FileKind("pdf", "application/pdf", b"%PDF-"),
        FileKind("png", "image/png", b"\x89PNG\r\n\x1a\n"),
        FileKind("jpeg", "image/jpeg", b"\xff\xd8\xff"),
        FileKind("docx", f"{_OFFICE}.wordprocessingml.document", _ZIP),
        FileKind("xlsx", f"{_OFFICE}.spreadsheetml.sheet", _ZIP),
        FileKind("pptx", f"{_OFFICE}.presentationml.presentation", _ZIP),
        FileKind("odt", f"{_OPEN}.text", _ZIP),
        FileKind("ods", f"{_OPEN}.spreadsheet", _ZIP),
        FileKind("odp", f"{_OPEN}.presentation", _ZIP),
    )
}
_BY_ENDING = {code: code for code in KINDS} | {"jpg": "jpeg", "jpe": "jpeg"}
IMAGES = ("png", "jpeg")
#: For the browser's own choice of files.
ACCEPTED = ",".join(f".{ending}" for ending in _BY_ENDING)


def kind_named(name: str) -> FileKind | None:
    """What a file of this name says it is; None: nothing that we take."""
    stem, dot, ending = clean_name(name).rpartition(".")
    return KINDS.get(_BY_ENDING.get(ending.lower(), "")) if dot and stem else None


def clean_name(name: str) -> str:
    """The last part of a path, on one line, without signs that mislead; the end survives when it is cut."""
    last = canon_line(name.replace("\\", "/")).rpartition("/")[2]
    last = _AWKWARD.sub("_", last).strip(". ")
    stem, dot, ending = last.rpartition(".")
    if not dot:
        return last[:LONGEST_NAME]
    return f"{stem[: LONGEST_NAME - 1 - len(ending)].rstrip()}.{ending}"


def is_locked(head: bytes) -> bool:
    """Office files with a password, and those of before 2007, begin like this."""
    return head.startswith(_OLE)
