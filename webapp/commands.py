"""What one does from a terminal: prepare the database, name the first administrator. ``python -m launch`` calls these.

Each runs in an application context and commits by itself.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from alembic import command
from alembic.config import Config
from flask import current_app, url_for

from models import Membership, Organization, User, db
from models.errors import Conflict
from models.territory import Territory
from models.token import make_token
from webapp.demonstration.accounts import demonstration_accounts
from webapp.demonstration.seed import seed_demonstration
from webapp.reference import METROPOLE, load_reference_tables

__all__ = ["create_administrator", "demonstration_accounts", "migrate", "prepare"]

ROOT = Path(__file__).resolve().parent.parent


def prepare() -> None:
    """The database at its present version, with its reference tables; in a demonstration, once, its records."""
    migrate()
    load_reference_tables()
    db.session.commit()
    if current_app.config["SETTINGS"].is_demonstration:
        seed_demonstration()
        db.session.commit()


def migrate(revision: str = "head") -> None:
    """Run the migrations up to ``revision`` on the application's database, all of them or none."""
    config = Config(str(ROOT / "alembic.ini"))
    with db.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def create_administrator(email: str) -> str:
    """Make a person administrator of the platform and give the address, good for one hour, where to choose a password.

    The account counts as confirmed: who can run this command vouches for it. An existing account keeps its password and
    only gains the role. Raises Conflict when the person has a role in the Métropole's organisation already.
    """
    metropole = db.session.scalars(
        db.select(Organization).join(Territory).where(Territory.code == METROPOLE)
    ).one()
    user = db.session.scalar(User.by_email(email))
    if user is None:
        # Nobody knows this password: the address below replaces it.
        user = User.register(email=email, password=secrets.token_urlsafe(32), first_name="", last_name="")
    user.confirm()
    if user.membership_of(metropole) is not None:
        raise Conflict("Cette personne a déjà un rôle dans l’organisation de la Métropole.")
    Membership.found(user=user, organization=metropole, role="admin", by=None)
    db.session.commit()
    with current_app.test_request_context(base_url=current_app.config["SETTINGS"].public_url):
        return url_for("accounts.reset", token=make_token("reset", user), _external=True)
