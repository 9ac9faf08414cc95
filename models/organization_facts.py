"""What the registers of the State say of an organisation, and a few facts it gives itself.

None of them opens a right: a label is information, never a proof that something is innovative in the sense of the law.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from models.errors import NotReady
from models.text import Sentence

#: INSEE's bands of staff, gathered into six.
SIZE_BANDS = ("0", "1-9", "10-49", "50-249", "250-4999", "5000+")
#: trancheEffectifsEtablissement (INSEE) → ours. NN: employs nobody, or did not say.
BAND_OF_INSEE = {
    "NN": "", "00": "0", "01": "1-9", "02": "1-9", "03": "1-9", "11": "10-49", "12": "10-49", "21": "50-249", "22": "50-249",
    "31": "50-249", "32": "250-4999", "41": "250-4999", "42": "250-4999", "51": "250-4999", "52": "5000+", "53": "5000+",
}  # fmt: skip
_NAF = re.compile(r"(\d{2})\.?(\d{2})\.?([A-Z])")
_RNA = re.compile(r"W\d[\dAB]\d{7}")
_DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")


class OrganizationFacts:
    """Columns of ``Organization``. ``naf``: NAF rév. 2, « 62.01Z »; ``rna``: « W » and nine signs, for associations;
    ``contact_email``: where the team may write to a company that nobody has joined, shown to the team only."""

    naf: Mapped[str] = mapped_column(String(6), default="", index=True)
    rna: Mapped[str] = mapped_column(String(10), default="")
    size_band: Mapped[str] = mapped_column(String(10), default="")
    founded_on: Mapped[date | None]
    labels: Mapped[list[str]] = mapped_column(JSON, default=list)
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    merged_on: Mapped[date | None]

    @declared_attr
    def merged_into_id(cls) -> Mapped[int | None]:  # noqa: N805 (SQLAlchemy calls it on the class)
        """The organisation that took everything over."""
        return mapped_column(ForeignKey("organization.id"), index=True)


def canon_naf(typed: str) -> str:
    """« 62.01Z » for « 6201z ». Raises NotReady for what is no code of the NAF."""
    if not typed.strip():
        return ""
    found = _NAF.fullmatch("".join(typed.split()).upper())
    if found is None:
        raise NotReady(
            [
                (
                    "naf",
                    "Un code NAF a quatre chiffres et une lettre, par exemple 62.01Z. L’avis INSEE le donne.",
                )
            ]
        )
    return f"{found[1]}.{found[2]}{found[3]}"


def canon_rna(typed: str) -> str:
    """« W931234567 ». Raises NotReady for what is no number of the register of associations."""
    number = "".join(typed.split()).upper()
    if number and not _RNA.fullmatch(number):
        raise NotReady(
            [("rna", "Un numéro RNA commence par W, suivi de neuf chiffres, par exemple W931234567.")]
        )
    return number


def canon_facts(fields: dict[str, Any]) -> dict[str, Any]:
    """The same fields, codes and numbers in the form in which they are kept. Raises NotReady."""
    canons: dict[str, Callable[[Any], str]] = {"naf": canon_naf, "rna": canon_rna, "size_band": str}
    return {name: canons[name](value or "") if name in canons else value for name, value in fields.items()}


def canon_domains(typed: str, *, used: set[str]) -> list[str]:
    """The domains of a list such as « bagnolet.fr, ville-bagnolet.fr ».

    ``used``: domains of the confirmed addresses of the members. Another one would let strangers in: everybody has an address
    at a free provider. Raises NotReady.
    """
    domains = list(dict.fromkeys(word.lstrip("@") for word in re.split(r"[\s,;]+", typed.lower()) if word))
    for domain in domains:
        if not _DOMAIN.fullmatch(domain):
            raise NotReady(
                [("email_domains", Sentence("« %(domain)s » n’est pas un domaine.", domain=domain[:80]))]
            )
        if domain not in used or domain in FREE_PROVIDERS:
            raise NotReady([("email_domains", Sentence(_NOT_YOURS, domain=domain[:80]))])
    return domains


_NOT_YOURS = (
    "« %(domain)s » n’est pas le domaine d’un de vos membres. Donnez un domaine de l’organisation, "
    "celui d’une adresse qu’un membre a confirmée."
)
#: Anybody opens an address there.
FREE_PROVIDERS = {
    "gmail.com", "googlemail.com", "orange.fr", "wanadoo.fr", "free.fr", "sfr.fr", "neuf.fr", "laposte.net", "bbox.fr",
    "numericable.fr", "aliceadsl.fr", "hotmail.com", "hotmail.fr", "outlook.com", "outlook.fr", "live.com", "live.fr",
    "msn.com", "yahoo.com", "yahoo.fr", "icloud.com", "me.com", "proton.me", "protonmail.com", "gmx.com", "gmx.fr",
    "aol.com", "mail.com", "zoho.com", "tutanota.com",
}  # fmt: skip
