"""How an organisation writes a page, hands it to the team, keeps it right once online, takes it off."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from models import Interest, ReviewPoint, RuleViolation, Solution, db
from models.interest_lifecycle import both_sides
from models.solution import EDITABLE
from webapp.acting import acting_for, me, memberships_on
from webapp.asking import who_will_be_told
from webapp.forms import ACCEPTED
from webapp.languages import said
from webapp.limits import BESIDE, each_account, limiter
from webapp.links import address_of
from webapp.permissions import loaded
from webapp.saving import saved_or_why
from webapp.search.beside import beside_solution, fragment
from webapp.solutions import queries
from webapp.solutions.forms import ORDER, STEPS, ArchiveForm, ReviseForm, step_of
from webapp.solutions.views import blueprint
from workers.queue import ANSWER_WITHIN, ring

BEING_WRITTEN = ("draft", "changes_requested")


@blueprint.route("/solutions/nouvelle", methods=["GET", "POST"])
def create() -> Any:
    """What happens, in three lines; then a draft. Pressed twice, the empty draft is found again."""
    organization = acting_for("supply")
    assert organization is not None, "guarded by write_solution"
    if request.method == "GET":
        return render_template(
            "solutions/create.html", organization=organization, choices=memberships_on("supply")
        )
    solution = queries.empty_draft(organization, me()) or Solution.draft(organization=organization, by=me())
    db.session.commit()
    return redirect(url_for("solutions.edit", solution_id=solution.id), 303)


@blueprint.route(
    "/solutions/<int:solution_id>/rediger", methods=["GET", "POST"], defaults={"step": "presentation"}
)
@blueprint.route("/solutions/<int:solution_id>/rediger/<step>", methods=["GET", "POST"])
def edit(solution_id: int, step: str) -> Any:
    solution = loaded(Solution)
    if solution.status not in BEING_WRITTEN:
        flash(_("Cette fiche n’est plus un brouillon : voyez ici ce qui est possible."), "info")
        return redirect(address_of(solution), 303)
    if step == "review" and request.method == "GET":
        seen = {"missing": missing_in(solution), "preview": beside_solution(solution)}
        return render_template("solutions/edit_review.html", **_frame(solution, step), **seen)
    form = (STEPS.get(step) or abort(404))(obj=solution)
    if form.validate_on_submit() and form.obeys(lambda: solution.write(**form.written())):
        db.session.commit()
        return redirect(_after(solution, step), 303)
    code = 422 if form.errors else 200
    return render_template(f"solutions/edit_{step}.html", form=form, **_frame(solution, step)), code


@blueprint.post("/solutions/<int:solution_id>/brouillon")
def autosave(solution_id: int) -> Any:
    """Keep what is typed, finished or not. Answers with the hour, or with what was not kept and why (422)."""
    solution = loaded(Solution)
    form = STEPS.get(request.form.get("step", ""), _step_sent())(obj=solution)
    form.validate()
    solution.write(**form.written(request.form))
    db.session.commit()
    return saved_or_why(form)


@blueprint.post("/solutions/<int:solution_id>/apercu")
@limiter.limit(BESIDE, key_func=each_account)
def panels(solution_id: int) -> Any:
    """« Ces besoins vous correspondraient », « Solutions proches de la vôtre » and themes, for the text as it is being typed."""
    return fragment("solutions/_beside.html", beside_solution(loaded(Solution), within=ANSWER_WITHIN))


def _step_sent() -> Any:
    """The form of the fields that were sent, for who does not say which step it is."""
    step = next((step_of(name) for name in request.form if step_of(name) in STEPS), "presentation")
    return STEPS[step]


def _frame(solution: Solution, step: str) -> dict[str, Any]:
    """What every step shows around its form."""
    titles = {
        "presentation": _("Ce qu’elle fait"),
        "practical": _("Pratique"),
        "review": _("Relire et envoyer"),
    }
    return {
        "solution": solution,
        "step": step,
        "order": ORDER,
        "titles": titles,
        "beside": beside_solution(solution) if step == "presentation" else None,
        "comment": queries.last_comment(solution),
        "points": ReviewPoint.to_do(solution),
        "step_of": step_of,
    }


def _after(solution: Solution, step: str) -> str:
    if ACCEPTED in request.form:
        return url_for("solutions.edit", solution_id=solution.id, step=step, _anchor="themes")
    if "leave" in request.form:
        flash(
            _("Votre brouillon est enregistré. Vous le retrouverez ici, depuis n’importe quel appareil."),
            "success",
        )
        return address_of(solution)
    return url_for("solutions.edit", solution_id=solution.id, step=ORDER[ORDER.index(step) + 1])


def missing_in(solution: Solution) -> list[tuple[str, str]]:
    """(field, sentence): what the team would not accept yet."""
    action = "submit" if solution.status == "draft" else "resubmit"
    moves = solution.lifecycle.find(action, solution.status)
    return [problem for move in moves for problem in solution.lifecycle.problems(move, solution)]


# ------------------------------------------------------------------ handing over


@blueprint.post("/solutions/<int:solution_id>/envoyer")
def submit(solution_id: int) -> Any:
    solution = loaded(Solution)
    return hand_over(solution, lambda: solution.submit(by=me()))


@blueprint.post("/solutions/<int:solution_id>/renvoyer")
def resubmit(solution_id: int) -> Any:
    solution = loaded(Solution)
    return hand_over(solution, lambda: solution.resubmit(by=me()))


@blueprint.post("/solutions/<int:solution_id>/prevenir")
def ask_to_send(solution_id: int) -> Any:
    """« Prévenir » : one message a day to those who may send it, whoever presses."""
    solution = loaded(Solution)
    told = _("Vos validateurs sont prévenus. Un message part au plus une fois par jour.")
    return hand_over(solution, lambda: solution.ask_to_send(by=me()), told)


def hand_over(solution: Solution, act: Any, sentence: str = "") -> Any:
    """To the team, or to who decides; back to the page that lists what is missing when a rule says no."""
    try:
        act()
    except RuleViolation as error:
        if solution.status not in BEING_WRITTEN:
            raise
        db.session.rollback()
        flash(said(error), "error")
        return redirect(url_for("solutions.edit", solution_id=solution.id, step="review"), 303)
    return settle(
        solution,
        sentence
        or _(
            "Votre fiche est chez l’équipe de la Métropole. Elle la lit en deux jours ouvrés et vous écrit."
        ),
    )


@blueprint.post("/solutions/<int:solution_id>/reprendre")
def recall(solution_id: int) -> Any:
    solution = loaded(Solution)
    solution.recall(by=me())
    return settle(solution, _("La fiche est de nouveau un brouillon : vous pouvez la modifier."))


def settle(solution: Solution, sentence: str, *bells: str) -> Any:
    """Keep what was done, ring, back to the page of the solution."""
    for bell in ("deliver_notifications", *bells):
        ring(bell)
    db.session.commit()
    flash(sentence, "success")
    return redirect(address_of(solution), 303)


# ------------------------------------------------------------------ once online


@blueprint.route("/solutions/<int:solution_id>/modifier", methods=["GET", "POST"])
def revise(solution_id: int) -> Any:
    """Practical matters change at once, the substance after the team has read it."""
    solution = loaded(Solution)
    form = ReviseForm(data=_as_proposed(solution))
    if form.validate_on_submit() and form.obeys(lambda: solution.revise(by=me(), **form.written())):
        return settle(solution, _said_of_changes(bool(solution.proposed_changes)), "propose_matches")
    code = 200 if not form.errors else 422 if solution.lifecycle.find("revise", solution.status) else 409
    return render_template("solutions/revise.html", form=form, solution=solution), code


def _as_proposed(solution: Solution) -> dict[str, Any]:
    """What is edited: the page online, with the words that already wait for the team."""
    return {name: getattr(solution, name) for name in EDITABLE} | (solution.proposed_changes or {})


def _said_of_changes(waits: bool) -> str:
    if waits:
        return _(
            "Les précisions pratiques sont en ligne. L’équipe relit les autres changements ; d’ici là, les anciens mots restent affichés."
        )
    return _("Les changements sont en ligne.")


@blueprint.post("/solutions/<int:solution_id>/confirmer")
def confirm(solution_id: int) -> Any:
    solution = loaded(Solution)
    solution.confirm(by=me())
    return settle(solution, _("Merci. La fiche est confirmée pour douze mois."), "propose_matches")


@blueprint.route("/solutions/<int:solution_id>/retirer", methods=["GET", "POST"])
def archive(solution_id: int) -> Any:
    """Asks once: it does not come back."""
    solution, form = loaded(Solution), ArchiveForm()
    if form.validate_on_submit():
        solution.archive(by=me())
        return settle(
            solution, _("La fiche est archivée : elle n’est plus visible que de votre organisation.")
        )
    return render_template(
        "solutions/archive.html", form=form, solution=solution, told=who_will_be_told(asking_about(solution))
    )


def asking_about(solution: Solution) -> int:
    """How many people of communes asked something about it and will be told that it is gone."""
    asked = db.session.scalars(Interest.open_about(solution=solution))
    return len({person.id for interest in asked for person in both_sides(interest)})
