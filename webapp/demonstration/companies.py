"""The catalogue: 320 solutions, and the fictitious organisations that offer them, from one to three each.

Names are drawn from lists whose pairs no company would take; numbers SIRET begin with 000, which the INSEE never gives.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import cycle, groupby, product

from stdnum import luhn

from models import Organization, Solution, Territory, User, db
from models.solution import FRESH_FOR
from models.text import slugify
from webapp.demonstration import accounts
from webapp.demonstration.cast import Cast, backdate, enrol, welcome
from webapp.demonstration.records import SOLUTIONS, Record, cents, defis_of, read

#: What the organisation whose accounts are shown offers: good answers to the need that Bondy is about to publish.
OWN_SOLUTIONS = ("S001", "S006", "S012")
#: Everything else is published.
DRAFTS = ("S079", "S107")
IN_REVIEW = ("S026", "S062", "S119")
CHANGES_REQUESTED = "S020"
STALE = ("S036", "S100")

#: The records have no such field: a text that speaks of it counts as yes, unless it says « sans IA ».
_SAYS_AI = re.compile(
    r"(?<![Ss]ans )(?<!no )\b(IA|AI|RAG|intelligence artificielle|apprentissage (automatique|profond)|machine learning"
    r"|mod[èe]les? de langage|agent vocal|agent conversationnel|assistant conversationnel|vision embarquée)\b"
)
_KINDS = {
    "startup": "startup", "PME": "sme", "association": "association", "coopérative": "cooperative",
    "grand groupe": "large_company", "laboratoire": "lab",
}  # fmt: skip
_SIZES = (1, 2, 2, 1, 2, 2, 2)
INVENTED = "Organisation inventée pour la démonstration : ni son nom ni son numéro SIRET n’existent."


def open_all(cast: Cast) -> None:
    """Each organisation comes, signs the charter, is verified, and has its solutions published by the team."""
    seats = list(db.session.scalars(Territory.communes()))
    names = {kind: list(_names(kind)) for kind in _KINDS.values()}
    for number, records in enumerate(_deal(read(SOLUTIONS))):
        kind = _KINDS[records[0]["org_type"]]
        is_shown = records[0]["id"] in OWN_SOLUTIONS
        name = names[kind].pop(0)
        admin = (
            welcome(accounts.COMPANY_ADMIN)
            if is_shown
            else cast.somebody(slugify(name), "Gérance", "contact")
        )
        company = open_one(cast, kind, name, admin, number, cast.chance.choice(seats))
        if is_shown:
            enrol(welcome(accounts.COMPANY_CONTRIBUTOR), company, accounts.COMPANY_CONTRIBUTOR.membership)
        for record in records:
            cast.solutions[record["id"]] = _offer(cast, company, admin, record)
            cast.tick()


def open_one(
    cast: Cast, kind: str, name: str, admin: User, number: int, seat: Territory, *, verified: bool = True
) -> Organization:
    """A company that signed the charter, verified by the team unless it must wait."""
    company = Organization.create(
        kind=kind, name=name, by=admin, siret=fictitious_siret(number), territory=seat, description=INVENTED
    )
    db.session.refresh(company, ["memberships"])
    company.source = "seed"
    company.sign_charter(by=admin)
    if verified:
        company.verify(by=cast.curator)
        cast.date_arrival(company)
    return company


def fictitious_siret(number: int) -> str:
    """Fourteen digits with right keys (Luhn) that nobody has."""
    siren = f"000{number:05d}"
    siren += luhn.calc_check_digit(siren)
    siret = f"{siren}0001"
    return siret + luhn.calc_check_digit(siret)


def _offer(cast: Cast, company: Organization, author: User, record: Record) -> Solution:
    solution = Solution.draft(
        organization=company,
        by=author,
        title=record["title"],
        pitch=record["pitch"],
        how_it_works=record["description"],
        themes=record["themes"],
        defis=defis_of(record["themes"]),
        maturity=record["maturity"],
        uses_ai=bool(_SAYS_AI.search(" ".join((record["title"], record["pitch"], record["description"])))),
        price_from_cents=cents(record["price_eur_min"]),
        price_to_cents=cents(record["price_eur_max"]),
        source="Démonstration",
    )
    if record["id"] in DRAFTS:
        return solution
    solution.submit(by=author)
    if record["id"] in IN_REVIEW:
        submitted = cast.days_ago(1, 12)
        backdate(
            solution, created_at=submitted - timedelta(days=2), updated_at=submitted, submitted_at=submitted
        )
    elif record["id"] == CHANGES_REQUESTED:
        solution.request_changes(
            by=cast.curator,
            reason="Dites simplement ce que fait la solution, pour qui et comment, sans slogan.",
        )
    else:
        solution.publish(by=cast.curator)
        _date_publication(cast, solution, is_stale=record["id"] in STALE)
    return solution


def _date_publication(cast: Cast, solution: Solution, *, is_stale: bool) -> None:
    """Published some day of the last ten months: each has its own day to be confirmed. Stale: more than a year ago."""
    published = cast.days_ago(370, 380) if is_stale else cast.days_ago(5, 300)
    if is_stale:
        solution.go_stale()
    submitted = published - timedelta(days=cast.chance.randint(1, 6))
    backdate(
        solution,
        created_at=submitted - timedelta(days=3),
        submitted_at=submitted,
        published_at=published,
        updated_at=published,
        fresh_until=published + FRESH_FOR,
    )


def _deal(records: Iterable[Record]) -> Iterator[list[Record]]:
    """Records in hands of one to three, each of one kind of organisation and one theme; the shown company's first."""
    everything = list(records)
    yield [record for record in everything if record["id"] in OWN_SOLUTIONS]
    others = [record for record in everything if record["id"] not in OWN_SOLUTIONS]
    sizes = cycle(_SIZES)
    by_trade = sorted(others, key=_trade)
    for _, same in groupby(by_trade, key=_trade):
        hand = list(same)
        while hand:
            size = next(sizes)
            yield hand[:size]
            hand = hand[size:]


