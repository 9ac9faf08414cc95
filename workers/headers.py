"""Heads of mails as they were written: « … peut vous concerner : À l’accueil … » arrives with all its spaces.

Where it folds a long head, Python 3.11's email package drops the space between two words that both hold accents (one subject of
eighteen, drawn at random among ours). Its older ``Header`` does not, so it encodes what is not ASCII.
"""

from __future__ import annotations

from email.header import Header
from email.policy import EmailPolicy
from typing import Any


class FaithfulPolicy(EmailPolicy):
    """The usual policy for mail that leaves, with the subject and the names of people encoded whole."""

    def fold(self, name: str, value: Any) -> str:
        if str(value).isascii() or name.lower() not in ("subject", "from", "to"):
            return str(super().fold(name, value))
        if name.lower() == "subject":
            words = self._encode(name, str(value))
        else:
            words = f",{self.linesep} ".join(
                f"{self._encode(name, address.display_name)}{self.linesep} <{address.addr_spec}>"
                for address in value.addresses
            )
        return f"{name}: {words}{self.linesep}"

    def fold_binary(self, name: str, value: Any) -> bytes:
        return self.fold(name, value).encode("ascii", "surrogateescape")

    def _encode(self, name: str, words: str) -> str:
        return Header(words, "utf-8", header_name=name).encode(linesep=self.linesep)


#: Lines end as SMTP wants them.
FAITHFUL = FaithfulPolicy(linesep="\r\n")
