"""One meeting as a file that any calendar opens (iCalendar, RFC 5545)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from models.text import canon

LINE_OCTETS = 75
LASTS = timedelta(hours=1)


def as_calendar(
    *,
    uid: str,
    starts_at: datetime,
    title: str,
    written_at: datetime,
    ends_at: datetime | None = None,
    place: str = "",
    address: str = "",
    cancelled: bool = False,
) -> str:
    """The text of a file with one meeting, of an hour unless ``ends_at`` says otherwise. The same ``uid`` later: the same
    meeting, moved, or ``cancelled``.

    Instants are written in UTC, so that no time zone has to be described.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Adopte une innovation//FR",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"DTSTAMP:{_instant(written_at)}",
        f"DTSTART:{_instant(starts_at)}",
        f"DTEND:{_instant(ends_at or starts_at + LASTS)}",
        f"SUMMARY:{_escaped(title)}",
        *([f"LOCATION:{_escaped(place)}"] if place else []),
        *([f"URL:{address}"] if address else []),
        *(["STATUS:CANCELLED"] if cancelled else []),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _instant(value: datetime) -> str:
    return f"{value.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    plain = canon(text).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return plain.replace("\n", "\\n").replace("\t", " ")


def _folded(line: str) -> str:
    """Lines of 75 octets at most, a character never cut in two; the next ones begin with a space."""
    pieces, size = [""], 0
    for character in line:
        weight = len(character.encode())
        if size + weight > LINE_OCTETS - (1 if len(pieces) > 1 else 0):
            pieces.append("")
            size = 0
        pieces[-1] += character
        size += weight
    return "\r\n ".join(pieces)
