"""Words and amounts that exist once, so that a page which shows one of them gives away which thing it shows.

secrets = Secrets(WHO_MAY_READ)
need.write(irritant=secrets.word("need draft", "irritant", commune="Bagnolet"))
secrets.found_in(page)      # the secrets that this text holds
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count, product
from typing import Any

#: No vowel and no letter that French typography, a slug or a font changes or joins.
_LETTERS = "bcdghjkmnpqrstvwx"
_WORD = re.compile(r"zk([bcdghjkmnpqrstvwx]{3})kz")
#: 719 000 to 719 999 euros; cents may follow. No other number of these tests begins so.
_AMOUNT = re.compile(r"(?<![0-9a-f.])719(\d{3})(?:[.,]?00)?(?![0-9a-f])")
#: « Camille Test12 <camille.12@exemple.fr> » (tests/factories.py).
_NAME = re.compile(r"test(\d+)")
_ADDRESS = re.compile(r"\.(\d+)@exemple\.fr")
_SPACE_IN_NUMBER = re.compile(r"(?<=\d)[\s\u00a0\u202f](?=\d)")


@dataclass(frozen=True)
class Secret:
    """``whose``: which of the people meant by the table («its commune» → « Bagnolet »)."""

    row: str
    what: str
    whose: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        owners = ", ".join(name for _symbol, name in self.whose)
        return f"« {self.row} » ({self.what}, {owners})"


class Secrets:
    """Makes them and finds them again. ``rows``: the rows of the table that may be asked for."""

    def __init__(self, rows: Mapping[str, object]) -> None:
        self.rows = rows
        self.known: dict[str, Secret] = {}
        self._words = ("".join(letters) for letters in product(_LETTERS, repeat=3))
        self._amounts = count(1)

    def __iter__(self) -> Iterator[Secret]:
        return iter(self.known.values())

    def word(self, row: str, what: str = "words", **whose: str) -> str:
        """Seven letters for ``row`` of the table; ``whose`` says who its « commune », « company »… are."""
        letters = next(self._words)
        self._keep(letters, row, what, whose)
        return f"zk{letters}kz"

    def cents(self, row: str, what: str = "amount", **whose: str) -> int:
        """An amount in cents, of whole euros."""
        number = next(self._amounts)
        self._keep(f"{number:03d}", row, what, whose)
        return (719_000 + number) * 100

    def person(self, user: Any, row: str, **whose: str) -> None:
        """The family name (``row``) and the address of a person of tests/factories.py."""
        number = user.last_name.removeprefix("Test")
        self._keep(f"test{number}", row, user.first_name, whose)
        self._keep(f"@{number}", "address of a person", user.first_name, whose)

    def _keep(self, key: str, row: str, what: str, whose: Mapping[str, str]) -> None:
        assert row in self.rows, f"{row} is not in the table"
        self.known[key] = Secret(row, what, tuple(sorted(whose.items())))

    def found_in(self, text: str) -> set[Secret]:
        """Those that ``text`` holds, however the words are written and the amounts spaced."""
        text = text.lower()
        keys = set(_WORD.findall(text))
        keys.update(f"test{number}" for number in _NAME.findall(text))
        keys.update(f"@{number}" for number in _ADDRESS.findall(text))
        if "719" in text:
            keys.update(_AMOUNT.findall(_SPACE_IN_NUMBER.sub("", text)))
        return {self.known[key] for key in keys if key in self.known}
