"""Responses, their comparison and questions, each holding words that exist once: a part of tests/private_world.py."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from models import Attachment, ConsortiumMember, Need, Question, Response, db
from models.calendar import today_in_paris
from tests import files
from tests.documents import join
from tests.evaluations import make_evaluation
from tests.factories import World
from tests.secrets import Secrets
from tests.walks import response_walk

TOWN, COMPANY, RIVAL, PARTNER, ASKER, SEALED = (
    "Bagnolet",
    "Ultrason",
    "Autre Piste",
    "Deux Rives",
    "Trois Ponts",
    "Quatre Vents",
)
BETWEEN = {"commune": TOWN, "company": COMPANY}


class PrivateAnswers:
    """What companies answer and ask, and how the commune compares it."""

    world: World
    secrets: Secrets
    town: SimpleNamespace
    company: SimpleNamespace
    rival: SimpleNamespace
    partner: SimpleNamespace
    asker: SimpleNamespace
    sealed: SimpleNamespace

    def _word(self, row: str, what: str = "words", **whose: str) -> str:
        return self.secrets.word(row, what, **(whose or BETWEEN))

    def _document(self, owner: Any, name: str, row: str, status: str = "clean", **words: Any) -> Attachment:
        """Its name and its bytes hold a word of ``row``; ``whose`` the rest of ``words``."""
        whose = {key: words.pop(key) for key in ("commune", "company", "partner") if key in words} or BETWEEN
        told = f"% {self._word(row, 'content', **whose)}\n".encode()
        return join(
            self.world, owner, status, name=f"{name}.pdf", contents=files.pdf() + told, sent=False, **words
        )

    # ------------------------------------------------------------------ responses

    def _response(
        self, row: str, need: Need, owner: SimpleNamespace | None = None, company: str = COMPANY
    ) -> Response:
        """A written draft; the words that everybody who reads it reads, the price and the secret are each of their own row."""
        owner = owner or self.company
        whose = {"commune": TOWN, "company": company, "partner": PARTNER if company == COMPANY else ""}
        response = Response.draft(need=need, organization=owner.organization, by=owner.contributor)
        sent = row == "response sent"
        other = "price or contact in a response" if sent else row
        response.write(
            summary=f"Nous équipons vos corbeilles de capteurs {self._word(row, 'summary', **whose)}.",
            answer=f"Trente capteurs, une réunion de calage, un tableau de bord {self._word(row, 'answer', **whose)}.",
            needs_from_commune=f"Un accès {self._word(row, 'what it needs', **whose)}",
            contact=f"Poste {self._word(other, 'contact', **whose)}",
            price_estimate_cents=self.secrets.cents(other, "price", **whose),
            confidential_parts=f"Notre procédé {self._word('business secret in a response' if sent else row, 'secret', **whose)}",
        )
        db.session.commit()
        return response

    def _answered(self, status: str, *owners: tuple[SimpleNamespace, str], **fields: Any) -> list[Response]:
        """Of the company (and others), to a published need, walked together to ``status``."""
        need = self.world.need(self.town, title=f"Corbeilles et réponses, {status}", **fields)
        responses = [
            self._response("response sent", need, *owner)
            for owner in owners or ((self.company, COMPANY),)
        ]  # fmt: skip
        walks = [
            response_walk(owner, self.town.validator, status)
            for owner, _name in owners or ((self.company, COMPANY),)
        ]
        for verbs in zip(*walks, strict=True):
            for verb, response in zip(verbs, responses, strict=True):
                verb(response)
                db.session.commit()
        return responses

    def _responses(self) -> None:
        need = self.world.need(self.town, title="Corbeilles et brouillons")
        draft = self._response("response draft", need)
        self._response("response draft", need, self.rival, RIVAL)
        self._document(
            draft, self._word("document of a draft response", "name"), "document of a draft response"
        )
        part = self._word("part of a partner who was only asked", company=COMPANY, invited=PARTNER)
        ConsortiumMember.invite(
            draft,
            organization=self.partner.organization,
            part=f"Pose les capteurs {part}",
            by=self.company.contributor,
        )
        thrown = self._response(
            "response discarded", self.world.need(self.town, title="Corbeilles sans suite")
        )
        thrown.discard(by=self.company.contributor)
        both = ((self.company, COMPANY), (self.rival, RIVAL))
        for status in (
            "submitted",
            "under_review",
            "shortlisted",
            "clarification",
            "retained",
            "not_retained",
            "withdrawn",
            "void",
        ):
            self._answered(status, *(both if status in ("submitted", "not_retained") else ()))
        self._answered_together()
        self._explained()
        self._written_again()

    def _answered_together(self) -> None:
        """A partner agreed, documents are joined, one of them confidential."""
        need = self.world.need(self.town, title="Corbeilles à plusieurs")
        response = self._response("response sent", need)
        member = ConsortiumMember.invite(
            response, organization=self.partner.organization, part="Pose les capteurs et les entretient.",
            by=self.company.contributor,
        )  # fmt: skip
        member.accept(by=self.partner.contributor)
        whose = BETWEEN | {"partner": PARTNER}
        self._document(
            response,
            self._word("document of a response", "name", **whose),
            "document of a response",
            **whose,
        )
        row = "confidential document of a response"
        self._document(response, self._word(row, "name"), row, confidential=True)
        response.submit(by=self.company.contributor)

    def _explained(self) -> None:
        (response,) = self._answered("under_review")
        soon = today_in_paris() + timedelta(days=5)
        asked, answered = (self._word("clarification", what) for what in ("question", "answer"))
        response.ask_clarification(by=self.town.validator, question=f"Quel délai ? {asked}", until=soon)
        response.clarify(by=self.company.contributor, answer=f"Quatre semaines {answered}")
        response.ask_clarification(
            by=self.town.validator, question=f"Et l’hiver ? {self._word('clarification')}", until=soon
        )
        (other,) = self._answered("under_review")
        why = self._word("why a response is not retained")
        other.decline(
            by=self.town.validator,
            reason_code="does_not_answer",
            reason=f"Elle ne traite pas du week-end {why}.",
        )

    def _written_again(self) -> None:
        """Changed after it was sent; taken up again, and not yet sent."""
        need = self.world.need(self.town, title="Corbeilles, deux versions")
        response, by = self._response("response sent", need), self.company.contributor
        old = self._word("words of a response that later ones replaced")
        response.write(summary=f"Nous équipons toutes vos corbeilles {old}.")
        response.submit(by=by)
        response.modify(by=by, summary="Nous équipons vos corbeilles de rue, et rien d’autre.")
        (response,) = self._answered("submitted")
        response.withdraw(by=by)
        response.resume(by=by)
        new = self._word("what a company writes after it sent")
        response.write(summary=f"Nous équipons autrement vos corbeilles {new}.")

    def _sealed_responses(self) -> None:
        need = self.world.need(self.town, title="Corbeilles sous pli fermé", sealed=True)
        response = self._response("response under seal", need)
        row = "document of a sealed response"
        self._document(response, self._word(row, "name"), row)
        response.submit(by=self.company.contributor)
        other = self._response("response under seal", need, self.sealed, SEALED)
        other.submit(by=self.sealed.contributor)
        need = self.world.need(self.town, title="Corbeilles reprises sous pli fermé", sealed=True)
        for owner, name in ((self.sealed, SEALED), (self.rival, RIVAL)):
            taken = self._response("response withdrawn under seal", need, owner, name)
            taken.submit(by=owner.contributor)
            taken.withdraw(by=owner.contributor)

    # ------------------------------------------------------------------ comparing, asking

    def _evaluations(self) -> None:
        both = ((self.company, COMPANY), (self.rival, RIVAL))
        for status, row in (
            ("draft", "comment of one mark before the lock"),
            ("shared", "comment of one mark after the lock"),
        ):
            responses = self._answered("submitted", *both)
            need = responses[0].need
            need.close()
            shortlist = make_evaluation(self.world, need, declared=False)
            people = {"author": self.town.contributor, "administrator of the commune": self.town.org_admin}
            for name, person in people.items():
                shortlist.declare(by=person, conflict=False)
                for response in responses:
                    why = f"Elle tient compte du week-end {self._word(row, writer=name, commune=TOWN)}."
                    marks = {criterion.id: (5, why) for criterion in shortlist.criteria}
                    shortlist.mark(response, by=person, marks=marks)
            if status == "shared":
                shortlist.lock(by=self.town.validator)
                shortlist.share(by=self.town.validator)
            else:
                tie = self._word("tie with a company", writer="nobody here")
                shortlist.declare(by=self.town.validator, conflict=True, reason=f"Ma sœur y travaille {tie}.")

    def _questions(self) -> None:
        need = self.world.need(self.town, title="Corbeilles et questions")
        whose = {"commune": TOWN, "company": ASKER}

        def ask(row: str) -> Question:
            text = f"Les corbeilles ont-elles une serrure {self._word(row, 'question', **whose)} ?"
            return Question.ask(
                need=need, organization=self.asker.organization, by=self.asker.contributor, text=text
            )

        agent = self.town.contributor
        ask("question that waits")
        answered = self._word("question answered to all, in its public words")
        ask("question answered to all, as asked").answer_publicly(
            by=agent, public_text="Ont-elles une serrure ?", answer=f"Oui, la même partout {answered}."
        )
        row = "question answered to its asker alone"
        ask(row).answer_privately(
            by=agent, answer=f"Oui, pour votre procédé {self._word(row, 'answer', **whose)}.",
            reason=f"Un procédé non breveté {self._word('why a question is answered to its asker alone', **whose)}.",
        )  # fmt: skip
        row = "question put aside"
        ask(row).reject(by=agent, reason=f"Hors du sujet {self._word(row, 'reason', **whose)}.")
