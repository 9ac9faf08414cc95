"""Follow by one button, stop by another, and read it all on one page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from models import Follow, Need, OpenCall, Organization, Solution, Theme, db
from webapp.acting import me, memberships_on
from webapp.following import queries
from webapp.forms import Form, ThemesField
from webapp.labels import theme_label
from webapp.links import address_of, safe_next
from webapp.permissions import loaded

blueprint = Blueprint("following", __name__)


class ThemesForm(Form):
    themes = ThemesField(_l("Ce qui vous intéresse"))


@blueprint.record_once
def _offer_to_templates(state: Any) -> None:
    state.app.jinja_env.globals["follow_of"] = queries.follow_of


@blueprint.get("/ce-que-je-suis")
def index() -> str:
    followed = queries.followed()
    news = queries.news_of({follow.subject_key for follow in followed.themes})
    return render_template("following/index.html", followed=followed, news=news, ended=_ended())


@blueprint.post("/besoins/<int:need_id>/suivre")
def need(need_id: int) -> Any:
    return _follow("need", loaded(Need))


@blueprint.post("/solutions/<int:solution_id>/suivre")
def solution(solution_id: int) -> Any:
    return _follow("solution", loaded(Solution))


@blueprint.post("/organisations/<int:organization_id>/suivre")
def organization(organization_id: int) -> Any:
    return _follow("organization", loaded(Organization))


@blueprint.post("/appels/<int:open_call_id>/suivre")
def open_call(open_call_id: int) -> Any:
    return _follow("open_call", loaded(OpenCall))


@blueprint.post("/themes/<code>/suivre")
def theme(code: str) -> Any:
    if code not in Theme.codes():
        abort(404)
    Follow.begin(user=me(), kind="theme", key=code)
    db.session.commit()
    flash(_("Vous suivez maintenant le thème « %(name)s ».", name=theme_label(code)), "success")
    return redirect(safe_next(request.form.get("next")) or url_for("following.index"), 303)


@blueprint.post("/suivis/<int:follow_id>/arreter")
def stop(follow_id: int) -> Any:
    """Back where the button was pressed; the page of everything followed offers to take it up again."""
    follow = loaded(Follow)
    kind, key = follow.subject_type, follow.subject_key
    follow.end()
    db.session.commit()
    back = safe_next(request.form.get("next"))
    if back is not None:
        flash(_("Vous ne suivez plus cette page."), "success")
    return redirect(back or url_for("following.index", ended=f"{kind}:{key}"), 303)


@blueprint.route("/mes-themes", methods=["GET", "POST"])
def themes() -> Any:
    """One screen: what interests me (R011). Nothing is ticked for anybody."""
    form = ThemesForm(data={"themes": sorted(Follow.themes_of(me()))})
    if form.validate_on_submit():
        Follow.choose_themes(me(), form.themes.data or [])
        db.session.commit()
        flash(
            _("C’est noté : vous suivez ces thèmes, et vous pouvez en changer quand vous voulez."), "success"
        )
        return redirect(url_for("following.index"), 303)
    is_buyer = bool(memberships_on("demand"))
    return render_template("following/themes.html", form=form, is_buyer=is_buyer), 422 if form.errors else 200


@blueprint.get("/curation/interets")
def interests() -> str:
    """For the team: which themes the communes said they care about, without names."""
    return render_template("following/interests.html", rows=queries.interests())


def _follow(kind: str, thing: Any) -> Any:
    Follow.begin(user=me(), kind=kind, key=thing.id)
    db.session.commit()
    flash(_("Vous suivez cette page : elle se retrouve dans « Ce que je suis »."), "success")
    return redirect(safe_next(request.form.get("next")) or address_of(thing), 303)


def _ended() -> tuple[str, str] | None:
    """(where to post, its name): what was just given up, so that one press takes it up again."""
    kind, colon, key = request.args.get("ended", "").partition(":")
    if kind == "theme" and key in Theme.codes():
        return url_for("following.theme", code=key), theme_label(key)
    if (
        kind in ("need", "solution", "organization", "open_call")
        and colon
        and key.isdecimal()
        and len(key) < 10
    ):
        number: dict[str, Any] = {f"{kind}_id": int(key)}
        return url_for(f"following.{kind}", **number), ""
    return None
