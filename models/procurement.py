"""From an amount to the ways of buying that may fit it: a help to think, never advice.

Pure: a ``Case`` and the rows of a table in, a ``Guide`` out; no database, no request, no clock but the ``today`` it is given. ::

    rows = read_rows(Path("data/procurement_thresholds.csv"))
    found = guide(Case(launched_on=date(2026, 4, 1), own_cents=5_500_000), rows)
    found.codes            # {"direct_purchase"}
    found.flag_codes       # {"near_threshold", "essential_data", "written_contract", …}

Amounts are whole cents before tax and are compared strictly: at the ceiling itself one is no more below it. A row counts
only when it is applicable, valid on the day of the launch, and speaks of this kind of buyer and of purchase. Where no row does,
the threshold is *unknown*: no path that would need it is proposed, and the page says to ask.

Where figures and articles come from: docs/procurement.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from models.errors import NotReady
from models.procurement_table import ALIASES, Line, at, hash_of, read_rows
from models.procurement_words import ARTICLES, CONDITIONS, ENDING, PUBLICITY

__all__ = ["Case", "Flag", "Guide", "Path", "at", "guide", "hash_of", "read_rows"]

BUYER_KINDS = ("local_public", "state", "contracting_entity")
PURCHASE_KINDS = ("supplies_services", "works", "social_services")
STRENGTHS = ("weak", "to_reinforce", "solid")
_DISPENSE = {"works": "DISPENSE_TRAVAUX"}
_EU = {"state": "EU_FS_STATE", "contracting_entity": "EU_FS_ENTITY", "local_public": "EU_FS_LOCAL"}
_LOT = {"works": "INNOVATION_LOT_TRAVAUX"}
#: Confidences of a row that a reader must be told of.
SURE = {"verified_text", "verified_secondary"}
CHECK_EVERY_DAYS = 90


@dataclass(frozen=True)
class Case:
    """A purchase one thinks of. Amounts: whole cents before tax, over the whole duration with renewals.

    ``similar_cents``: other purchases of the same kind this year. ``members_cents``: one amount for each other member of a
    group, None where it is not known yet. ``clues``: weak, to_reinforce, solid (models/clues.py weighs them).
    ``innovative_lots_cents``: the lots that are innovative, of all that ``own_cents`` and the members buy.
    ``past_with_supplier``: purchases from the same company in 36 months; ``other_needs``: needs of the same year that may be
    one and the same purchase.
    """

    launched_on: date
    own_cents: int | None = None
    purchase_kind: str = "supplies_services"
    buyer_kind: str = "local_public"
    similar_cents: int = 0
    members_cents: tuple[int | None, ...] = ()
    clues: str = "weak"
    ready_solution: bool = False
    research_needed: bool = False
    innovative_lots_cents: tuple[int, ...] = ()
    free_test: bool = False
    similar_needs: bool = False
    past_with_supplier: int = 0
    other_needs: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "purchase_kind", ALIASES.get(self.purchase_kind, self.purchase_kind))
        problems = list(self._problems())
        if problems:
            raise NotReady(problems)

    def _problems(self) -> Iterable[tuple[str, str]]:
        if type(self.launched_on) is not date:
            yield "launched_on", "Donnez la date de lancement envisagée."
        if self.purchase_kind not in PURCHASE_KINDS:
            yield "purchase_kind", "Choisissez ce que vous achetez dans la liste."
        if self.buyer_kind not in BUYER_KINDS:
            yield "buyer_kind", "Choisissez votre type d’acheteur dans la liste."
        if self.clues not in STRENGTHS:
            yield "clues", "Choisissez la force des indices dans la liste."
        for name, amount in self._amounts():
            if amount is not None and (type(amount) is not int or amount < 0):
                yield name, "Un montant est un nombre positif, en euros hors taxes."
        if (whole := self.whole_cents) is not None and sum(self.innovative_lots_cents) > whole:
            yield "innovative_lots", "Les lots innovants dépassent le montant de l’achat."

    def _amounts(self) -> Iterable[tuple[str, int | None]]:
        yield "own_cents", self.own_cents
        yield "similar_cents", self.similar_cents
        for amount in self.members_cents:
            yield "members", amount
        for amount in self.innovative_lots_cents:
            yield "innovative_lots", amount

    @property
    def whole_cents(self) -> int | None:
        """What this one purchase comes to, all members together; None while an amount is missing."""
        amounts = (self.own_cents, *self.members_cents)
        return None if None in amounts else sum(amount for amount in amounts if amount is not None)

    @property
    def total_cents(self) -> int | None:
        """What counts against the thresholds: splitting a need would be irregular."""
        whole = self.whole_cents
        return None if whole is None else whole + self.similar_cents


@dataclass(frozen=True)
class Path:
    """A way of buying that may fit. ``limits``: the rows that opened it or end it; ``publicity``: free, boamp_or_jal, eu_notice,
    unknown; empty for ways without a call."""

    code: str
    limits: tuple[Line, ...] = ()
    publicity: str = ""

    @property
    def conditions(self) -> tuple[str, ...]:
        """What must hold, in plain French sentences."""
        return (*CONDITIONS[self.code], *((PUBLICITY[self.publicity],) if self.publicity else ()))

    @property
    def articles(self) -> str:
        return ARTICLES[self.code]


@dataclass(frozen=True)
class Flag:
    """Something to look at: near_threshold, essential_data, written_contract, online_documents, same_supplier, needs_add_up,
    lots_too_large, ready_solution (why a way that one may expect is not there), uncertain, unchecked. ``rows``: which rows it speaks of; ``count``: how many purchases or needs."""

    code: str
    rows: tuple[Line, ...] = ()
    count: int = 0


@dataclass(frozen=True)
class Guide:
    """What the table says of a case. ``unknown``: codes without a row that day; ``missing``: own_cents, members.

    ``checked_on``: when the rows that were read were last checked (the oldest of them).
    """

    total_cents: int | None
    paths: tuple[Path, ...]
    flags: tuple[Flag, ...]
    unknown: tuple[str, ...]
    missing: tuple[str, ...]
    rows: tuple[Line, ...]
    checked_on: date | None
    ending: str = ENDING

    @property
    def codes(self) -> set[str]:
        return {path.code for path in self.paths}

    @property
    def flag_codes(self) -> set[str]:
        return {flag.code for flag in self.flags}

    def path(self, code: str) -> Path | None:
        return next((path for path in self.paths if path.code == code), None)


def guide(case: Case, rows: Iterable[Line], *, today: date | None = None) -> Guide:
    """The ways that may fit ``case``, their conditions, and what to look at. ``today`` (default: the day of the launch)
    says how long ago a row was checked."""
    return _Reading(case, tuple(rows), today or case.launched_on).guide()


@dataclass
class _Reading:
    """One reading of the table: remembers which rows were looked at, which were not there."""

    case: Case
    rows: tuple[Line, ...]
    today: date
    used: dict[str, Line] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)

    def guide(self) -> Guide:
        total = self.case.total_cents
        paths = [*(self._by_amount(total) if total is not None else ()), *self._by_nature()]
        flags = [*(self._by_rows(paths, total) if total is not None else ()), *self._by_history()]
        flags += self._about_table()
        return Guide(
            total_cents=total,
            paths=tuple(paths),
            flags=tuple(flags),
            unknown=tuple(dict.fromkeys(self.unknown)),
            missing=tuple(self._missing()),
            rows=tuple(self.used.values()),
            checked_on=min((row.checked_on for row in self.used.values() or self.rows), default=None),
        )

    def _row(self, code: str, *, needed: bool = True) -> Line | None:
        row = at(self.rows, code, self.case.launched_on, self.case.buyer_kind, self.case.purchase_kind)
        if row is not None:
            self.used[code] = row
        elif needed:
            self.unknown.append(code)
        return row

    # -------------------------------------------------------------- paths

    def _by_amount(self, total: int) -> Iterable[Path]:
        dispense = self._row(_DISPENSE.get(self.case.purchase_kind, "DISPENSE_FS"))
        if dispense is not None and total < dispense.amount_cents:
            yield Path("direct_purchase", (dispense,))
        if self.case.clues != "weak":
            yield from self._innovative(total)
        if self.case.purchase_kind == "social_services":
            yield from self._social(total, dispense)
            return
        if dispense is not None and total < dispense.amount_cents:
            return  # no call is due: the European threshold is not asked for
        european = self._row(
            "EU_TRAVAUX" if self.case.purchase_kind == "works" else _EU[self.case.buyer_kind]
        )
        if european is None:
            return
        if total >= european.amount_cents:
            yield Path("formal", (european,))
        elif dispense is not None:
            row = self._row("PUBLICITE_BOAMP_JAL")
            free = row is not None and total < row.amount_cents
            publicity = "unknown" if row is None else "free" if free else "boamp_or_jal"
            yield Path("adapted", (dispense, european, *((row,) if row else ())), publicity)

    def _innovative(self, total: int) -> Iterable[Path]:
        ceiling = self._row("INNOVATION")
        if ceiling is not None and total < ceiling.amount_cents:
            yield Path("innovative", (ceiling,))
        lots, whole = self.case.innovative_lots_cents, self.case.whole_cents
        if lots and whole is not None:
            row = self._row(_LOT.get(self.case.purchase_kind, "INNOVATION_LOT_FS"))
            if row is not None and max(lots) < row.amount_cents and sum(lots) * 5 <= whole:
                yield Path("innovative_lots", (row,))

    def _social(self, total: int, dispense: Line | None) -> Iterable[Path]:
        """Social and other specific services: an adapted procedure whatever the amount (R2123-1 3°)."""
        if dispense is None or total < dispense.amount_cents:
            return
        row = self._row("SERVICES_SOCIAUX")
        above = row is not None and total >= row.amount_cents
        publicity = "unknown" if row is None else "eu_notice" if above else "social_free"
        yield Path("adapted", (dispense, *((row,) if row else ())), publicity)

    def _by_nature(self) -> Iterable[Path]:
        if self.case.research_needed and not self.case.ready_solution:
            yield Path("innovation_partnership")
        if self.case.members_cents or self.case.similar_needs:
            yield Path("group")
        if self.case.free_test:
            yield Path("experiment_convention")

    # -------------------------------------------------------------- flags

    def _by_rows(self, paths: Sequence[Path], total: int) -> Iterable[Flag]:
        ends = {id(row): row for path in paths for row in path.limits if _is_near(row, total)}
        if ends:
            yield Flag("near_threshold", tuple(ends.values()))
        is_called = any(path.code in ("adapted", "formal") for path in paths)
        due = [("written_contract", "ECRIT"), ("essential_data", "DONNEES_ESSENTIELLES")]
        for flag, code in [*due, *([("online_documents", "PROFIL_ACHETEUR")] if is_called else [])]:
            row = at(self.rows, code, self.case.launched_on, self.case.buyer_kind, self.case.purchase_kind)
            if row is not None and total >= row.amount_cents:
                self.used[code] = row
                yield Flag(flag, (row,))

        lots = self.used.get(_LOT.get(self.case.purchase_kind, "INNOVATION_LOT_FS"))
        if lots is not None and all(path.code != "innovative_lots" for path in paths):
            yield Flag("lots_too_large", (lots,))

    def _by_history(self) -> Iterable[Flag]:
        if self.case.research_needed and self.case.ready_solution:
            yield Flag("ready_solution")
        if self.case.past_with_supplier:
            yield Flag("same_supplier", count=self.case.past_with_supplier)
        if self.case.other_needs:
            yield Flag("needs_add_up", count=self.case.other_needs)

    def _about_table(self) -> Iterable[Flag]:
        doubtful = tuple(row for row in self.used.values() if row.confidence not in SURE)
        if doubtful:
            yield Flag("uncertain", doubtful)
        old = tuple(r for r in self.used.values() if (self.today - r.checked_on).days > CHECK_EVERY_DAYS)
        if old:
            yield Flag("unchecked", old)

    def _missing(self) -> Iterable[str]:
        if self.case.own_cents is None:
            yield "own_cents"
        if None in self.case.members_cents:
            yield "members"


def _is_near(row: Line, total: int) -> bool:
    """Within a tenth below: 54 000,00 to 59 999,99 for 60 000."""
    return bool(row.amount_cents * 9 <= total * 10 < row.amount_cents * 10)
