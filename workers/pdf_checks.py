"""Whether a PDF only shows pages: no script, no program to launch, no file inside, no password."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

MOST_PAGES = 500
MOST_OBJECTS = 300_000
#: Keys that make a reader do something, or that hold another file.
ACTIVE_KEYS = {"/JS", "/JavaScript", "/XFA", "/RichMediaContent", "/RichMediaSettings"}
FILE_KEYS = {"/EmbeddedFiles", "/EF"}
#: What an action (/S) may not be.
ACTIVE_ACTIONS = {
    "/JavaScript",
    "/Launch",
    "/ImportData",
    "/SubmitForm",
    "/GoToE",
    "/RichMediaExecute",
    "/Rendition",
}
#: Long enough not to stand in compressed bytes by chance: another reader may find objects which ours does not.
_IN_THE_RAW = (b"/JavaScript", b"/RichMedia", b"/EmbeddedFiles")
_TAIL = 2_048
_END_OF_ZIP = b"PK\x05\x06"
_LONGEST_ZIP_END = 22 + 65_535


def check_pdf(path: Path) -> str:
    """A verdict of models/attachment.py."""
    from pypdf.errors import PyPdfError

    contents = path.read_bytes()
    if b"%%EOF" not in contents[-_TAIL:]:
        return "unreadable"  # cut short
    if _END_OF_ZIP in contents[-_LONGEST_ZIP_END:]:
        return "two_in_one"
    try:
        return _read(path, contents)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError, AssertionError):
        # What a parser stumbles over, readers stumble over each in their own way.
        return "unreadable"


def _read(path: Path, contents: bytes) -> str:
    from pypdf import PdfReader

    reader = PdfReader(path)
    if reader.is_encrypted:
        return "locked"
    pages = len(reader.pages)
    if pages == 0:
        return "unreadable"
    if pages > MOST_PAGES:
        return "too_many_pages"
    for found in _dictionaries(reader.trailer):
        keys = set(found)
        if keys & ACTIVE_KEYS or found.get("/S") in ACTIVE_ACTIONS:
            return "active"
        if keys & FILE_KEYS or found.get("/Type") == "/EmbeddedFile":
            return "file_inside"
    if any(word in contents for word in _IN_THE_RAW):
        return "active"
    return "clean"


def _dictionaries(trailer: Any) -> Iterator[Any]:
    """Every dictionary that can be reached from the trailer, each once."""
    from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

    seen: set[tuple[int, int]] = set()
    waiting: list[Any] = [trailer]
    read = 0
    while waiting:
        found = waiting.pop()
        if isinstance(found, IndirectObject):
            number = (found.idnum, found.generation)
            if number in seen:
                continue
            seen.add(number)
            found = found.get_object()
        read += 1
        if read > MOST_OBJECTS:
            raise ValueError("more objects than pages need")
        if isinstance(found, DictionaryObject):
            yield found
            # Without following references by itself: `raw_get` gives them as they stand.
            waiting += [found.raw_get(key) for key in found]
        elif isinstance(found, ArrayObject):
            waiting += list(found)
