"""Who is of the Métropole's team. Its roles are memberships of the Métropole's own organisation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from models import Membership, Organization, RuleViolation, User, db
from models.membership import PLATFORM_ROLES
from models.text import canon_line, fold
from webapp.acting import me
from webapp.curation.forms import PLATFORM_ROLES as ROLE_CHOICES
from webapp.curation.forms import RoleForm
from webapp.curation.views import blueprint
from workers.queue import ring

FOUND = 20


@blueprint.get("/curation/personnes")
def people() -> str:
    words = canon_line(request.args.get("q", ""))[:100]
    found = db.session.scalars(people_named(words)).all() if len(words) > 1 else []
    return render_template("curation/people.html", team=read_team(), q=words, found=found, roles=ROLE_CHOICES)


@blueprint.post("/curation/personnes/role")
def set_role() -> Any:
    form = RoleForm()
    if not form.validate():
        abort(400)
    person = db.session.get(User, form.user_id.data) or abort(404)
    give_role(person, form.role.data, by=me())
    ring("deliver_notifications")
    db.session.commit()
    flash(_("C’est fait. %(name)s voit le changement à sa prochaine page.", name=person.name), "success")
    return redirect(url_for("curation.people"), 303)


def metropole() -> Organization:
    return db.session.scalars(
        select(Organization).where(Organization.kind == "metropole").order_by(Organization.id)
    ).first() or abort(404)


def read_team() -> Sequence[Membership]:
    """Everyone with a role of the platform, administrators first."""
    query = (
        select(Membership)
        .join(Membership.user)
        .options(joinedload(Membership.user))
        .where(
            Membership.organization_id == metropole().id,
            Membership.status == "active",
            Membership.role.in_(PLATFORM_ROLES),
        )
        .order_by(Membership.role, User.last_name, User.id)
    )
    return db.session.scalars(query).all()


def people_named(words: str) -> Select[User]:
    """Living accounts whose name or address contains ``words``, with their organisations."""
    folded = fold(words)
    return (
        select(User)
        .where(User.closed_at.is_(None))
        .where(
            or_(
                func.fold(User.first_name + " " + User.last_name).contains(folded, autoescape=True),
                User.email.contains(folded, autoescape=True),
            )
        )
        .options(selectinload(User.memberships).joinedload(Membership.organization))
        .order_by(User.last_name, User.first_name, User.id)
        .limit(FOUND)
    )


def give_role(person: User, role: str, *, by: User) -> None:
    """``role``: curator, admin, or none. Raises RuleViolation for one's own role (so that an administrator remains) and
    for an address that was never confirmed."""
    if person.id == by.id:
        raise RuleViolation("Demandez à un autre administrateur de changer votre propre rôle.")
    membership = db.session.scalar(
        select(Membership).where(
            Membership.user_id == person.id, Membership.organization_id == metropole().id
        )
    )
    if role == "none":
        if membership is not None and membership.status == "active":
            membership.leave(by=by)
        return
    if not person.is_active:
        raise RuleViolation("Cette personne n’a pas encore confirmé son adresse électronique.")
    if membership is None:
        Membership.found(user=person, organization=metropole(), role=role, by=by)
        return
    if membership.status in ("refused", "left"):
        Membership.request(user=person, organization=metropole())
    if membership.status == "requested":
        membership.accept(by=by)
    membership.change_role(role, by=by)
