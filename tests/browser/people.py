"""Seven people in their browsers before a stack of their own, and the clock that the test moves for them.

square = Square(stack)
author = square.enter(browser, "author")
author.begin_need()
square.hurry()                      # what waits for a quarter of an hour leaves now
square.letters_of("author")         # what reached them, in order: kind, what it speaks of, subject
"""

from __future__ import annotations

import email
import email.policy
import re
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from benchmarks.browser import open_window
from benchmarks.visitor import Visitor
from models import Attachment, ConsortiumMember, Match, Need, Notification, Response, Solution, User, db
from models.calendar import today_in_paris
from models.database import reading_only, utc_now
from models.match_lifecycle import UNDO_FOR
from settings import Settings
from tests.factories import PASSWORD, World
from tests.stack import RunningStack, until
from webapp import create_app
from workers.messages import thing_of
from workers.queue import ring

COMPANIES = {"first": "Ultrason", "second": "Autre Piste", "third": "Deux Rives"}
SOLUTIONS = {
    "first": "Sondes à ultrasons pour corbeilles de rue",
    "second": "Corbeilles de rue qui compactent et préviennent",
    "third": "Tournées de propreté calculées chaque matin",
}


class Square:
    """The commune of Vanves, which never published, three companies, an agent of Bondy, the team: on the database of ``stack``."""

    def __init__(self, stack: RunningStack) -> None:
        self.url, self.mail = stack.url, stack.var_dir / "mail"
        redis_url = f"unix://{stack.var_dir / 'redis' / 'redis.sock'}"
        self.settings = Settings.from_environment(stack.environ | {"REDIS_URL": redis_url})
        self.app = create_app(self.settings)
        with self.app.app_context():
            self.emails = self._settle()
            ring("propose_matches")
            db.session.commit()
            db.session.remove()
            db.engine.dispose()
        until(self._has_read_the_solutions, "the workers have read the solutions")

    def _settle(self) -> dict[str, str]:
        """role of the story → address."""
        world = World()
        town, neighbour = world.newcomer, world.commune("Bondy")
        companies = {role: world.company(name) for role, name in COMPANIES.items()}
        for role, people in companies.items():
            world.solution(people, title=SOLUTIONS[role])
        world.curator.email = "ines@exemple.fr"  # its maker writes « inès », where no mail goes
        Notification.drop_all()  # what came before the story is no part of it
        for user in db.session.scalars(sa.select(User)):
            user.rhythm = "instant"  # nothing waits for the digest of the next morning
        db.session.commit()
        chosen: dict[str, User] = {
            "author": town.contributor,
            "validator": town.validator,
            "curator": world.curator,
            "follower": neighbour.contributor,
            **{role: people.contributor for role, people in companies.items()},
        }
        return {role: user.email for role, user in chosen.items()}

    def enter(self, browser: Browser, role: str) -> Person:
        person = Person(open_window(browser, Visitor(self.url)).new_page(), self.url)
        person.sign_in(self.emails[role])
        return person

    # ------------------------------------------------------------------ the clock and the books

    def hurry(self) -> None:
        """Messages that wait for their minute, or their quarter of an hour, leave now."""
        with self.app.app_context():
            for match in db.session.scalars(sa.select(Match).where(Match.status == "approved")):
                match.decided_at = utc_now() - 2 * UNDO_FOR  # nobody may undo it any more
            db.session.execute(
                sa.update(Notification).where(Notification.status == "owed").values(due_at=utc_now())
            )
            ring("deliver_notifications")
            db.session.commit()
        until(lambda: not self.waiting(), f"every message has left: {self.waiting()}")

    def pass_the_deadline(self, need_id: int) -> None:
        """It was yesterday evening; the clock closes the need."""
        with self.app.app_context():
            need = db.session.get_one(Need, need_id)
            need.closes_on = today_in_paris() - timedelta(days=1)
            ring("close_due_needs")
            db.session.commit()
        until(lambda: self.status_of(need_id) == "closed", "the need is closed")

    def _has_read_the_solutions(self) -> bool:
        with self.app.app_context(), reading_only():
            return not db.session.scalars(Solution.awaiting_matching()).all()

    def waiting(self) -> list[str]:
        """What has not left yet, and why."""
        with self.app.app_context(), reading_only():
            rows = db.session.scalars(sa.select(Notification).where(Notification.status == "owed")).all()
            return [f"{r.kind} {r.recipient_id} {r.due_at} {r.attempts} {r.trouble}" for r in rows]

    def status_of(self, need_id: int) -> str:
        with self.app.app_context(), reading_only():
            return db.session.get_one(Need, need_id).status

    def need(self) -> SimpleNamespace:
        """The only one there is."""
        with self.app.app_context(), reading_only():
            need = db.session.scalars(sa.select(Need)).one()
            return SimpleNamespace(
                id=need.id, path=f"/besoins/{need.id}-{need.slug}", closes_on=need.closes_on
            )

    def proposal_of(self, role: str) -> int:
        """Number of the pair that the workers propose for the company of ``role``, waited for."""
        query = sa.select(Match.id).where(Match.solution.has(title=SOLUTIONS[role]))
        found: list[int] = []

        def is_there() -> bool:
            with self.app.app_context(), reading_only():
                found.extend(db.session.scalars(query))
            return bool(found)

        until(is_there, "the workers have proposed")
        return found[0]

    def letters_of(self, role: str) -> list[tuple[str, str, str]]:
        """(kind, what it speaks of, subject in the mail) of the messages that reached them, in the order in which they were owed."""
        query = (
            sa.select(Notification)
            .join(User, User.id == Notification.recipient_id)
            .where(User.email == self.emails[role], Notification.status == "sent")
            .order_by(Notification.id)
        )
        with self.app.app_context(), reading_only():
            return [
                (row.kind, _name_of(thing_of(row)), self._subject(row, role))
                for row in db.session.scalars(query)
            ]

    def _subject(self, row: Notification, role: str) -> str:
        """As the mail has it, with plain spaces: there is one, and it is theirs."""
        (file,) = self.mail.glob(f"*-{row.id}.eml")
        mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        assert [to.addr_spec for to in mail["To"].addresses] == [self.emails[role]], file
        return str(mail["Subject"]).replace("\u00a0", " ").replace("\u202f", " ")

    def documents_are_checked(self) -> None:
        """Nothing that was joined waits for its check any more."""
        query = sa.select(Attachment.id).where(Attachment.status == "quarantined")

        def none_waits() -> bool:
            with self.app.app_context(), reading_only():
                return not db.session.scalars(query).all()

        until(none_waits, "the joined documents are checked")

    def batches(self, kind: str) -> list[int]:
        """How many people each batch of ``kind`` told, by the instant at which it was due."""
        query = (
            sa.select(sa.func.count(Notification.id))
            .where(Notification.kind == kind)
            .group_by(Notification.event)
        )
        with self.app.app_context(), reading_only():
            return sorted(db.session.scalars(query))