def _trade(record: Record) -> tuple[str, str]:
    return record["org_type"], record["themes"][0]


# ---------------------------------------------------------------------- names


_ANIMALS = (
    "Loutre",
    "Hérisson",
    "Mésange",
    "Écureuil",
    "Renard",
    "Chouette",
    "Castor",
    "Cigale",
    "Héron",
    "Belette",
)
_OBJECTS = ("Lanterne", "Boussole", "Théière", "Parapluie", "Brouette", "Accordéon", "Tabouret", "Moulinette")
_BEGINNINGS = ("Brise", "Chante", "Croque", "Tourne", "Cueille", "Souffle", "Trotte", "Vire", "Hume", "Danse")
_ENDINGS = ("nuage", "prune", "comète", "virgule", "biscuit", "marelle", "pinson", "ritournelle")
_BIRDS = (
    "Hirondelles",
    "Alouettes",
    "Fauvettes",
    "Grenouilles",
    "Libellules",
    "Coccinelles",
    "Tortues",
    "Cigognes",
)
_MOODS = ("Bavardes", "Matinales", "Curieuses", "Volontaires", "Têtues", "Solidaires")
_TREES = ("Tilleul", "Noyer", "Figuier", "Pommier", "Cerisier", "Mûrier", "Châtaignier")
_SORTS = ("Grand", "Petit", "Vieux", "Joyeux")
_FRUITS = ("Pamplemousse", "Mirabelle", "Rhubarbe", "Clémentine", "Noisette", "Groseille", "Coing", "Cassis", "Myrtille", "Quetsche", "Figue", "Prunelle")  # fmt: skip
_LABS = ("Quinconce", "Ricochet", "Parallèle", "Palindrome", "Escargot", "Tournesol", "Métronome", "Kaléidoscope", "Cerf-Volant", "Pissenlit", "Sablier", "Girouette")  # fmt: skip


def _names(kind: str) -> Iterator[str]:
    """Distinct names for one kind of organisation; neighbours in the list share no word."""
    if kind == "startup":
        yield from (f"{animal} & {thing}" for animal, thing in _mixed(_ANIMALS, _OBJECTS))
    elif kind == "sme":
        yield from (f"Établissements {first}{last}" for first, last in _mixed(_BEGINNINGS, _ENDINGS))
    elif kind == "association":
        yield from (f"Les {birds} {mood}" for birds, mood in _mixed(_BIRDS, _MOODS))
    elif kind == "cooperative":
        yield from (f"Coopérative du {sort} {tree}" for tree, sort in _mixed(_TREES, _SORTS))
    elif kind == "large_company":
        yield from (f"Groupe {fruit}" for fruit in _FRUITS)
    else:
        yield from (f"Laboratoire {name}, université de Trois-Rivières-sur-Lune" for name in _LABS)


def _mixed(left: tuple[str, ...], right: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Every pair once, stepping along both lists at the same time."""
    for shift, first in product(range(len(right)), range(len(left))):
        yield left[first], right[(first + shift) % len(right)]
