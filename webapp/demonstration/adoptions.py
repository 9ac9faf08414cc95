"""« J'adopte » in each state, references declared and confirmed, and the facts that a buyer checks on a few pages."""

from __future__ import annotations

from datetime import timedelta

from models import Interest, Organization, Reference, Solution, User
from models.calendar import add_working_days, at_paris, today_in_paris
from models.interest_lifecycle import EXPIRE_AFTER
from webapp.demonstration import accounts
from webapp.demonstration.cast import Cast, backdate


def play_all(cast: Cast) -> None:
    """The commune and the company that one signs in as each have something to do; the team has one left unanswered."""
    commune = cast.open_public_body(accounts.COMMUNE)
    other = cast.needs["N147"].organization
    _document(cast)
    _send(
        cast, "S012", other, "demo", 2,
        "Nous accueillons chaque jour des habitants de quarante nationalités. Pourriez-vous nous montrer l’outil à l’accueil ?",
    )  # fmt: skip
    _acknowledge(_send(
        cast, "S104", commune, "quote", 6,
        "Nous comparons trois devis pour équiper deux parcs de stationnement. Quel serait le vôtre, pose comprise ?",
    ))  # fmt: skip
    _plan(cast, _acknowledge(_send(
        cast, "S143", commune, "experiment", 12,
        "La ville propose deux points noirs pour un essai de trois mois, avec un agent disponible le matin.",
    )))  # fmt: skip
    _leave(_send(
        cast, "S244", commune, "reference_call", 44,
        "Une commune qui s’en sert accepterait-elle de nous dire ce qu’elle en pense, en une demi-heure ?",
    ))  # fmt: skip
    bought = _acknowledge(
        _send(cast, "S011", other, "demo", 70, "Nous cherchons un accueil plus simple pour les démarches.")
    )
    bought.convert(by=cast.validator(other), conversion="purchase", may_be_cited=True)
    _refer(cast, commune, other)


def _send(
    cast: Cast, number: str, organization: Organization, wish: str, days: int, message: str
) -> Interest:
    solution = cast.solutions[number]
    by: User = cast.validator(organization)
    interest = Interest.send(solution=solution, organization=organization, by=by, wish=wish, message=message)
    sent = cast.days_ago(days, days)
    backdate(interest, created_at=sent, sent_at=sent, updated_at=sent)
    return interest


def _acknowledge(interest: Interest) -> Interest:
    interest.acknowledge(by=interest.solution.author)
    read = interest.sent_at + timedelta(days=1)
    backdate(interest, acknowledged_at=read, updated_at=read)
    return interest


def _plan(cast: Cast, interest: Interest) -> None:
    day = add_working_days(today_in_paris(), 4)
    interest.plan(
        by=cast.validator(interest.organization), organization=interest.organization,
        meeting_at=at_paris(day, 10), place="Hôtel de ville, salle du conseil",
    )  # fmt: skip


def _leave(interest: Interest) -> None:
    interest.expire()
    backdate(interest, ended_at=interest.sent_at + EXPIRE_AFTER)


def _refer(cast: Cast, commune: Organization, other: Organization) -> None:
    """Bondy has one to confirm; another commune confirmed one and contests one; a city from elsewhere stays declared."""
    year = today_in_paris().year
    _declare(
        cast.solutions["S012"],
        commune.display_name,
        year - 1,
        "pilot",
        "Trois semaines à l’accueil, deux agents formés.",
    )
    confirmed = _declare(
        cast.solutions["S012"], other.display_name, year - 2, "purchase", "Deux mairies de quartier."
    )
    confirmed.confirm(by=cast.validator(other))
    contested = _declare(
        cast.solutions["S145"], other.display_name, year - 1, "purchase", "Dix sites suivis."
    )
    contested.contest(
        by=cast.validator(other), reason="Nous avons reçu une démonstration, mais rien n’a été acheté."
    )
    _declare(
        cast.solutions["S104"],
        "Ville de Lille",
        year - 3,
        "pilot",
        "Essai d’un hiver dans une rue commerçante.",
    )


def _declare(solution: Solution, label: str, year: int, kind: str, note: str) -> Reference:
    return Reference.declare(
        solution=solution, by=solution.author, label=label, year=year, kind=kind, note=note
    )


def _document(cast: Cast) -> None:
    year = today_in_paris().year
    shown = cast.solutions["S012"]
    shown.labels, shown.licence, shown.open_source, shown.is_common = ["nr", "rgaa"], "EUPL 1.2", True, True
    shown.innovation_note = (
        "La traduction se fait sur l’appareil : rien de ce que dit l’habitant ne sort de la mairie."
    )
    shown.evidence = [
        {
            "figure": "4 minutes de moins par passage au guichet",
            "source": "mesure sur 120 passages",
            "year": year - 1,
        },
        {
            "figure": "9 agents sur 10 le gardent après l’essai",
            "source": "questionnaire de fin d’essai",
            "year": year - 1,
        },
    ]
    shown.price_tiers = [
        {"from_members": 3, "unit_price_cents": 80_000},
        {"from_members": 8, "unit_price_cents": 65_000},
    ]
