"""The four indicators of the community in words: members, visits and uses, participants, projects (R214 to R217)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from models import VisitCount
from models.calendar import ONE_DAY
from models.figures import PROJECTS, USES, Project, events_held, participants, projects, uses
from models.official_members import SIDES, ever_members, there
from models.period import Period
from models.visit_count import PAGES, VISIT
from webapp.figures.sheet import Series, Sheet, Table, month_name
from webapp.filters import day
from webapp.labels import label


def community(period: Period) -> list[Sheet]:
    """K1 to K4, in this order."""
    return [members_sheet(period), visits_sheet(period), participants_sheet(period), projects_sheet(period)]


def span(period: Period) -> str:
    """« du 1er décembre 2025 au 27 novembre 2026 »."""
    return _("du %(first)s au %(last)s", first=day(period.first), last=day(period.last))


def monthly(title: str, period: Period, columns: Sequence[tuple[str, Sequence[Any]]]) -> Table:
    """A line for each month; ``columns``: (heading, a value for each month)."""
    rows = [[_("Mois"), *(heading for heading, _values in columns)]]
    for place, month in enumerate(period.months):
        rows.append([month_name(month), *(values[place] for _heading, values in columns)])
    return Table(title, rows)


def members_sheet(period: Period) -> Sheet:
    """Arrivals count who left since; the other figures count who was there on their day."""
    everybody = ever_members(period.last)
    now = there(everybody, period.last)
    arrived = period.by_month(member.since for member in everybody)
    present = [len(there(everybody, last)) for last in _month_ends(period)]
    of_side = [
        (label("organization.side", side), period.by_month(m.since for m in everybody if m.side == side))
        for side in SIDES
    ]
    sides = [[label("organization.side", side), sum(member.side == side for member in now)] for side in SIDES]
    return Sheet(
        slug="membres",
        name=_("Membres officiels"),
        value=len(now),
        unit=ngettext("organisation", "organisations", len(now)),
        definition=_(
            "Collectivités, et entreprises, associations ou laboratoires qui ont signé la charte, vérifiés par l’équipe "
            "de la Métropole et présents ce jour-là."
        ),
        when=_("au %(day)s", day=day(period.last)),
        series=Series(period.months, arrived),
        tables=[
            monthly(_("Arrivées, mois par mois"), period, [*of_side, (_("Membres en fin de mois"), present)]),
            Table(_("Par côté"), [[_("Côté"), _("Membres")], *sides]),
        ],
    )


def _month_ends(period: Period) -> list[date]:
    """The last day of each month, or of the period."""
    return [*(month - ONE_DAY for month in period.months[1:]), period.last]


def visits_sheet(period: Period) -> Sheet:
    visits = period.sum_by_month(VisitCount.by_day(VISIT, period))
    totals, began_on = VisitCount.totals(period), VisitCount.began_on()
    pages = [[label("visit_count.kind", kind), totals.get(kind, 0)] for kind in PAGES]
    used = uses(period)
    done = [[label("figures.use", name), used[name]] for name in USES]
    since = max(began_on, period.first) if began_on else None
    return Sheet(
        slug="visites",
        name=_("Visites, et ce que l’on y fait"),
        value=sum(visits),
        unit=ngettext("visite", "visites", sum(visits)),
        definition=_(
            "Une visite : quelqu’un a lu au moins une page publique, compté une fois par jour ; sans les robots ni l’équipe. "
            "Sans cookie, sans adresse : on garde un nombre, jamais qui."
        ),
        when=span(Period(since, period.last))
        if since and since <= period.last
        else _("pas encore de jour compté"),
        series=Series(period.months, visits),
        tables=[
            monthly(_("Visites, mois par mois"), period, [(_("Visites"), visits)]),
            Table(_("Pages lues"), [[_("Pages"), _("Fois")], *pages]),
            Table(_("Ce que l’on y fait"), [[_("Fonction"), _("Fois")], *done]),
        ],
        counts_people=True,
    )


def participants_sheet(period: Period) -> Sheet:
    came, held = participants(period), events_held(period)
    counts = period.by_month(came)
    if held:
        when = ngettext("à un événement, %(days)s", "à %(num)s événements, %(days)s", held, days=span(period))
    else:
        when = _("aucun événement tenu, %(days)s", days=span(period))
    return Sheet(
        slug="participants",
        name=_("Participants aux événements"),
        value=len(came),
        unit=ngettext("participation", "participations", len(came)),
        definition=_(
            "Personnes inscrites dont l’équipe a noté la présence ; qui vient à deux événements compte deux fois."
        ),
        when=when,
        series=Series(period.months, counts),
        tables=[monthly(_("Participants, mois par mois"), period, [(_("Participants"), counts)])],
        counts_people=True,
    )


def projects_sheet(period: Period) -> Sheet:
    found = projects(period)
    counts = period.by_month(project.on for project in found)
    return Sheet(
        slug="projets",
        name=_("Projets nés ici"),
        value=len(found),
        unit=ngettext("projet", "projets", len(found)),
        definition=_(
            "Essais, achats, consultations, groupements ou dossiers de financement que des collectivités déclarent, à la fin "
            "d’un besoin ou après « J’adopte ». La plateforme présente, elle n’attribue rien."
        ),
        when=span(period),
        series=Series(period.months, counts),
        tables=[
            monthly(_("Projets, mois par mois"), period, [(_("Projets"), counts)]),
            Table(_("Par nature"), [[_("Nature"), _("Projets")], *_by_kind(found)]),
        ],
    )


def _by_kind(found: Sequence[Project]) -> list[list[Any]]:
    return [
        [label("figures.project", kind), sum(project.kind == kind for project in found)] for kind in PROJECTS
    ]
