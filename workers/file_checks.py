"""Reads one attached document in a process of its own, with little memory and little time: what it says may be meant to harm.

    python -m workers.file_checks pdf PATH OUT      # prints one word, a verdict of models/attachment.py; « clean » is the good one

Images are drawn again into OUT, without anything but their pixels. Nothing else of ours is imported, so that it
starts in a moment.
"""

from __future__ import annotations

import logging
import resource
import sys
from pathlib import Path

from workers.office_checks import check_office
from workers.pdf_checks import check_pdf

MEMORY = 640 * 1024 * 1024
SECONDS = 20
LARGEST_WRITTEN = 64 * 1024 * 1024
#: 40 million dots of four bytes, twice while they are turned, fit in MEMORY. A telephone takes 12 to 50 million.
MOST_PIXELS = 40_000_000
QUALITY = 90


def check(kind: str, path: Path, out: Path) -> str:
    """The verdict on the file at ``path``, whose first bytes are those of a ``kind``."""
    if kind in ("png", "jpeg"):
        return check_image(kind, path, out)
    return check_pdf(path) if kind == "pdf" else check_office(kind, path)


def check_image(kind: str, path: Path, out: Path) -> str:
    """Draw it again: what hides beside the pixels (place, serial number, another file) stays behind."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # our own limit, asked before anything is unpacked
    try:
        with Image.open(path, formats=[kind.upper()]) as image:
            if image.width * image.height > MOST_PIXELS:
                return "too_large_inside"
            image.load()
            upright = ImageOps.exif_transpose(image)
            if kind == "jpeg":
                plain = upright.convert("L" if upright.mode == "L" else "RGB")
            elif upright.mode in ("1", "L", "LA", "RGB", "RGBA"):
                plain = upright
            else:
                plain = upright.convert("RGBA")
            plain.info.clear()  # `save` would write again what it knows: a comment, a profile
            plain.save(out, kind.upper(), quality=QUALITY)
    except (OSError, SyntaxError, ValueError):
        return "unreadable"
    return "clean"


def main(kind: str, path: str, out: str) -> str:
    """The same under limits that the system holds."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_WRITTEN, LARGEST_WRITTEN))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    logging.disable(logging.CRITICAL)  # parsers complain of every oddity
    sys.setrecursionlimit(2_000)
    try:
        return check(kind, Path(path), Path(out))
    except (MemoryError, RecursionError):
        return "too_large_inside"


if __name__ == "__main__":
    sys.stdout.write(main(*sys.argv[1:]))
