"""A world in which everything that somebody keeps for themselves holds a word that exists once (tests/secrets.py).

Bagnolet writes needs, Bondy says « nous aussi »; Ultrason answers all of them, Autre Piste is its competitor, Deux Rives answers with
it, Trois Ponts asks, Quatre Vents answers under seal. The table of who may read what is tests/webapp/who_reads_what.py.
"""

from __future__ import annotations

import io
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa
import time_machine

from models import (
    Alert,
    Attachment,
    Conversation,
    Follow,
    Invitation,
    Match,
    Membership,
    Need,
    NeedChoices,
    NeedSupport,
    Notification,
    Solution,
    User,
    db,
)
from models.database import utc_now
from tests import files
from tests.adoptions import make_interest, make_reference
from tests.arrivals import make_campaign, make_import_run
from tests.documents import store
from tests.events import make_event
from tests.factories import HOW, IRRITANT, OUTCOME, World, suggest
from tests.open_calls import make_call
from tests.private_answers import ASKER, PARTNER, SEALED, TOWN, PrivateAnswers
from tests.procurement import make_guidance, make_purchase
from tests.reports import make_report
from tests.secrets import Secrets

#: Whom Bagnolet invites belongs nowhere yet.
GUEST = "guest of Bagnolet"


class PrivateWorld(PrivateAnswers):
    """``people``: who opens pages, by name; ``belongs``: to which organisation, if any, of everybody who may get a mail."""

    def __init__(self, secrets: Secrets) -> None:
        self.secrets, self.world = secrets, World()
        world = self.world
        self.town, self.neighbour, self.company, self.rival = (
            world.bagnolet,
            world.bondy,
            world.startup,
            world.rival,
        )
        self.partner = world.company(PARTNER)
        self.asker = world.company(f"{ASKER} {secrets.word('company that asked', company=ASKER)}")
        self.sealed = world.company(
            f"{SEALED} {secrets.word('company that answered under seal', company=SEALED)}"
        )
        observer = world.company("Incubateur du Test", kind="incubator")
        self.people: dict[str, User | None] = {
            "visitor": None,
            "somebody without organisation": world.user("Personne"),
            "author": self.town.contributor,
            "administrator of the commune": self.town.org_admin,
            "administrator of another commune": self.neighbour.org_admin,
            "administrator of the company": self.company.org_admin,
            "member of the company": self.company.contributor,
            "administrator of its competitor": self.rival.org_admin,
            "administrator of its partner": self.partner.org_admin,
            "administrator of who asked": self.asker.org_admin,
            "observer": observer.org_admin,
            "curator": world.curator,
            "administrator of the platform": world.admin,
        }
        for write in (
            self._needs,
            self._responses,
            self._sealed_responses,
            self._evaluations,
            self._questions,
            self._matches,
            self._interests,
            self._conversations,
            self._solutions,
            self._purchases,
            self._oneself,
            self._meetings,
            self._the_team,
        ):
            write()
            db.session.commit()
        self.belongs = self._places()

    def _places(self) -> dict[str, str]:
        """Person → organisation, as the table says it, of everybody; who opens no page goes by their address."""
        names = {user.id: name for name, user in self.people.items() if user is not None}
        belongs = {}
        for membership in db.session.scalars(sa.select(Membership).where(Membership.status == "active")):
            organization, user = membership.organization, membership.user
            place = (
                organization.territory.name if organization.kind == "commune" else organization.display_name
            )
            place = "team" if organization.kind == "metropole" else place
            place = next((name for name in (SEALED, ASKER) if place.startswith(name)), place)
            person = names.get(user.id, user.email)
            belongs[person] = place
            row = "name of somebody of the team" if place == "team" else "name of a person"
            self.secrets.person(user, row, person=person, organization=place)
        return belongs | {self.invited: GUEST}

    # ------------------------------------------------------------------ needs

    def _need(self, row: str, status: str, owner: SimpleNamespace | None = None, **fields: Any) -> Need:
        """With a word of ``row`` in each of its texts, and amounts that are its commune's."""
        owner = owner or self.town
        commune = owner.organization.territory.name
        said = {
            "title": f"Corbeilles {self._word(row, 'title', commune=commune)}",
            "irritant": f"{IRRITANT} {self._word(row, 'irritant', commune=commune)}",
            "expected_outcome": f"{OUTCOME} {self._word(row, 'outcome', commune=commune)}",
            "practical_notes": f"Sur place {self._word(row, 'notes', commune=commune)}",
            "amount_estimated_cents": self.secrets.cents("amount or ceiling of a need", status, commune=commune),
            "budget_max_cents": self.secrets.cents("amount or ceiling of a need", "ceiling", commune=commune),
        }  # fmt: skip
        return self.world.need(owner, status, **said | fields)

    def _needs(self) -> None:
        world, town = self.world, self.town
        draft = self._need("need draft", "draft")
        name = self._word("need draft, document", "name", commune=TOWN)
        self._document(draft, name, "need draft, document", commune=TOWN)
        self._need("need draft, help asked", "draft").ask_help(by=town.contributor)
        self._need("need draft, discarded", "discarded")
        back = self._need("need awaiting validation", "awaiting_validation")
        back = self._need("need draft", "awaiting_validation")
        why = self._word("why a validator sent a need back", commune=TOWN)
        back.send_back(by=town.validator, reason=f"Dites où et à quelle heure : {why}")
        self._need("need awaiting validation", "awaiting_validation")
        self._need("need in review", "in_review", world.newcomer)
        change = self._need("need to change", "in_review", world.commune("Vincennes"))
        why = self._word("what the team asks to change in a need", commune="Vincennes")
        change.request_changes(by=world.curator, reason=f"Précisez le lieu {why}.")
        self._need("need for members", "published", visible_to_members_only=True)
        for status in ("published", "closed", "in_dialogue", "concluded", "withdrawn", "archived"):
            need = self._need("need published", status)
        supported = self._need("need published", "published", open_to_group=True)
        for people, name in ((self.neighbour, "Bondy"), (world.newcomer, "Vanves")):
            NeedSupport.join(
                supported, organization=people.organization, by=people.contributor,
                note=f"Chez nous aussi {self._word('note of who says « nous aussi »', commune=name)}",
                amount_cents=self.secrets.cents("amount of who says « nous aussi »", commune=name),
            )  # fmt: skip
        Follow.begin(user=self.neighbour.contributor, kind="need", key=need.id)

    # ------------------------------------------------------------------ introductions, interests, messages

    def _match(self, need: Need, solution: Solution, row: str) -> Match:
        ceiling = self.secrets.cents("amount or ceiling of a need", "ceiling in a reason", commune=TOWN)
        reasons = (
            {"kind": "terms", "terms": [self._word(row)]},
            {"kind": "contradicts", "condition": "budget", "price_from_cents": 900_000, "price_to_cents": None,
             "budget_max_cents": ceiling},
        )  # fmt: skip
        suggestion = suggest(solution)
        suggestion.reasons = tuple(SimpleNamespace(as_json=lambda one=one: one) for one in reasons)
        (match,) = Match.propose(need, [suggestion], need_hash="n1", solution_hashes={solution.id: "s1"})
        db.session.commit()
        return match

    def _matches(self) -> None:
        world, curator = self.world, self.world.curator
        need = world.need(self.town, title="Corbeilles et propositions")
        solutions = [
            world.solution(self.company, title=f"Sonde à ultrasons, modèle {number}") for number in range(4)
        ]
        self._match(need, solutions[0], "reasons of a proposal that waits")
        note = self._word("note of the team on a proposal")
        self._match(need, solutions[1], "reasons of a proposal put aside").dismiss(
            by=curator, reason_code="other", note=f"Hors sujet {note}"
        )
        for solution, row in (
            (solutions[2], "words of an introduction not yet sent"),
            (solutions[3], "words of an introduction"),
        ):
            match = self._match(
                need, solution, row.replace("words of an introduction", "reasons of an introduction")
            )
            words = f"Ces deux-là parlent de la même chose {self._word(row)}."
            match.approve(
                by=curator,
                note=f"À suivre {self._word('note of the team on a proposal')}",
                introduction=words,
            )
            Notification.drop("match_for_supplier", subject=match)  # the one left alone stays as it is
        match.introduce()
        declined = world.match(need, world.solution(self.company, title="Sonde déclinée"), "introduced")
        why = self._word("why a side declined an introduction")
        declined.decline(
            by=self.company.contributor,
            organization=self.company.organization,
            reason_code="timing",
            note=f"Pas cette année {why}.",
        )

    def _interests(self) -> None:
        row, agent = "what a commune asks of a company", self.town.contributor
        for status in ("sent", "met", "stopped"):
            solution = self.world.solution(self.company, title=f"Sonde à adopter, {status}")
            interest = make_interest(
                self.world, "sent" if status == "stopped" else status, solution=solution,
                message=f"Nous avons deux cents corbeilles de rue {self._word(row, status)}.",
                site=f"Au dépôt {self._word(row, 'site')}",
                amount_estimated_cents=self.secrets.cents("amount a commune has in mind", commune=TOWN),
            )  # fmt: skip
            if status == "met":
                interest.meeting_place = f"Salle {self._word(row, 'place')}"
                notes = self._word("notes of a commune after a meeting", commune=TOWN)
                interest.meeting_notes = f"Tient au gel {notes}"
        why = self._word("why an interest goes no further")
        interest.stop(by=agent, reason=f"Pas cette année, faute de moyens {why}.")
        solution = self.world.solution(self.company, title="Sonde adoptée")
        talk = Conversation.open(make_interest(self.world, "acknowledged", solution=solution), by=agent)
        said = self._word("message between a commune and a company", "about an interest")
        talk.write(by=agent, body=f"Mardi ? {said}")
        reference = make_reference(self.world, "asked", solution=solution)
        why = self._word("why a commune contests a reference")
        reference.contest(by=agent, reason=f"Nous n’avons fait qu’une visite {why}.")

    def _conversations(self) -> None:
        (response,) = self._answered("under_review")
        talk = Conversation.open(response, by=self.town.validator)
        row = "message between a commune and a company"
        name = self._word("document of a message", "name")
        told = files.pdf() + f"% {self._word('document of a message', 'content')}\n".encode()
        received = store().keep(io.BytesIO(told), most=10_000_000)
        message = talk.write(
            by=self.town.validator,
            body=f"Pouvez-vous venir mardi ? {self._word(row)}",
            files=[(f"{name}.pdf", received)],
        )
        for attachment in db.session.scalars(Attachment.all_of(message)):
            attachment.accept()
        bad = talk.write(
            by=self.company.contributor, body=f"Et puis quoi {self._word('message that was reported')}"
        )
        bad.report(
            by=self.town.validator,
            reason=f"Ce ton ne va pas {self._word('why a message was reported')}.",
        )
        gone = talk.write(
            by=self.company.contributor, body=f"Un mot de trop {self._word('message that was taken off')}"
        )
        gone.redact(by=self.world.admin, reason="Une insulte, signalée par la commune.")
        need = self.world.need(self.town, "draft", title="Corbeilles et aide")
        need.ask_help(by=self.town.contributor)
        need.offer_help(by=self.world.curator)
        help_ = Conversation.open(need, by=self.town.contributor)
        help_.write(
            by=self.town.contributor, body=f"Par où commencer ? {self._word('message between a commune and the team')}"
        )  # fmt: skip

    # ------------------------------------------------------------------ solutions, purchases

    def _solution(self, row: str, status: str) -> Solution:
        return self.world.solution(
            self.company, status, title=f"Sonde {self._word(row, 'title')}",
            pitch=f"Un capteur de remplissage {self._word(row, 'pitch')}.",
            how_it_works=f"{HOW} {self._word(row, 'how it works')}",
        )  # fmt: skip

    def _solutions(self) -> None:
        curator, by = self.world.curator, self.company.contributor
        draft = self._solution("solution draft", "draft")
        self._document(
            draft, self._word("document of a draft solution", "name"), "document of a draft solution"
        )
        self._solution("solution in review", "in_review")
        change = self._solution("solution to change", "in_review")
        row = "what the team asks to change in a solution"
        change.request_changes(by=curator, reason=f"Donnez un prix indicatif {self._word(row)}.")
        suspended = self._solution("solution suspended", "published")
        row = "why a solution is suspended"
        suspended.suspend(by=curator, reason=f"Plusieurs communes signalent une panne {self._word(row)}.")
        self._solution("solution archived", "archived")
        online = self.world.solution(self.company, title="Sonde en ligne")
        row = "new words of a solution that wait for the team"
        online.revise(by=by, how_it_works=f"{HOW} {self._word(row)}")
        clues = {"1": {"level": "2", "text": f"Mesuré {self._word('clues of innovation')}."}}
        online.document_innovation(by=by, clues=clues)

    def _purchases(self) -> None:
        need = self.world.need(self.town, title="Corbeilles et achats")
        cents = self.secrets.cents("amount put to the guide of purchases", commune=TOWN)
        make_guidance(self.world, need=need, own_cents=cents)
        make_guidance(self.world, made=False, own_cents=cents)
        make_purchase(
            self.world, need=need, supplier=None,
            supplier_name=f"Fournisseur {self._word('supplier of a declared purchase', commune=TOWN)}",
            amount_cents=self.secrets.cents("amount of a declared purchase", commune=TOWN),
        )  # fmt: skip

    # ------------------------------------------------------------------ people, the team

    def _oneself(self) -> None:
        row = "search that a person keeps"
        for name in ("author", "member of the company"):
            user = self.people[name]
            assert user is not None
            Alert.keep(
                user=user, kind="needs", choices=NeedChoices(), words=f"corbeilles {self._word(row, writer=name)}",
                name=f"Mes corbeilles {self._word(row, 'name', writer=name)}",
            )  # fmt: skip
            user.job_title = f"Fonction {self._word('function of a person')}"
        self.invited = f"{self._word('address of somebody invited', commune=TOWN)}@exemple.fr"
        Invitation.send(
            organization=self.town.organization,
            email=self.invited,
            role="contributor",
            by=self.town.org_admin,
        )
        Membership.request(user=self.world.user("Candidat"), organization=self.town.organization)

    def _meetings(self) -> None:
        """Who has a place reads the link; nobody reads who comes."""
        name = "member of the company"
        link = self._word("link of a meeting", writer=name)
        event = make_event(self.world, link=f"https://visio.example/{link}")
        user = self.people[name]
        assert user is not None
        event.register(by=user)
        row = "meeting or call that is being written"
        make_event(self.world, "draft", title=f"Matinée {self._word(row)}")
        make_call(self.world, "draft", title=f"Vos irritants {self._word(row)}")
        make_report(self.world).write(
            by=self.world.curator,
            opinion=f"Il manque des réponses {self._word('opinion of the team in a report')}.",
        )

    def _the_team(self) -> None:
        row = "letter of a campaign that is being written"
        campaign = make_campaign(self.world)
        campaign.title, campaign.text = (
            f"Entreprises {self._word(row, 'title')}",
            f"{campaign.text} {self._word(row)}",
        )
        make_import_run(
            self.world, "previewed"
        ).file_name = f"extrait-{self._word('file of companies', 'name')}.csv"
        suspended = self.world.company("Cinq Sens", kind="sme")
        why = self._word("why an organisation is suspended", company="Cinq Sens")
        suspended.organization.suspend(
            by=self.world.curator, reason=f"Une vérification est en cours depuis ce matin {why}."
        )


def later(days: float = 1) -> Any:
    """So that messages which wait are due."""
    return time_machine.travel(utc_now() + timedelta(days=days))
