"""The report of a locked evaluation, to take away: PDF, spreadsheet, CSV. Never a secret, a contact, a comment or the name of who
marked: these stay on the page of the commune."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import wraps
from string import ascii_uppercase
from typing import Any

from flask import Response as Answer
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _

from models import Need, Response, Shortlist
from models.evaluation import Result
from models.text import typeset
from webapp.evaluation.queries import Found, found, marked_words
from webapp.evaluation.views import back, blueprint
from webapp.filters import day
from webapp.pdf import Block, Heading, Table, pdf_answer
from webapp.permissions import loaded
from webapp.tables import csv_answer
from webapp.workbooks import xlsx_answer

Rows = list[list[Any]]


def when_locked(view: Callable[[Shortlist], Any]) -> Callable[[int], Any]:
    """The view takes the evaluation of the need of the address; before the lock it leads back with a sentence."""

    @wraps(view)
    def of_need(need_id: int) -> Any:
        need = loaded(Need)
        shortlist = Shortlist.of(need)
        if shortlist is None or not shortlist.is_locked:
            return back(need, _("Le rapport existe une fois l’évaluation verrouillée."), "info")
        return view(shortlist)

    return of_need


@blueprint.get("/besoins/<int:need_id>/evaluation/rapport.csv")
@when_locked
def report_csv(shortlist: Shortlist) -> Answer:
    return csv_answer([headings(shortlist), *lines(shortlist, written)], _name(shortlist, "csv"))


@blueprint.get("/besoins/<int:need_id>/evaluation/rapport.xlsx")
@when_locked
def report_xlsx(shortlist: Shortlist) -> Answer:
    evaluation = found(shortlist)
    sheets = [
        (_("Résultats"), [headings(shortlist), *lines(shortlist, as_number, rank=rank_or_number)]),
        (_("Critères"), criteria(shortlist)),
        (_("Notes"), marks(shortlist, evaluation)),
        (_("Ce rapport"), [[_("Rapport d’évaluation"), typeset(shortlist.need.title)], *facts(shortlist)]),
    ]
    return xlsx_answer(sheets, _name(shortlist, "xlsx"))


@blueprint.get("/besoins/<int:need_id>/evaluation/rapport.pdf")
@when_locked
def report_pdf(shortlist: Shortlist) -> Answer:
    return pdf_answer(_("Rapport d’évaluation"), _printed(shortlist), _name(shortlist, "pdf"))


def _printed(shortlist: Shortlist) -> list[Block]:
    evaluation = found(shortlist)
    return [
        Heading(shortlist.need.title),
        *(_("%(what)s : %(value)s", what=what, value=value) for what, value in facts(shortlist)),
        Heading(_("Critères, fixés avant la première note")),
        Table(criteria(shortlist), widths=(4, 1)),
        Heading(_("Résultats")),
        _ranking(shortlist),
        *_tie_words(evaluation.results),
        Heading(_("Notes de chacun")),
        _(
            "De 0 (ne répond pas) à 5 (excellent). Chaque lettre est une personne qui a noté, dans un ordre de hasard."
        ),
        *(block for result in evaluation.results for block in _marks_of(shortlist, evaluation, result)),
        nothing_is_awarded(),
    ]


def _ranking(shortlist: Shortlist) -> Table:
    """Rank, company, mean; partners where some answered together."""
    rows = [line[:4] for line in (headings(shortlist), *lines(shortlist, written))]
    if any(row[2] for row in rows[1:]):
        return Table(rows, widths=(1.5, 4, 4, 1.5))
    return Table([[rank, company, mean] for rank, company, _nobody, mean in rows], widths=(1.5, 8, 1.5))


def _marks_of(shortlist: Shortlist, evaluation: Found, result: Result) -> list[Block]:
    """One company: each criterion with its mean, the lowest and highest mark, then what each person gave."""
    letters = [sign(place) for place, _person in enumerate(evaluation.people)]
    rows: Rows = [[_("Critère"), _("Moyenne"), _("Plus basse"), _("Plus haute"), *letters]]
    for criterion in shortlist.criteria:
        found_here = result.by_criterion[criterion.id]
        each = [evaluation.sheets[result.response.id, criterion.id, p.id].value for p in evaluation.people]
        rows.append([criterion.label, written(found_here.mean), found_here.lowest, found_here.highest, *each])
    company = result.response.organization.display_name
    heading = _("%(company)s : %(mark)s sur 5", company=company, mark=written(result.total))
    return [Heading(heading), Table(rows, widths=(5, 1.4, 1.5, 1.5, *(0.7 for _letter in letters)))]


def _name(shortlist: Shortlist, ending: str) -> str:
    return f"evaluation-besoin-{shortlist.need_id}.{ending}"


def nothing_is_awarded() -> str:
    return _(
        "Cette comparaison aide à choisir avec qui continuer. Elle n’attribue aucun marché : un achat suit ses propres règles."
    )


# ------------------------------------------------------------------ rows, the same in every form


def written(value: Fraction) -> str:
    """3,67 or 3.67: two decimals, for the eye. Places are decided on the exact fraction."""
    return str(format_decimal(float(round(value, 2)), "0.00"))


def as_number(value: Fraction) -> float:
    return float(round(value, 2))


def headings(shortlist: Shortlist) -> list[Any]:
    each = [_("%(label)s (poids %(weight)s)", label=c.label, weight=c.weight) for c in shortlist.criteria]
    return [_("Rang"), _("Entreprise"), _("Avec"), _("Note sur 5"), *each]


def lines(
    shortlist: Shortlist, number: Callable[[Fraction], Any], rank: Callable[[Result], Any] | None = None
) -> Rows:
    """One for each response: rank, company, partners, mean, mean of each criterion."""
    return [
        [
            (rank or rank_words)(result), result.response.organization.display_name, partners(result.response), number(result.total),
            *(number(result.by_criterion[criterion.id].mean) for criterion in shortlist.criteria),
        ]
        for result in shortlist.results()
    ]  # fmt: skip


def rank_words(result: Result) -> str:
    return _("%(rank)s ex æquo", rank=result.rank) if result.tied else str(result.rank)


def rank_or_number(result: Result) -> str | int:
    """What a spreadsheet sorts, where the rank is nobody else's."""
    return rank_words(result) if result.tied else result.rank