def _name_of(thing: Any) -> str:
    """« response of first »: what a message speaks of, in the words of the story."""
    roles = {name: role for role, name in COMPANIES.items()}
    match thing:
        case Match():
            return f"introduction of {roles[thing.solution.organization.display_name]}"
        case ConsortiumMember():
            lead, partner = thing.response.organization, thing.organization
            return f"{roles[partner.display_name]} beside {roles[lead.display_name]}"
        case Response():
            return f"response of {roles[thing.organization.display_name]}"
    return str(thing.subject_type)


class Person:
    """One person before their own browser. Each verb is what they do on the pages, and waits for what the page then says."""

    def __init__(self, page: Page, url: str) -> None:
        self.context, self.page, self.url = page.context, page, url

    def open(self, path: str) -> Page:
        self.page.goto(self.url + path)
        return self.page

    def sign_in(self, email: str, password: str = PASSWORD) -> None:
        form = self.open("/connexion").locator("main form").first
        form.get_by_label("Adresse électronique").fill(email)
        form.get_by_label("Mot de passe").fill(password)
        form.get_by_role("button", name="Se connecter").click()
        expect(self.page.get_by_role("button", name="Se déconnecter")).to_be_attached()

    def press(self, name: str | re.Pattern[str], then: str | re.Pattern[str]) -> None:
        """A button; ``then``: what the page says afterwards."""
        self.page.get_by_role("main").get_by_role("button", name=name).first.click()
        expect(self.page.get_by_text(then).first).to_be_visible()

    def follow_link(self, name: str | re.Pattern[str]) -> None:
        self.page.get_by_role("main").get_by_role("link", name=name).first.click()
        self.page.wait_for_load_state()

    def reads(self, path: str) -> str:
        """The words of a page, with plain spaces."""
        words = self.open(path).inner_text("body")
        return " ".join(words.replace("\u00a0", " ").replace("\u202f", " ").split())

    def fetch(self, path: str) -> tuple[int, str]:
        """(status, text) of an address, as this browser gets it."""
        answer = self.context.request.get(self.url + path, max_redirects=0)
        return answer.status, answer.text()

    # ------------------------------------------------------------------ the commune

    def begin_need(self) -> None:
        """From their space to the first step."""
        self.open("/mon-espace").get_by_role("main").get_by_role(
            "link", name="Déposer un besoin"
        ).first.click()
        self.page.get_by_role("button", name="Commencer").click()
        expect(self.page.get_by_label("Ce qui ne va pas aujourd’hui")).to_be_visible()

    def begin_to_write(self, irritant: str) -> None:
        """The first words are kept without pressing anything."""
        field = self.page.get_by_label("Ce qui ne va pas aujourd’hui")
        with self.page.expect_response(lambda answer: answer.url.endswith("/brouillon")):
            field.fill(irritant)
        self.page.reload()
        expect(field).to_have_value(irritant)

    def finish_need(self, title: str, outcome: str) -> None:
        """The four short steps, the first words being there, to what says that the validators are told."""
        page = self.page
        page.get_by_label("Le problème en une phrase").fill(title)
        page.get_by_role("group", name="De quoi s’agit-il").get_by_role("checkbox").first.check()
        page.get_by_role("button", name="Enregistrer et continuer").click()
        page.get_by_label("Ce qui irait mieux").fill(outcome)
        page.get_by_role("button", name="Enregistrer et continuer").click()
        expect(page.get_by_label("Jusqu’à quel jour recevez-vous des réponses")).not_to_have_value("")
        page.get_by_role("button", name="Enregistrer et continuer").click()
        expect(page.get_by_text(outcome)).to_be_visible()
        self.press("Soumettre aux validateurs", "À valider par la collectivité")

    def amend_as_asked(self, need_id: int, outcome: str) -> None:
        """What the team asked is written and ticked; the substance moved, so a validator reads it first."""
        self.open(f"/besoins/{need_id}/rediger/outcome")
        self.page.get_by_label("Ce qui irait mieux").fill(outcome)
        self.page.get_by_role("button", name="Enregistrer et continuer").click()
        self.open(f"/besoins/{need_id}/rediger/review")
        self.press("C’est fait", "fait,")
        self.press("Renvoyer après modification", "un validateur de votre organisation est prévenu")

    def validate(self, path: str) -> None:
        self.open(path)
        self.press("Valider et transmettre", "Besoin validé au nom de la collectivité")

    def answer_question(self, need_id: int, answer: str) -> None:
        self.open(f"/besoins/{need_id}/questions")
        self.follow_link(re.compile("^Répondre"))
        self.page.get_by_label("Votre réponse, publique").fill(answer)
        self.press("Publier la réponse", answer)

    def extend(self, need_id: int, day: date) -> None:
        self.open(f"/besoins/{need_id}/reporter")
        self.page.get_by_label("Nouvelle date de fin").fill(day.isoformat())
        self.press("Reporter l’échéance", "Échéance reportée")

    def declare_no_tie(self, need_id: int) -> None:
        self.open(f"/besoins/{need_id}/evaluation/liens")
        self.page.get_by_label("Non, aucun lien").check()
        self.page.get_by_role("button", name="Déclarer").click()
        self.page.wait_for_load_state()

    def mark(self, response_id: int, value: int) -> None:
        """The same mark for each criterion, which asks for no comment."""
        self.open(f"/reponses/{response_id}/notes")
        for fieldset in self.page.locator("fieldset.marks").all():
            fieldset.locator(f"input[type=radio][value='{value}']").check()
        self.page.get_by_role("button", name="Enregistrer et continuer").click()
        self.page.wait_for_load_state()

    def decide(self, need_id: int, decisions: dict[int, tuple[str, str]]) -> None:
        """response → (the words of the decision, why if it is a refusal); all leave at once."""
        self.open(f"/besoins/{need_id}/decider")
        for response_id, (decision, why) in decisions.items():
            section = self.page.locator(f"#answer-{response_id}")
            section.get_by_label(decision, exact=True).check()
            if why:
                section.get_by_label("Pourquoi n’est-elle pas retenue").select_option(index=1)
                section.get_by_label("Votre explication").fill(why)
        self.press("Envoyer ces décisions", "Décisions envoyées")

    # ------------------------------------------------------------------ the team, companies

    def ask_changes(self, need_id: int, words: str) -> None:
        self.open(f"/curation/besoins/{need_id}")
        self.page.locator("summary", has_text="Demander des changements").click()
        self.page.get_by_label("Ce qu’il faudrait changer").fill(words)
        self.page.get_by_role("button", name="Envoyer la demande").click()
        self.page.wait_for_load_state()

    def publish(self, need_id: int) -> None:
        self.open(f"/curation/besoins/{need_id}")
        self.page.get_by_label("J’ai relu ces quatre points").check()
        self.page.get_by_role("button", name="Publier").click()
        self.page.wait_for_load_state()

    def introduce(self, match_id: int) -> None:
        self.open(f"/curation/propositions/{match_id}")
        self.press(re.compile("^Retenir"), "Proposition retenue")

    def ask(self, need_id: int, text: str) -> None:
        self.open(f"/besoins/{need_id}/questions")
        self.page.get_by_label("Votre question").fill(text)
        self.press("Envoyer la question", text)

    def write_response(self, summary: str, answer: str) -> int:
        """From the page that offers to answer to the acknowledgement; the number of the response."""
        number = self.prepare_response(summary, answer)
        self.send_response(number)
        return number

    def prepare_response(self, summary: str, answer: str, document: tuple[str, bytes] | None = None) -> int:
        """From the page that offers to answer to the draft to read again, with a document (its name, its bytes) where one is given;
        the number of the response."""
        page = self.page
        page.get_by_role("main").get_by_role("button", name="Répondre", exact=True).first.click()
        page.get_by_label("Votre réponse en quelques phrases").fill(summary)
        page.get_by_label("Votre réponse", exact=True).fill(answer)
        if document is not None:
            file: Any = {"name": document[0], "mimeType": "application/pdf", "buffer": document[1]}
            page.get_by_label("Documents à joindre").set_input_files(file)
        page.get_by_role("button", name="Enregistrer et relire").click()
        expect(page.get_by_role("button", name="Envoyer à la collectivité")).to_be_visible()
        found = re.search(r"/reponses/(\d+)", page.url)
        assert found, page.url
        return int(found[1])

    def send_response(self, response_id: int) -> None:
        self.open(f"/reponses/{response_id}")
        self.page.get_by_role("button", name="Envoyer à la collectivité").click()
        expect(self.page.get_by_role("heading", name="Accusé de réception")).to_be_visible()

    def invite_partner(self, response_id: int, company: str, part: str) -> None:
        self.open(f"/reponses/{response_id}/groupement")
        self.page.get_by_label("Son nom, ou son SIRET").fill(company)
        self.page.get_by_role("main").get_by_role("button", name="Chercher").click()
        self.page.get_by_label(company).check()
        self.page.get_by_label("Ce qu’elle ferait").fill(part)
        self.press("Inviter", "Invitation envoyée")

    def accept_to_answer_with(self, company: str) -> None:
        """From their space, where the invitation waits."""
        self.open("/mon-espace")
        self.follow_link(re.compile(company))
        self.press("Accepter", "Vous faites partie de ce groupement")

    def withdraw_response(self, response_id: int) -> None:
        self.open(f"/reponses/{response_id}/retirer")
        self.press("Retirer la réponse", "Réponse retirée")

    def change_response(self, response_id: int, summary: str) -> None:
        self.open(f"/reponses/{response_id}/modifier")
        self.page.get_by_label("Votre réponse en quelques phrases").fill(summary)
        self.press("Envoyer la nouvelle version", "Nouvelle version envoyée")
