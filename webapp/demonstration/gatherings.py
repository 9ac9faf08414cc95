"""Events, one that took place and two to come; calls, one open, one soon, and the wave of 2018 that gave the idea."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from models import Event, OpenCall, User, db
from models.calendar import at_paris, end_of_day, today_in_paris
from webapp.demonstration import accounts
from webapp.demonstration.cast import Cast, backdate

#: Needs about schools, as the records word them.
_AROUND_SCHOOL = ("N006", "N051", "N087", "N111", "N180")
#: (days from today, hours from and to, people who come), then what the page says.
_COMING: tuple[tuple[int, int, int, int, dict[str, Any]], ...] = (
    (
        12,
        9,
        12,
        9,
        {
            "title": "Deuxième matinée des irritants",
            "kind": "meetup",
            "description": "Trois communes racontent ce qui ne marche pas. Des porteurs de solutions disent ce qu’ils feraient, et "
            "ce qu’ils ne savent pas faire. À la fin, chacun repart avec un contact et une page écrite.",
            "place": "Hôtel de ville de Bondy, salle des mariages",
            "capacity": 30,
        },
    ),
    (
        19,
        13,
        14,
        12,
        {
            "title": "Écrire un besoin en une heure",
            "kind": "webinar",
            "description": "Une heure à distance, caméra facultative : on part d’une phrase, « ça ne marche pas », et l’on finit avec "
            "un besoin prêt à relire. Aucune connaissance des marchés publics n’est utile.",
            "link": "https://visio.example/ecrire-un-besoin",
            "capacity": 12,
            "audience": "demand",
        },
    ),
)
_WAITING_FOR_A_PLACE = 2


def announce_all(cast: Cast) -> None:
    people = _people(cast)
    _meet_last_month(cast, people)
    for days, begins, ends, count, fields in _COMING:
        event = _event(cast, today_in_paris() + timedelta(days=days), begins, ends, **fields)
        waiting = _WAITING_FOR_A_PLACE if event.capacity == count else 0
        for person in people[: count + waiting]:
            event.register(by=person)
    _open_a_call(cast)
    _announce_a_call(cast)
    _recall_the_first_wave(cast)


def _people(cast: Cast) -> list[User]:
    """Agents of public bodies, the one of Bondy first, who has an account to try."""
    bodies = {need.organization_id: need.organization for need in cast.needs.values()}
    agents = {cast.author(body).id: cast.author(body) for body in bodies.values()}
    bondy = db.session.scalars(User.by_email(accounts.CONTRIBUTOR.email)).one()
    return [bondy, *(person for number, person in sorted(agents.items()) if number != bondy.id)]


def _event(cast: Cast, day: date, begins: int, ends: int, **fields: Any) -> Event:
    event = Event.draft(
        by=cast.curator, starts_at=at_paris(day, begins), ends_at=at_paris(day, ends), **fields
    )
    event.publish(by=cast.curator)
    written = cast.days_ago(20, 40)
    backdate(event, created_at=written, published_at=written + timedelta(days=1))
    return event


def _meet_last_month(cast: Cast, people: list[User]) -> None:
    """Fourteen had a place, eleven came, some of them companies."""
    companies = select(User).where(User.email == accounts.COMPANY_CONTRIBUTOR.email)
    guests = [*people[:13], db.session.scalars(companies).one()]
    event = _event(
        cast,
        today_in_paris() + timedelta(days=30),
        9,
        12,
        title="Première matinée des irritants",
        kind="metropole_intelligences",
        description="La démarche présentée en vingt minutes, puis des communes qui racontent, et des porteurs de solutions qui écoutent.",
        place="Métropole du Grand Paris, avenue Pierre-Mendès-France, Paris",
        capacity=40,
    )
    registrations = [event.register(by=person) for person in guests]
    past = today_in_paris() - timedelta(days=24)
    backdate(
        event,
        starts_at=at_paris(past, 9),
        ends_at=at_paris(past, 12),
        created_at=at_paris(past - timedelta(days=40), 10),
        published_at=at_paris(past - timedelta(days=38), 10),
    )
    for place, registration in enumerate(registrations):
        backdate(registration, registered_at=at_paris(past - timedelta(days=3 + place), 11))
        if place % 5 != 4 or place == len(registrations) - 1:
            registration.attend(by=cast.curator)
            backdate(registration, attended_at=at_paris(past, 12))
    event.end()


# ------------------------------------------------------------------ calls


def _open_a_call(cast: Cast) -> None:
    today = today_in_paris()
    call = OpenCall.draft(
        by=cast.curator,
        title="Autour de l’école",
        text="Devant la grille, à la cantine, dans les cours : dites ce qui ne marche pas autour de vos écoles. Une page suffit, "
        "avec vos mots. L’équipe de la Métropole aide à l’écrire si vous le souhaitez.",
        programme="Deux webinaires d’une heure pour écrire ensemble. Les besoins sont publiés au fil de l’eau, comme toute l’année.",
        audience="demand",
        themes=["youth_education", "mobility"],
        opens_on=today,
        closes_on=today + timedelta(days=16),
    )
    call.announce(by=cast.curator)
    call.open()
    first = today - timedelta(days=48)
    backdate(
        call,
        opens_on=first,
        created_at=at_paris(first - timedelta(days=20), 10),
        announced_at=at_paris(first - timedelta(days=15), 10),
        opened_at=at_paris(first, 0),
    )
    for number in _AROUND_SCHOOL:
        backdate(cast.needs[number], open_call_id=call.id)


def _announce_a_call(cast: Cast) -> None:
    OpenCall.draft(
        by=cast.curator,
        title="L’eau en ville : montrez ce qui marche déjà",
        text="Fuites, pluie, fraîcheur, arrosage : présentez une solution qui a servi au moins une fois, avec un chiffre et sa source. "
        "Les communes vous trouveront par leurs mots.",
        audience="supply",
        themes=["air_noise_water"],
        opens_on=today_in_paris() + timedelta(days=9),
        closes_on=today_in_paris() + timedelta(days=50),
    ).announce(by=cast.curator)


def _recall_the_first_wave(cast: Cast) -> None:
    """« Adopte une start-up », in another region, which this marketplace takes up: its dates, as its source gives them (R036)."""
    first, last = date(2018, 7, 2), date(2018, 9, 20)
    call = OpenCall.draft(
        by=cast.curator,
        title="« Adopte une start-up », première vague (2018)",
        text="Dans les Hauts-de-France, l’agence régionale a créé en juillet 2018 le dispositif « Adopte une start-up » : des entreprises y "
        "présentaient leurs solutions, les collectivités venaient à elles. Sa première vague était ouverte du 2 juillet au "
        "20 septembre 2018 et a retenu cinq entreprises : Energic, Picto Access, Pointsinthecity, PopVox et Whasq. Elles sont dans "
        "l’annuaire. Cette vague est rappelée ici parce qu’elle a donné l’idée de cette place de marché.",
        audience="supply",
        opens_on=today_in_paris(),
        closes_on=today_in_paris(),
    )
    call.announce(by=cast.curator)
    call.open()
    backdate(call, opens_on=first, closes_on=last)
    call.close()
    call.archive(by=cast.curator)
    opened = at_paris(first, 0)
    backdate(call, created_at=opened, announced_at=opened, opened_at=opened, closed_at=end_of_day(last))