def partners(response: Response) -> str:
    return ", ".join(organization.display_name for organization in response.partners)


def criteria(shortlist: Shortlist) -> Rows:
    return [[_("Critère"), _("Poids sur 100")], *([c.label, c.weight] for c in shortlist.criteria)]


def marks(shortlist: Shortlist, evaluation: Found) -> Rows:
    """What each person gave; people are letters, in an order of chance."""
    heading = [_("Entreprise"), _("Critère"), _("Personne"), _("Note")]
    return [heading] + [
        [
            result.response.organization.display_name, criterion.label, letter(place),
            evaluation.sheets[result.response.id, criterion.id, person.id].value,
        ]
        for result in evaluation.results
        for criterion in shortlist.criteria
        for place, person in enumerate(evaluation.people)
    ]  # fmt: skip


def letter(place: int) -> str:
    """Personne A … Personne Z, Personne A2 …"""
    return _("Personne %(letter)s", letter=sign(place))


def sign(place: int) -> str:
    """A … Z, A2 …"""
    turn, number = divmod(place, len(ascii_uppercase))
    return ascii_uppercase[number] + (str(turn + 1) if turn else "")


def facts(shortlist: Shortlist) -> list[list[str]]:
    people = ngettext("une personne a noté", "%(num)s personnes ont noté", len(shortlist.panel))
    return [
        [_("Collectivité"), shortlist.need.organization.display_name],
        [_("Verrouillée le"), day(shortlist.locked_at)],
        [_("Notes"), people],
        [_("Empreinte (SHA-256)"), shortlist.sha256],
    ]


def _tie_words(results: Any) -> list[str]:
    if not any(result.tied for result in results):
        return []
    return [
        _(
            "Des réponses ont exactement la même note : elles partagent leur rang, et l’ordre alphabétique n’y dit rien."
        )
    ]


@blueprint.context_processor
def words() -> dict[str, Any]:
    """For the page, which is the same report."""
    return {
        "written_mark": written, "rank_words": rank_words, "nothing_is_awarded": nothing_is_awarded, "marked_words": marked_words,
    }  # fmt: skip
