"""Questions on open needs, answered and waiting, and what the people of the demonstration follow."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from models import Follow, Need, Organization, Question, User, db
from models.database import utc_now
from webapp.demonstration import accounts, needs
from webapp.demonstration.cast import Cast, backdate

#: A need in question, the company which asks (by a solution of its own), its words, the answer (None: it waits).
_ASKED = (
    ("N025", "S012", "Combien de guichets sont concernés, et sont-ils tous au même endroit ?", "Neuf guichets, dans deux bâtiments distants de quatre cents mètres."),
    ("N025", "S011", "Les agents disposent-ils déjà d’une tablette ou d’un second écran ?", "Un second écran à six guichets sur neuf ; aucune tablette."),
    ("N025", "S012", "Les conversations peuvent-elles être enregistrées pour améliorer la traduction ?", None),
    ("N092", "S104", "Les compteurs d’entrée des parkings donnent-ils leurs chiffres en temps réel ?", None),
)  # fmt: skip
#: What waits for the commune that one tries first.
_FOR_COMMUNE = "Faut-il prévoir une intervention sur place, ou tout peut-il se faire à distance ?"


def ask_all(cast: Cast) -> None:
    for need, solution, text, answer in _ASKED:
        _ask(cast, cast.needs[need], solution, text, answer)
    _ask(cast, _open_need_of_commune(cast), "S001", _FOR_COMMUNE, None)
    _follow(cast)


def _open_need_of_commune(cast: Cast) -> Need:
    """The commune that one tries first has one open need, so that its people have a question to answer."""
    need = needs.write(
        cast, cast.open_public_body(accounts.COMMUNE), title="Les trottinettes barrent le trottoir devant la gare",
        irritant="Chaque matin, quarante trottinettes sont laissées en travers du trottoir devant la gare. Les poussettes et les "
        "fauteuils passent sur la chaussée, et les agents les rangent à la main trois fois par jour.",
        expected_outcome="Un trottoir libre aux heures de pointe, sans y envoyer deux agents, et des usagers qui trouvent où les poser.",
        themes=["mobility"], source="Démonstration",
    )  # fmt: skip
    needs.publish(cast, need)
    needs.date_publication(cast, need, 6, 12)
    return need


def _ask(cast: Cast, need: Need, solution: str, text: str, answer: str | None) -> None:
    company: Organization = cast.solutions[solution].organization
    if not need.takes_questions or company.id == need.organization_id:
        return
    question = Question.ask(need=need, organization=company, by=cast.solutions[solution].author, text=text)
    asked = max(need.published_at or utc_now(), cast.days_ago(3, 5))
    if answer is not None:
        question.answer_publicly(by=cast.author(need.organization), public_text=text, answer=answer)
        backdate(question, answered_at=min(utc_now(), asked + timedelta(days=1)))
    backdate(question, created_at=asked, updated_at=asked)


def _follow(cast: Cast) -> None:
    for account, themes, need in (
        (accounts.CONTRIBUTOR, ("inclusion", "citizen_services"), "N092"),
        (accounts.COMPANY_CONTRIBUTOR, ("citizen_services",), "N025"),
    ):
        person = db.session.scalars(select(User).where(User.email == account.email)).one()
        for code in themes:
            Follow.begin(user=person, kind="theme", key=code)
        Follow.begin(user=person, kind="need", key=cast.needs[need].id)
        Follow.begin(user=person, kind="solution", key=cast.solutions["S012"].id)
