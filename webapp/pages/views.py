"""Home, map and the pages that explain. Public, without session: they set no cookie."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, abort, current_app, render_template
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from models.charter import Charter
from models.database import count_rows, db
from models.need import Need
from models.organization import Organization
from models.solution import Solution
from models.territory import Territory
from models.user import User
from webapp.pages import letters, samples
from webapp.tiles import tile_map

blueprint = Blueprint("pages", __name__)

LATEST_NEEDS, LATEST_SOLUTIONS = 6, 3


@blueprint.get("/")
def home() -> str:
    counts = count_by_commune()
    return render_template(
        "pages/home.html",
        figures=count_all(counts),
        needs=latest_needs(),
        solutions=latest_solutions(),
        tiles=tile_map(),
        counts=counts,
    )


@blueprint.get("/carte", endpoint="map")
def show_map() -> str:
    return render_template("pages/map.html", tiles=tile_map(), counts=count_by_commune())


@blueprint.get("/comment-ca-marche")
def how_it_works() -> str:
    return render_template("pages/how_it_works.html")


@blueprint.get("/transparence")
def transparency() -> str:
    return render_template("pages/transparency.html")


@blueprint.get("/aide", endpoint="help")
def show_help() -> str:
    return render_template("pages/help.html")


@blueprint.get("/accessibilite")
def accessibility() -> str:
    return render_template("pages/accessibility.html")


@blueprint.get("/charte")
def charter() -> str:
    """What is signed, for who has not come in yet (R013)."""
    return render_template("pages/charter.html", charter=Charter.in_force())


@blueprint.get("/confidentialite")
def privacy() -> str:
    return render_template("pages/privacy.html")


@blueprint.get("/mentions-legales")
def legal() -> str:
    return render_template("pages/legal_notice.html")


@blueprint.get("/plan-du-site")
def site_map() -> str:
    return render_template("pages/site_map.html")


@blueprint.get("/composants")
def components() -> str:
    """The style guide: every macro with sample values, in the demonstration only."""
    require_demonstration()
    return render_template("pages/components.html", tiles=tile_map(), **samples.everything())


@blueprint.get("/courrier")
def mailbox() -> str:
    """The messages written as files instead of being sent: demonstration only (they hold confirmation links)."""
    require_demonstration()
    return render_template(
        "pages/mailbox.html", letters=letters.latest(current_app.config["SETTINGS"].mail_url)
    )


@blueprint.get("/courrier/<name>")
def message(name: str) -> str:
    require_demonstration()
    letter = letters.read(current_app.config["SETTINGS"].mail_url, name) or abort(404)
    return render_template("pages/message.html", letter=letter)


@blueprint.get("/sante")
def health() -> tuple[str, int, dict[str, str]]:
    """For those who watch over the service: the application answers and reads its database."""
    db.session.execute(select(1))
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}


def require_demonstration() -> None:
    """404 anywhere else."""
    if not current_app.config["SETTINGS"].is_demonstration:
        abort(404)


def viewer() -> User | None:
    return current_user if current_user.is_authenticated else None


def open_needs() -> Select[Need]:
    """Those that this viewer may see and that take responses."""
    return Need.public(viewer()).where(Need.status == "published")


def latest_needs() -> Sequence[Need]:
    query = open_needs().options(joinedload(Need.organization))
    return db.session.scalars(
        query.order_by(Need.published_at.desc(), Need.id.desc()).limit(LATEST_NEEDS)
    ).all()


def latest_solutions() -> Sequence[Solution]:
    query = Solution.public().options(joinedload(Solution.organization)).order_by(None)
    return db.session.scalars(
        query.order_by(Solution.published_at.desc(), Solution.id.desc()).limit(LATEST_SOLUTIONS)
    ).all()


def count_by_commune() -> dict[str, int]:
    """INSEE code → number of open needs."""
    visible = open_needs().with_only_columns(Need.id, Need.organization_id).subquery()
    query = (
        select(Territory.code, func.count(visible.c.id))
        .join(Organization, Organization.territory_id == Territory.id)
        .join(visible, visible.c.organization_id == Organization.id)
        .where(Territory.kind == "commune")
        .group_by(Territory.code)
    )
    return {code: count for code, count in db.session.execute(query)}  # noqa: C416 (typed pairs)


def count_all(counts: dict[str, int]) -> list[tuple[str, int]]:
    """The figures of the home page: label, value."""
    companies = Solution.public().order_by(None).with_only_columns(Solution.organization_id).distinct()
    return [
        (_("besoins ouverts"), count_rows(open_needs())),
        (_("solutions vérifiées"), count_rows(Solution.public())),
        (_("entreprises, associations et laboratoires"), count_rows(companies)),
        (_("communes qui cherchent une réponse"), len(counts)),
    ]
