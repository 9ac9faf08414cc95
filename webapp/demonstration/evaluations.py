"""An evaluation that waits for the other people of Bondy, and companies that answer together: so that these pages are not empty."""

from __future__ import annotations

from models import ConsortiumMember, Organization, Response, Shortlist
from models.evaluation import DEFAULT_CRITERIA
from webapp.demonstration import accounts
from webapp.demonstration.cast import Cast

#: One line for each response that Bondy received (in order of arrival): the marks of Claire, and why, where it must be said.
_MARKS = ((4, 3, 4, 3, 3, 4), (2, 2, 4, 2, 3, 3), (3, 4, 2, 4, 4, 2))
_TOP = "Suit chaque heure du chantier à l’embauche, ce que nous ne savons pas faire."


def play_all(cast: Cast) -> None:
    """After the scenes, which leave the responses."""
    _evaluate(cast)
    _answer_together(cast)


def _evaluate(cast: Cast) -> None:
    need = cast.needs["N047"]
    claire = next(
        person for person in need.organization.members() if person.email == accounts.ORG_ADMIN.email
    )
    shortlist = Shortlist.begin(need, by=cast.author(need.organization), criteria=DEFAULT_CRITERIA)
    shortlist.declare(by=claire, conflict=False)
    for response, given in zip(shortlist.responses(), _MARKS, strict=True):
        pairs = zip(shortlist.criteria, given, strict=True)
        shortlist.mark(response, by=claire, marks={criterion.id: (mark, "") for criterion, mark in pairs})
    first = shortlist.responses()[0]
    shortlist.mark(first, by=claire, marks={shortlist.criteria[0].id: (5, _TOP)})


def _answer_together(cast: Cast) -> None:
    """The shown company prepares a response with a partner, and is invited by another."""
    shown, parking, sound = (cast.solutions[number] for number in ("S012", "S104", "S191"))
    own = next(r for r in cast.needs["N139"].responses if r.organization_id == shown.organization_id)
    _invite(own, sound.organization, "Règle le son et la sonorisation de l’accueil.").accept(by=sound.author)
    other = next(r for r in cast.needs["N092"].responses if r.organization_id == parking.organization_id)
    _invite(other, shown.organization, "Traduit les panneaux et l’application pour les visiteurs étrangers.")


def _invite(response: Response, organization: Organization, part: str) -> ConsortiumMember:
    return ConsortiumMember.invite(response, organization=organization, part=part, by=response.author)
