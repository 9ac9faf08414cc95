"""Who is told what happens to a need."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from models.database import db
from models.user import User

if TYPE_CHECKING:
    from models.need import Need
    from models.response import Response


def author(need: Need) -> list[User]:
    return [need.author]


def validators(need: Need) -> list[User]:
    """Who may decide on it: who wrote it last only where nobody else has a second regard, or none is asked."""
    everybody = need.organization.validators()
    others = [person for person in everybody if person.id != need.last_writer_id]
    return others if need.organization.four_eyes and others else everybody


def owners(need: Need) -> list[User]:
    return [need.author, *need.organization.validators()]


def curators(need: Need) -> list[User]:
    return list(db.session.scalars(User.curators()))


def helped(need: Need) -> list[User]:
    return [need.author]


def assistant(need: Need) -> list[User]:
    return [need.assistant] if need.assistant else []


# ------------------------------------------------------------------ same information for all (rule 2)


def people_behind(response: Response) -> list[User]:
    """The members of the company, and of the partners that agreed to answer with it."""
    return [person for company in (response.organization, *response.partners) for person in company.members()]


def respondents(need: Need) -> list[User]:
    """Everybody behind a response that was received."""
    received = (response for response in need.responses if response.status in response.RECEIVED)
    return [person for response in received for person in people_behind(response)]


def preparing(need: Need) -> list[User]:
    """Everybody behind a response that is being written."""
    begun = (response for response in need.responses if response.status == "draft")
    return [person for response in begun for person in people_behind(response)]


def introduced(need: Need) -> list[User]:
    """Every member of a company to which the need was introduced."""
    from models.match import Match

    told = db.session.scalars(Match.told_for(need))
    return [person for match in told for person in match.solution.organization.members()]


def in_dialogue(need: Need) -> list[User]:
    """Members of the shortlisted companies; where nobody is shortlisted, of all those which wait for an answer."""
    return [person for response in _shortlisted(need) for person in people_behind(response)]


def outside_dialogue(need: Need) -> list[User]:
    """Members of the other companies whose response was received."""
    chosen = set(_shortlisted(need))
    received = (r for r in need.responses if r.status in r.RECEIVED and r not in chosen)
    return [person for response in received for person in people_behind(response)]


def _shortlisted(need: Need) -> list[Response]:
    waiting = [response for response in need.responses if response.status in response.UNANSWERED]
    return [response for response in waiting if response.status == "shortlisted"] or waiting


def late_to_know(need: Need) -> list[User]:
    """Who asked to be told and whose company has neither answered nor begun to: the deadline is near."""
    busy = {person.id for group in (respondents, preparing) for person in group(need)}
    return [person for group in (following, asking) for person in group(need) if person.id not in busy]


def following(need: Need) -> list[User]:
    """Who follows the need and may still read it."""
    from models.follow import followers

    return followers(need)


def asking(need: Need) -> list[User]:
    """Every member of a company which asked a question about it."""
    from models.question import Question

    asked = db.session.scalars(Question.about(need))
    companies = {question.organization_id: question.organization for question in asked}
    return [person for company in companies.values() for person in company.members()]


def supporting(need: Need) -> list[User]:
    """Who says « nous aussi » for another public body (R034, R295)."""
    from models.need_support import NeedSupport

    return [person for support in db.session.scalars(NeedSupport.of(need)) for person in support.speakers]


Group = Callable[["Need"], Iterable[User]]
#: Whom a company’s dealings with the need make concerned.
COMPANIES: tuple[Group, ...] = (respondents, preparing, introduced)
#: People who asked to be told, whoever they belong to. One line for each way of asking.
WHO_ASKED: tuple[Group, ...] = (following, asking, supporting)


def everyone_told(need: Need) -> list[User]:
    """Everybody whom a change of the published need concerns, each once."""
    people = {person.id: person for group in (*COMPANIES, *WHO_ASKED) for person in group(need)}
    return list(people.values())


def onlookers(need: Need) -> list[User]:
    """Those who asked to be told and did not respond: who responded hears how it ends in a message of its own."""
    answered = {person.id for person in respondents(need)}
    people = {person.id: person for group in WHO_ASKED for person in group(need) if person.id not in answered}
    return list(people.values())
