"""A year of visits, of pages shown and opened, and the reports of the committee, frozen or begun."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from sqlalchemy import select

from models import Exposure, Interest, Report, VisitCount, db
from models.calendar import ONE_DAY, is_working_day, today_in_paris
from models.period import Period
from models.visit_count import PAGES, VISIT
from webapp.demonstration.cast import Cast, backdate
from webapp.reports.contents import sections_of

#: How often a visitor reads a kind of page, out of a hundred visits.
_READ = (60, 45, 55, 40, 48, 30, 12, 14, 9, 6, 8)
_BUSIEST = 46
#: Solutions whose year is told: those of the company that one signs in as, and a few others.
_TOLD = ("S012", "S011", "S104", "S143", "S244", "S191", "S004", "S005")
_FIRST_HALF = (
    "Ce semestre a servi à préparer l’ouverture : les premières entreprises ont signé la charte et mis leurs solutions en "
    "ligne, les communes ont commencé à lire.\n\nL’équipe propose d’ouvrir le dépôt des besoins à la rentrée."
)
_SINCE_THEN = (
    "Les communes racontent leurs problèmes avec leurs mots, des entreprises répondent, les premiers essais commencent.\n\n"
    "Deux points à suivre : des thèmes trouvent peu de solutions proches, et la première mise en relation arrive plus tard que "
    "nous le voudrions. L’équipe propose d’inviter des entreprises de ces thèmes et de relire les propositions deux fois par "
    "semaine."
)


def tell_all(cast: Cast) -> None:
    """Called last: the reports count what is there."""
    year = Period.twelve_months()
    _visit(cast, year)
    _show(cast, year)
    _born_here(cast)
    _report(cast)


def _visit(cast: Cast, year: Period) -> None:
    """More and more of them, few at week-ends."""
    for place, day in enumerate(_days(year)):
        growth = 0.3 + 0.7 * place / year.days
        visits = round(
            _BUSIEST * growth * cast.chance.uniform(0.7, 1.3) * (1 if is_working_day(day) else 0.25)
        )
        read = {kind: round(visits * share / 100) for kind, share in zip(PAGES, _READ, strict=True)}
        VisitCount.count({VISIT: visits, **read}, on=day)


def _show(cast: Cast, year: Period) -> None:
    """Half a year of each: shown a few times a day, opened by one in six."""
    for day in _days(Period(year.last - timedelta(days=180), year.last)):
        shown = Counter({cast.solutions[number].id: cast.chance.randint(0, 4) for number in _TOLD})
        opened = {number: times // 3 for number, times in shown.items() if times >= 3}
        Exposure.count("shown", +shown, on=day)
        Exposure.count("opened", opened, on=day)


def _days(period: Period) -> list[date]:
    return [period.first + timedelta(days=number) for number in range(period.days)]


def _born_here(cast: Cast) -> None:
    """Needs of the demonstration that are concluded count as projects of the community, a few days after their deadline; those
    of earlier programmes do not. What was bought after « J'adopte » was so within a month."""
    yesterday = cast.office_hour(today_in_paris() - ONE_DAY)
    for need in cast.needs.values():
        if need.status == "concluded" and need.source == "Démonstration" and need.closed_at is not None:
            backdate(need, source="", concluded_at=min(need.closed_at + timedelta(days=3), yesterday))
    for interest in db.session.scalars(select(Interest).where(Interest.status == "converted")):
        backdate(interest, ended_at=min(interest.sent_at + timedelta(days=25), yesterday))


def _report(cast: Cast) -> None:
    """The last half-year that is over, and what came since up to yesterday, are frozen; that of the present half-year is begun."""
    half = Period.half_years(1)[0]
    present = Period.half_years(1, today=half.last + timedelta(days=200))[0]
    since = Period(present.first, today_in_paris() - ONE_DAY)
    for period, opinion in ((half, _FIRST_HALF), (since, _SINCE_THEN)):
        if period.last > period.first:
            report = Report.draft(period=period, by=cast.curator, opinion=opinion)
            report.freeze(by=cast.curator, contents=sections_of(period))
    Report.draft(period=present, by=cast.curator)
