"""Whether an office document only holds words, tables and pictures: it is a zip, and anything may be put into a zip."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from pathlib import Path
from typing import IO

MOST_ENTRIES = 2_000
MOST_UNPACKED = 200 * 1024 * 1024
#: XML packs well, a bomb packs better. Small files are left out: a blank sheet is nearly nothing.
MOST_RATIO = 50
RATIO_COUNTS_FROM = 1024 * 1024
#: A document in a document (the table of a chart), not deeper.
DEEPEST = 1
_OPEN_TYPES = {
    "odt": b"application/vnd.oasis.opendocument.text",
    "ods": b"application/vnd.oasis.opendocument.spreadsheet",
    "odp": b"application/vnd.oasis.opendocument.presentation",
}
_MAIN = {
    "docx": b"wordprocessingml.document.main+xml",
    "xlsx": b"spreadsheetml.sheet.main+xml",
    "pptx": b"presentationml.presentation.main+xml",
}
_PROGRAMS = re.compile(
    r"vbaproject|vbadata|activex|oleobject|(^|/)basic/|(^|/)scripts/|macrosheets|\.(bin|exe|dll|js|vbs|ps1|bat|cmd|com|scr|hta|jar|lnk|html?|docm|xlsm|pptm|xlam|swf)$",
    re.IGNORECASE,
)
#: Printer settings are harmless bytes that Excel writes into nearly every file.
_HARMLESS = re.compile(r"(^|/)printerSettings\d*\.bin$", re.IGNORECASE)
_NESTED = re.compile(r"\.(docx|xlsx|pptx)$", re.IGNORECASE)
_XML = re.compile(r"\.(xml|rels)$", re.IGNORECASE)
_RELATION = re.compile(rb"<Relationship\b[^>]*>")
_EXTERNAL = re.compile(rb"TargetMode\s*=\s*[\"']External")
_LINK = re.compile(rb"Type\s*=\s*[\"'][^\"']*/(hyperlink|image)[\"']")
_BLOCK = 1024 * 1024
_OVERLAP = 64
#: The record that ends a zip, when no comment follows.
_END = 22


def check_office(kind: str, path: Path) -> str:
    """A verdict of models/attachment.py."""
    with path.open("rb") as file:
        return _check(kind, file, DEEPEST)


def _check(kind: str, file: IO[bytes], deeper: int) -> str:
    file.seek(-_END, io.SEEK_END)
    if file.read(4) != b"PK\x05\x06":
        return "unreadable" if not zipfile.is_zipfile(file) else "two_in_one"
    try:
        with zipfile.ZipFile(file) as archive:
            return _too_much(archive) or _wrong_entries(kind, archive, deeper) or "clean"
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        ValueError,
        OSError,
        RuntimeError,
        KeyError,
    ):
        return "unreadable"


def _too_much(archive: zipfile.ZipFile) -> str:
    """Asked of what the zip says of itself, before anything is unpacked (what it says is then held against it)."""
    entries = archive.infolist()
    if any(entry.flag_bits & 1 for entry in entries):
        return "locked"
    unpacked, packed = sum(e.file_size for e in entries), sum(e.compress_size for e in entries)
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED:
        return "too_large_inside"
    if any(
        e.file_size > RATIO_COUNTS_FROM and e.file_size > MOST_RATIO * max(1, e.compress_size)
        for e in entries
    ):
        return "too_large_inside"
    if unpacked > RATIO_COUNTS_FROM and unpacked > MOST_RATIO * max(1, packed):
        return "too_large_inside"
    # Another file before, between or after: one reader shows this document, another one that.
    return "two_in_one" if archive.comment or min((e.header_offset for e in entries), default=1) else ""


def _wrong_entries(kind: str, archive: zipfile.ZipFile, deeper: int) -> str:
    names = archive.namelist()
    if len(set(names)) != len(names):
        return "two_in_one"
    if any(".." in name.split("/") or name.startswith("/") or "\\" in name for name in names):
        return "active"
    if any(_PROGRAMS.search(name) and not _HARMLESS.search(name) for name in names):
        return "active"
    if not _is_what_it_says(kind, archive):
        return "not_what_it_says"
    for name in names:
        verdict = _look_into(kind, archive, name, deeper)
        if verdict:
            return verdict
    return ""


def _is_what_it_says(kind: str, archive: zipfile.ZipFile) -> bool:
    if kind in _OPEN_TYPES:
        first = archive.infolist()[0]
        return first.filename == "mimetype" and archive.read(first)[:100].strip() == _OPEN_TYPES[kind]
    if "[Content_Types].xml" not in archive.namelist():
        return False
    types = archive.read("[Content_Types].xml")
    return _MAIN[kind] in types


def _look_into(kind: str, archive: zipfile.ZipFile, name: str, deeper: int) -> str:
    """Unpack one entry whole (its checksum is checked at its end), a block at a time."""
    if found := _NESTED.search(name):
        inner = found[1].lower()
        return (
            "file_inside"
            if not deeper
            else _nested(_check(inner, io.BytesIO(archive.read(name)), deeper - 1))
        )
    kept = b""
    with archive.open(name) as entry:
        while block := entry.read(_BLOCK):
            words = kept + block
            if _XML.search(name) and (verdict := _look_at(kind, words, is_first=not kept)):
                return verdict
            kept = words[-_OVERLAP:]
    if name.endswith(".rels") and _calls_outside(archive.read(name)):
        return "active"
    return ""


def _nested(verdict: str) -> str:
    return "" if verdict == "clean" else verdict


def _look_at(kind: str, words: bytes, *, is_first: bool) -> str:
    if is_first and (words[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in words[:64]):
        return "unreadable"  # in an alphabet in which nothing below would be found
    if b"<!ENTITY" in words or (kind in _MAIN and b"<!DOCTYPE" in words):
        return "active"
    if (
        b"macroEnabled" in words
        or b"DDEAUTO" in words
        or b"<ddeLink" in words
        or b"<script:event-listener" in words
    ):
        return "active"
    return "locked" if b"manifest:encryption-data" in words else ""


def _calls_outside(relations: bytes) -> bool:
    """Whether opening it fetches something: a template, an object, a frame. Links that one clicks, and pictures, are let be."""
    return any(
        _EXTERNAL.search(relation) and not _LINK.search(relation) for relation in _RELATION.findall(relations)
    )
