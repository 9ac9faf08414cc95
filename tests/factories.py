"""A small world for tests, made through the verbs of the domain, never around them.

``World`` has a verified commune which has published before (Bagnolet) with its contributor, validator and
administrator, a second one (Bondy), two companies, and the Métropole's team. ``need``, ``solution``, ``response`` and
``match`` take the status that is wanted and walk there.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from itertools import count
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from models import (
    Match,
    Membership,
    Need,
    Notification,
    Organization,
    Response,
    Solution,
    Territory,
    User,
    db,
)
from models.calendar import today_in_paris
from models.text import fold
from tests.walks import match_walk, need_walk, response_walk, solution_walk

PASSWORD = "une phrase de passe pour essayer"
IRRITANT = (
    "Les corbeilles de rue débordent le dimanche près du métro : la tournée est la même pour toutes, les unes sont "
    "vides et les autres pleines dès midi."
)
OUTCOME = "Passer là où c’est plein et pas ailleurs, et garder les points sensibles propres le week-end."
HOW = (
    "Un capteur à ultrasons mesure le remplissage de chaque corbeille et l’envoie par radio ; un tableau propose la "
    "tournée du jour. Pose en cinq minutes, autonomie de huit ans, données hébergées en France."
)
_numbers = count(1)


def make_siret(number: int) -> str:
    """A SIRET with a right key, different for each ``number``."""
    from stdnum import luhn

    siren = f"9{number:07d}"
    siren += luhn.calc_check_digit(siren)
    nic = siren + "0001"
    return nic + luhn.calc_check_digit(nic)


class World:
    """See the module. Everything is committed as soon as it is made."""

    def user(self, name: str = "Camille", *, email: str | None = None, confirmed: bool = True) -> User:
        number = next(_numbers)
        user = User.register(
            email=email or f"{fold(name)}.{number}@exemple.fr",
            password=PASSWORD,
            first_name=name,
            last_name=f"Test{number}",
        )
        if confirmed:
            user.confirm()
        db.session.commit()
        return user

    # ------------------------------------------------------------------ the team

    @cached_property
    def metropole(self) -> Organization:
        organization = db.session.scalar(sa.select(Organization).where(Organization.kind == "metropole"))
        assert organization is not None, "the reference tables hold the Métropole"
        return organization

    @cached_property
    def curator(self) -> User:
        return self.member(self.metropole, "curator", "Inès")

    @cached_property
    def admin(self) -> User:
        return self.member(self.metropole, "admin", "Ada")

    def member(self, organization: Organization, role: str, name: str = "Camille") -> User:
        user = self.user(name)
        Membership.found(user=user, organization=organization, role=role, by=None)
        db.session.commit()
        return user

    # ------------------------------------------------------------------ communes and companies

    def commune(self, name: str, *, verified: bool = True) -> SimpleNamespace:
        """``.organization`` with ``.contributor``, ``.validator`` and ``.org_admin``."""
        organization = db.session.scalar(
            sa.select(Organization)
            .join(Territory, Organization.territory_id == Territory.id)
            .where(Territory.name == name, Organization.kind == "commune")
        )
        assert organization is not None, name
        org_admin = self.user("Alex")
        organization.claim(by=org_admin)
        if verified:
            organization.verify(by=self.curator)
        db.session.commit()
        return self._people(organization, org_admin)

    def company(
        self, name: str = "Ultrason", *, kind: str = "startup", verified: bool = True
    ) -> SimpleNamespace:
        """A company that signed the charter, with its three people."""
        founder = self.user("Sam")
        organization = Organization.create(kind=kind, name=name, siret=make_siret(next(_numbers)), by=founder)
        organization.sign_charter(by=founder)
        if verified:
            organization.verify(by=self.curator)
        db.session.commit()
        return self._people(organization, founder)

    def _people(self, organization: Organization, org_admin: User) -> SimpleNamespace:
        return SimpleNamespace(
            organization=organization,
            org_admin=org_admin,
            contributor=self.member(organization, "contributor", "Nour"),
            validator=self.member(organization, "validator", "Lou"),
        )

    @cached_property
    def bagnolet(self) -> SimpleNamespace:
        """A commune that has published before."""
        people = self.commune("Bagnolet")
        self.need(people, "published", title="Une première publication déjà faite", first=True)
        return people

    @cached_property
    def bondy(self) -> SimpleNamespace:
        """Another commune, which has published before too."""
        people = self.commune("Bondy")
        self.need(people, "published", title="Une première publication de Bondy", first=True)
        return people

    @cached_property
    def newcomer(self) -> SimpleNamespace:
        """A commune whose first need is yet to come: the team reads it."""
        return self.commune("Vanves")

    @cached_property
    def startup(self) -> SimpleNamespace:
        return self.company("Ultrason", kind="startup")

    @cached_property
    def rival(self) -> SimpleNamespace:
        return self.company("Autre Piste", kind="sme")

    # ------------------------------------------------------------------ needs

    def need(
        self,
        owner: SimpleNamespace | None = None,
        status: str = "published",
        *,
        first: bool = False,
        **fields: Any,
    ) -> Need:
        """A need of ``owner`` (Bagnolet) walked to ``status``; ``first``: through the team's review."""
        owner = owner or (self.newcomer if status in ("in_review", "changes_requested") else self.bagnolet)
        values = {
            "title": "Tournées de corbeilles faites à l’aveugle",
            "irritant": IRRITANT,
            "expected_outcome": OUTCOME,
            "themes": ["circular_waste"],
            "closes_on": today_in_paris() + timedelta(days=30),
            **fields,
        }
        need = Need.draft(organization=owner.organization, by=owner.contributor, **values)
        for verb in need_walk(self, owner, status, first=first or need.is_first_publication):
            verb(need)
        db.session.commit()
        return need

    # ------------------------------------------------------------------ solutions

    def solution(
        self, owner: SimpleNamespace | None = None, status: str = "published", **fields: Any
    ) -> Solution:
        """A page of ``owner`` (Ultrason) walked to ``status``."""
        owner = owner or self.startup
        values = {
            "title": "Sondes à ultrasons pour corbeilles de rue",
            "pitch": "Un capteur de remplissage pour corbeilles et conteneurs.",
            "how_it_works": HOW,
            "themes": ["circular_waste"],
            "maturity": "M8",
            "price_from_cents": 900_000,
            **fields,
        }
        solution = Solution.draft(organization=owner.organization, by=owner.contributor, **values)
        for verb in solution_walk(self, owner, status):
            verb(solution)
        db.session.commit()
        return solution

    # ------------------------------------------------------------------ matches and responses

    def match(
        self,
        need: Need | None = None,
        solution: Solution | None = None,
        status: str = "suggested",
        **fields: Any,
    ) -> Match:
        """A stored proposal walked to ``status``."""
        need, solution = need or self.need(), solution or self.solution()
        suggestion = suggest(solution, **fields)
        (match,) = Match.propose(need, [suggestion], need_hash="n1", solution_hashes={solution.id: "s1"})
        for verb in match_walk(self, match, status):
            verb(match)
        db.session.commit()
        return match

    def response(
        self,
        need: Need | None = None,
        owner: SimpleNamespace | None = None,
        status: str = "submitted",
        *,
        solution: Solution | None = None,
    ) -> Response:
        """A response of ``owner`` (Ultrason) walked to ``status``; the need is closed on the way where it must be."""
        need, owner = need or self.need(), owner or self.startup
        validator = need.organization.validators()[0]
        response = Response.draft(
            need=need, organization=owner.organization, by=owner.contributor, solution=solution
        )
        response.write(
            summary="Nous équipons vos corbeilles de capteurs.",
            answer="Trente capteurs, une réunion de calage, un tableau de bord : en service en quatre semaines.",
        )
        for verb in response_walk(owner, validator, status):
            verb(response)
        db.session.commit()
        return response


def suggest(
    solution: Solution,
    *,
    score: float = 0.8,
    rank: int = 1,
    closeness: str = "close",
    encoder: str = "e1",
    ranking: str = "r1",
) -> Any:
    """What the matcher would say of ``solution``, for tests that are not about matching."""
    return SimpleNamespace(
        document_id=solution.id,
        score=score,
        rank=rank,
        closeness=closeness,
        components={"dense": 1.0},
        reasons=(),
        encoder_version=encoder,
        ranking_version=ranking,
    )


def owed(user: User, *kinds: str) -> list[str]:
    """Kinds of the messages that wait for ``user`` (of those asked, or all)."""
    rows = db.session.scalars(
        sa.select(Notification)
        .where(Notification.recipient_id == user.id, Notification.status == "owed")
        .order_by(Notification.id)
    )
    return [row.kind for row in rows if not kinds or row.kind in kinds]
