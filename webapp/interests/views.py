"""« J'adopte » : writing to a company, the list of both sides, the page of one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.wrappers import Response as Answer
from flask_babel import gettext as _

from models import Interest, Solution, db
from models.calendar_file import as_calendar
from webapp.acting import me
from webapp.interests import queries, stages
from webapp.interests.forms import AdoptForm
from webapp.permissions import can, loaded
from webapp.predicates import is_supplier_asked
from webapp.search.queries import paginate
from workers.queue import ring

blueprint = Blueprint("interests", __name__)


@blueprint.get("/adoptions")
def index() -> str:
    page = paginate(queries.my_interests())
    return render_template("interests/index.html", page=page, mine=queries.my_organizations())


@blueprint.route("/solutions/<int:solution_id>/adopter", methods=["GET", "POST"])
def create(solution_id: int) -> Any:
    solution = loaded(Solution)
    buyer, form = queries.buyer_of(solution), AdoptForm(wish=request.args.get("wish"))
    needs = queries.needs_to_name(buyer)
    need = next((need for need in needs if need.id == request.values.get("need", type=int)), None)
    if (interest := _sent(form, solution, buyer, need)) is not None:
        return settle(
            interest,
            _(
                "Votre demande est partie. Qui propose la solution a cinq jours ouvrés pour accuser réception."
            ),
        )
    page = {"form": form, "solution": solution, "buyer": buyer, "needs": needs, "need": need}
    return render_template(
        "interests/create.html", **page, **_around(solution, buyer)
    ), 422 if form.errors else 200


def _sent(form: AdoptForm, solution: Solution, buyer: Any, need: Any) -> Interest | None:
    """The demand that was just sent; None while the form is not right or a rule refuses it (the form says which)."""
    sent: list[Interest] = []

    def send() -> None:
        chosen = form.chosen(*form._fields)
        sent.append(Interest.send(solution=solution, organization=buyer, by=me(), need=need, **chosen))

    return sent[0] if form.validate_on_submit() and form.obeys(send) else None


def _around(solution: Solution, buyer: Any) -> dict[str, Any]:
    return {
        "buyers": queries.buyers_that_may_adopt(solution),
        "may_commit": queries.may_commit(me(), buyer),
    }


@blueprint.get("/adoptions/<int:interest_id>")
def show(interest_id: int) -> str:
    interest = loaded(Interest)
    as_supplier, may_convert = is_supplier_asked(me(), interest), can("interest.convert", interest)
    return render_template(
        "interests/show.html",
        interest=interest,
        as_supplier=as_supplier,
        may_convert=may_convert,
        next_step=stages.what_next(interest, as_supplier=as_supplier, may_convert=may_convert),
        contact=None if as_supplier else stages.answering_for_company(interest),
    )


@blueprint.get("/adoptions/<int:interest_id>/rendez-vous.ics")
def calendar(interest_id: int) -> Any:
    """The meeting, for one's own calendar."""
    interest = loaded(Interest)
    if interest.meeting_at is None:
        abort(404)
    file = calendar_of(interest)
    kept = {"Content-Disposition": 'attachment; filename="rendez-vous.ics"'}
    return Answer(file, mimetype="text/calendar", headers=kept)


def calendar_of(interest: Interest) -> str:
    assert interest.meeting_at is not None, "planned"
    return as_calendar(
        uid=f"interest-{interest.id}@{current_app.config['SETTINGS'].public_url.partition('://')[2]}",
        starts_at=interest.meeting_at,
        written_at=interest.updated_at,
        title=_("Rendez-vous : %(title)s", title=interest.title),
        place=interest.meeting_place,
        address=url_for("interests.show", interest_id=interest.id, _external=True),
    )


@blueprint.context_processor
def words() -> dict[str, Any]:
    return {"stages": stages}


def settle(interest: Interest, sentence: str) -> Any:
    """Keep what was done, ring, back to the page."""
    ring("deliver_notifications")
    db.session.commit()
    flash(sentence, "success")
    return redirect(url_for("interests.show", interest_id=interest.id), 303)
