"""Asks ClamAV about a file, in its own words (INSTREAM). Where no antivirus is set, our own checks are the only ones."""

from __future__ import annotations

import socket
import struct
from pathlib import Path
from urllib.parse import unquote, urlsplit

PATIENCE = 30.0
_BLOCK = 64 * 1024


class AntivirusUnreachable(Exception):
    """It gave no answer, or one that says nothing of the file: ask again later."""


def is_infected(path: Path, url: str) -> bool:
    """Whether the antivirus at ``url`` (tcp://machine:3310 or unix:///path) knows it as harmful."""
    try:
        with _connect(url) as line, path.open("rb") as file:
            line.sendall(b"zINSTREAM\0")
            while block := file.read(_BLOCK):
                line.sendall(struct.pack(">I", len(block)) + block)
            line.sendall(struct.pack(">I", 0))
            answer = b""
            while not answer.endswith(b"\0") and (heard := line.recv(4096)):
                answer += heard
    except OSError as error:
        raise AntivirusUnreachable(f"{type(error).__name__}: {error}") from error
    words = answer.rstrip(b"\0\n").decode("utf-8", "replace")
    if words.endswith(" FOUND"):
        return True
    if words == "stream: OK":
        return False
    raise AntivirusUnreachable(words[:200] or "no answer")


def _connect(url: str) -> socket.socket:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(PATIENCE)
        try:
            line.connect(unquote(parts.path))
        except OSError:
            line.close()
            raise
        return line
    return socket.create_connection((parts.hostname, parts.port or 3310), timeout=PATIENCE)
