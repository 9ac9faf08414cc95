"""« Ce que les décisions ont appris »: learned weights in figures and in words, both orders side by side, one click each way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from models import Match, RankerVersion, Ranking, Solution, db
from webapp.acting import me
from webapp.asking import ask_once
from webapp.curation.views import blueprint
from webapp.forms import Form
from webapp.permissions import loaded

LATEST_NEEDS = 5
VERSIONS = 30
#: Effects of a weight, in logits, from which it is said, and with which word.
SAID_FROM, CLEAR_FROM, STRONG_FROM = 0.1, 0.4, 1.0
#: « As much as the fixed weights »: the score of the texts within these.
AS_MUCH = (0.8, 1.25)


@blueprint.get("/curation/apprentissage")
def learning() -> str:
    return render_template(
        "curation/learning.html",
        current=RankerVersion.in_service(),
        trial=RankerVersion.on_trial(),
        versions=db.session.scalars(RankerVersion.latest_first().limit(VERSIONS)).all(),
        decided=count_decided(),
    )


@blueprint.get("/curation/apprentissage/<int:ranker_id>")
def ranker(ranker_id: int) -> str:
    version = loaded(RankerVersion)
    return render_template(
        "curation/ranker.html",
        version=version,
        effects=list(effects_of(version.weights)),
        orders=read_orders(version),
    )


@blueprint.route("/curation/apprentissage/<int:ranker_id>/service", methods=["GET", "POST"])
def enter_service(ranker_id: int) -> Any:
    version, form = loaded(RankerVersion), Form()
    if form.validate_on_submit() and form.obeys(lambda: version.enter_service(by=me())):
        db.session.commit()
        flash(_("Ces poids sont en service : le prochain besoin sera classé avec eux."), "success")
        return redirect(url_for("curation.learning"), 303)
    words = {
        "name": _("Poids appris n° %(number)s", number=version.id),
        "title": _("Mettre ces poids en service"),
        "then": _(
            "Les prochains classements suivront ces poids ; ceux qui sont faits ne changent pas. Les trois mots de proximité "
            "restent calculés sur les textes seuls. Un clic suffit pour revenir en arrière."
        ),
    }
    back = url_for("curation.ranker", ranker_id=ranker_id)
    return ask_once(form, version, "enter_service", button=_("Mettre en service"), back=back, **words)


@blueprint.post("/curation/apprentissage/<int:ranker_id>/retirer")
def retire_ranker(ranker_id: int) -> Any:
    version = loaded(RankerVersion)
    was_in_service = version.status == "in_service"
    version.retire(by=me())
    db.session.commit()
    flash(
        _("Les poids fixes sont de nouveau en service, dès le prochain besoin.")
        if was_in_service
        else _("L’essai est arrêté. Rien ne change pour les classements."),
        "success",
    )
    return redirect(url_for("curation.learning"), 303)


def count_decided() -> int:
    """Proposals that a person of the team decided, and that still stand."""
    undecided = ("suggested", "snoozed", "void")
    query = select(func.count(Match.id)).where(
        Match.decided_by_id.is_not(None), Match.status.not_in(undecided)
    )
    return db.session.scalar(query) or 0


# ------------------------------------------------------------------ both orders


@dataclass(frozen=True)
class Order:
    """A need classified both ways: ``places`` are pairs (in service that day, these weights), None past the end."""

    ranking: Ranking
    places: list[tuple[Solution | None, Solution | None]]

    @property
    def moved(self) -> int:
        """How many places hold another solution."""
        return sum(one is not other for one, other in self.places)


def read_orders(version: RankerVersion) -> list[Order]:
    """Of the latest needs that were classified while ``version`` was on trial."""
    query = version.trials().options(joinedload(Ranking.need)).limit(LATEST_NEEDS)
    rankings = db.session.scalars(query).all()
    numbers = {number for ranking in rankings for number in (*_made(ranking), *_tried(ranking))}
    found = select(Solution).where(Solution.id.in_(numbers)).options(joinedload(Solution.organization))
    solutions = {solution.id: solution for solution in db.session.scalars(found)}

    def named(order: Iterable[int]) -> list[Solution | None]:
        return [solutions.get(number) for number in order]

    return [
        Order(ranking, list(zip_longest(named(_made(ranking)), named(_tried(ranking)))))
        for ranking in rankings
    ]


def _made(ranking: Ranking) -> list[int]:
    return [one["solution"] for one in ranking.outcome]


def _tried(ranking: Ranking) -> Sequence[int]:
    order: Sequence[int] = (ranking.shadow or {}).get("order", ())
    return order


# ------------------------------------------------------------------ weights in words


@dataclass(frozen=True)
class Effect:
    """What one weight does: ``rises`` or not, how much (slight, clear, strong), in words, and the number; ``is_score``: how
    much the fixed weights' own score counts, more than before (``rises``) or less."""

    question: str
    words: str
    rises: bool
    strength: str
    logit: float
    is_score: bool = False


def effects_of(weights: Mapping[str, Any]) -> Iterator[Effect]:
    """The effects that are worth a word, question by question, the strongest first."""
    for question in weights["questions"]:
        found = []
        for name, weight in question["weights"].items():
            logit = _effect(name, weight, question.get("spreads", {}))
            if abs(logit) >= SAID_FROM:
                found.append(
                    Effect(
                        question["name"],
                        words_of(name),
                        logit > 0,
                        _strength(abs(logit)),
                        logit,
                        name == "fixed",
                    )
                )
        yield from sorted(found, key=lambda effect: -abs(effect.logit))


def _effect(name: str, weight: float, spreads: Mapping[str, float]) -> float:
    """In logits: of the thing being so, or of one usual deviation more."""
    if name == "fixed":
        return 0.0 if AS_MUCH[0] <= weight <= AS_MUCH[1] else weight - 1
    return weight * spreads.get(name, 1.0)


def _strength(logit: float) -> str:
    return "strong" if logit >= STRONG_FROM else "clear" if logit >= CLEAR_FROM else "slight"


def words_of(name: str) -> str:
    """A feature in French; steps say their step, numbers of a matcher that is not known here their own name."""
    first, _underscore, last = name.partition("_")
    if name.startswith("maturity_from_"):
        return _("une maturité M%(level)s ou plus", level=name.rpartition("_")[2])
    if first == "fresh":
        return _("une fiche publiée depuis moins de %(days)s jours", days=last.partition("_")[0])
    known = {
        "component_cosine": _("des textes proches par le sens"),
        "component_dense": _("des textes plus proches que d’habitude par le sens"),
        "component_words": _("des mots en commun"),
        "component_lexical": _("des mots rares en commun"),
        "component_themes": _("un thème en commun"),
        "component_known": _("des cas connus en commun"),
        "component_cases": _("plus de cas connus en commun que d’habitude"),
        "silent_maturity": _("une maturité non renseignée"),
        "maturity_fits": _("la maturité demandée par le besoin"),
        "maturity_unknown": _("une maturité demandée par le besoin et absente de la fiche"),
        "territories_fits": _("un lieu qui convient"),
        "territories_unknown": _("un lieu non renseigné"),
        "territories_contradicts": _("un lieu qui ne convient pas"),
        "budget_fits": _("un prix dans le budget"),
        "budget_unknown": _("un prix inconnu face à un budget"),
        "budget_contradicts": _("un prix au-dessus du budget"),
        "silent_price": _("un prix non renseigné"),
    }
    return known.get(name, name)
