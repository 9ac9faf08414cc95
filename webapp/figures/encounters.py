"""Whether offer and demand meet, in words: introductions and demands, and how long each step takes (R006)."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from models.meetings import Delay, Meetings, delays
from models.period import Period
from webapp.figures.community import monthly, span
from webapp.figures.sheet import LEAST, Series, Sheet, Table
from webapp.labels import label


def encounters(period: Period) -> list[Sheet]:
    return [meetings_sheet(period), delays_sheet(period)]


def meetings_sheet(period: Period) -> Sheet:
    met = Meetings.of(period)
    introduced, asked = period.by_month(met.introduced), period.by_month(met.asked)
    together = [one + other for one, other in zip(introduced, asked, strict=True)]
    rows: list[list[Any]] = [
        [_("Mises en relation par l’équipe"), len(met.introduced)],
        [_("… dont l’entreprise ou la collectivité a répondu"), met.answered],
        [_("… dont une réponse ou un « J’adopte » a suivi"), met.converted],
        [_("Demandes « J’adopte » de collectivités"), len(met.asked)],
        [_("… dont l’entreprise a accusé réception"), met.heard],
        [_("… abouties"), met.came_to_something],
    ]
    return Sheet(
        slug="rencontres",
        name=_("Rencontres"),
        value=sum(together),
        unit=ngettext("rencontre", "rencontres", sum(together)),
        definition=_(
            "Une collectivité et une entreprise présentées l’une à l’autre : par une personne de l’équipe, ou parce que la "
            "collectivité a demandé « J’adopte »."
        ),
        when=span(period),
        series=Series(period.months, together),
        tables=[
            monthly(
                _("Rencontres, mois par mois"),
                period,
                [(_("Mises en relation"), introduced), (_("Demandes « J’adopte »"), asked)],
            ),
            Table(_("Ce qu’elles sont devenues"), [[_("Étape"), _("Nombre")], *rows]),
        ],
    )


def delays_sheet(period: Period) -> Sheet:
    """The headline is the first of the three steps."""
    found = delays(period)
    when = _("besoins publiés %(days)s", days=span(period))
    if found[0].of >= LEAST and found[0].days is None:
        when = _("besoins publiés %(days)s : plus de la moitié attendent encore", days=span(period))
    rows = [
        [label("figures.delay", delay.step), delay_words(delay), delay.reached, delay.of] for delay in found
    ]
    return Sheet(
        slug="delais",
        name=_("Délais"),
        value=delay_words(found[0]),
        unit=_("de la publication d’un besoin à la première mise en relation"),
        definition=_(
            "Le délai que la moitié des besoins publiés n’ont pas dépassé, ceux qui attendent encore compris."
        ),
        when=when,
        tables=[
            Table(
                _("D’une étape à la suivante"),
                [[_("Étape"), _("Délai médian"), _("Besoins arrivés là"), _("Sur")], *rows],
            )
        ],
    )


def delay_words(delay: Delay) -> str:
    if delay.of < LEAST:
        return _("trop peu de besoins pour le dire")
    if delay.days is None:
        return _("pas encore connu")
    return ngettext("%(num)s jour", "%(num)s jours", delay.days) if delay.days else _("le jour même")
