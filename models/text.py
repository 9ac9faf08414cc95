"""What we accept as text, in one place (ASVS 1.1.1, 2.2): canon for what people type, folding for plain search."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

# C0/C1 controls but line feed and tabulation; surrogates cannot be stored.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
# Before these signs French wants a no-break one; %% is the sign in a pattern, %(name)s a value.
_PLAIN_SPACE = re.compile(r" (?=[:;?!»]|%%|%(?![\w(])|HT\b)|(?<=«) |(?<=\d) (?=h\b)")
# Zero-width and direction controls: they make a title read as another one.
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u061c\u00ad]")


class Sentence(str):
    """A French sentence with figures or names in it. It remembers its pattern, so that pages may say it in another language.

    Sentence("Choisissez %(count)s thèmes au plus.", count=3)      # reads « Choisissez 3 thèmes au plus. »
    """

    pattern: str
    values: dict[str, Any]

    def __new__(cls, pattern: str, **values: Any) -> Sentence:
        sentence = super().__new__(cls, pattern % values)
        sentence.pattern, sentence.values = pattern, values
        return sentence


def canon(text: str) -> str:
    """The same text, composed (NFC), with Unix line ends, without control, zero-width or direction characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _CONTROLS.sub("", _INVISIBLE.sub("", text))
    return unicodedata.normalize("NFC", text)


def canon_line(text: str) -> str:
    """``canon`` on one line: white space runs become one space, ends are trimmed."""
    return " ".join(canon(text).split())


def typeset(sentence: str) -> str:
    """The same French sentence, or pattern of one, with no-break spaces before « : ; ? ! », %, HT and the h of hours, and inside the guillemets."""
    return _PLAIN_SPACE.sub("\u00a0", sentence)


def fold(text: str) -> str:
    """Lower case without accents, typewriter apostrophes: for comparing names and for plain text search.

    PostgreSQL has the same function (migrations/versions/0001_first_tables.py): change both.
    """
    text = text.casefold().replace("œ", "oe").replace("æ", "ae").replace("’", "'")
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def slugify(text: str, limit: int = 60) -> str:
    """Letters and digits of ``text`` joined by hyphens, at most ``limit`` characters and whole words, for readable addresses."""
    words = "-".join(re.findall(r"[a-z0-9]+", fold(text)))
    whole = words if len(words) <= limit else words[: limit + 1].rpartition("-")[0]
    return whole or words[:limit] or "sans-titre"
