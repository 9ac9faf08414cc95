"""French is the source, English the second language: nothing that we write is left out of the catalogue, or of a page.

When the first test fails: ``make translations``, write the English in webapp/translations/en/LC_MESSAGES/messages.po, and
``make translations`` again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import force_locale

from models import Notification, User, db
from models.calendar import today_in_paris
from models.text import Sentence, typeset
from tests.client import Client, shown
from tests.factories import PASSWORD, World
from webapp.filters import day, euros, moment, quoted, short_day, uncapitalised
from webapp.languages import said
from workers.mail import write_mail

ROOT = Path(__file__).resolve().parents[2]
ENGLISH = ROOT / "webapp/translations/en/LC_MESSAGES"


# ------------------------------------------------------------------ the catalogue


@pytest.fixture(scope="module")
def english() -> Catalog:
    with (ENGLISH / "messages.po").open("rb") as file:
        return read_po(file, locale="en")


def _ours(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def _forms(words: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """The sentence, or the one for one thing and the one for several."""
    return (words,) if isinstance(words, str) else tuple(words)


def _pairs(catalog: Catalog) -> Iterator[tuple[str, str]]:
    """(French, English), one for each number."""
    for message in _ours(catalog):
        yield from zip(_forms(message.id), _forms(message.string), strict=True)


def test_every_french_sentence_of_the_code_is_in_the_english_catalogue(english: Catalog) -> None:
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found = {
        _forms(sentences)
        for folder in ("models", "webapp", "workers")
        for _name, _line, sentences, _comments, _context in extract_from_dir(
            ROOT / folder,
            # The patterns of babel.cfg begin at the root: a folder at a time spares a walk through all the rest.
            [
                (pattern.removeprefix(f"{folder}/"), method)
                for pattern, method in methods
                if folder in pattern
            ],
            {pattern.removeprefix(f"{folder}/"): option for pattern, option in options.items()},
            {**DEFAULT_KEYWORDS, "_l": None},
        )
    }
    assert len(found) > 1_500
    there = {_forms(message.id) for message in _ours(english)}
    there |= {forms[:1] for forms in there}  # gettext finds the singular of a pair too
    assert found - there == set()


def test_every_sentence_of_the_catalogue_has_an_english_with_the_same_places_to_fill(
    english: Catalog,
) -> None:
    for french, words in _pairs(english):
        assert words.strip(), f"no English for: {french}"
        assert _marks(words) == _marks(french), french


def _marks(words: str) -> list[str]:
    """Placeholders and tags; « une réponse » may be “%(num)s response”."""
    return sorted(set(re.findall(r"%\(\w+\)s|%%|</?\w[^>]*>", words)) - {"%(num)s"})


def test_english_has_no_french_typography(english: Catalog) -> None:
    for _french, words in _pairs(english):
        assert not re.search(r"[«»\u00a0\u202f]|\w [:;?!](\s|$)|\d h \d|€ ?HT", words), words


def test_the_compiled_catalogue_is_in_step(english: Catalog) -> None:
    with (ENGLISH / "messages.mo").open("rb") as file:
        compiled = read_mo(file)
    assert sorted(_pairs(compiled)) == sorted(_pairs(english))


# ------------------------------------------------------------------ dates, figures, sentences


def test_days_and_amounts_are_written_as_each_language_does(app: Flask) -> None:
    first, instant = date(2026, 12, 1), datetime(2026, 12, 1, 13, 32, tzinfo=UTC)
    with app.test_request_context():
        assert (day(first), short_day(first)) == ("1er décembre 2026", "1er déc.")
        assert day(date(2026, 12, 11)) == "11 décembre 2026"
        assert moment(instant) == "1er décembre à 14\u00a0h\u00a032"
        assert euros(900_000) == "9\u202f000\u00a0€"
        assert quoted("mots") == "«\u00a0mots\u00a0»"
    with app.test_request_context(), force_locale("en"):
        assert (day(first), short_day(first)) == ("1 December 2026", "1 Dec")
        assert moment(instant) == "1 December, 14:32"
        assert euros(900_000) == "€9,000"
        assert quoted("words") == "“words”"
    assert (uncapitalised("En France"), uncapitalised("PME")) == ("en France", "PME")


def test_a_sentence_with_a_figure_is_french_by_itself_and_english_in_an_english_page(app: Flask) -> None:
    sentence = Sentence("Choisissez %(count)s thèmes au plus.", count=3)
    assert sentence == "Choisissez 3 thèmes au plus."
    with app.test_request_context(), force_locale("en"):
        assert said(sentence) == "Choose at most 3 themes."
        assert said("Donnez 50 % de plus") == "Donnez 50 % de plus"  # not ours: left as it is


# ------------------------------------------------------------------ the choice of a language


def test_a_visitor_chooses_english_by_a_link_and_keeps_it(client: Client) -> None:
    assert '<html lang="fr">' in client.get("/").text
    assert not client.get("/besoins").headers.getlist("Set-Cookie")
    assert 'lang="en"' in client.get("/?lang=en").text
    page = client.get("/connexion").text
    assert '<html lang="en">' in page and "Forgotten your password?" in page


def test_a_rule_that_says_no_says_it_in_the_language_of_the_page(client: Client, world: World) -> None:
    draft = world.need(status="draft", title="Court")
    client.sign_in(world.bagnolet.contributor)
    client.get("/?lang=en")
    review = shown(client.get(f"/besoins/{draft.id}/rediger/review"))
    assert "Give a title of at least 10 characters." in review
    answer = client.post(f"/besoins/{draft.id}/soumettre", follow_redirects=True)
    assert "Give a title of at least 10 characters." in shown(answer)
    published = world.need()
    answer = client.post(f"/besoins/{published.id}/soumettre", follow_redirects=True)
    assert "This is no longer possible: this need is already published." in shown(answer)


def test_what_people_typed_is_marked_as_french_in_an_english_page_only(client: Client, world: World) -> None:
    need = world.need()
    address = f"/besoins/{need.id}-{need.slug}"
    assert f"<h1>{need.title}</h1>" in client.get(address).text
    page = client.get(f"{address}?lang=en").text
    assert f'<h1 lang="fr">{need.title}</h1>' in page and '<p lang="fr">Les corbeilles' in page


def test_an_account_made_on_an_english_page_speaks_english(client: Client) -> None:
    client.get("/?lang=en")
    words = {"email": "ann@example.fr", "password": PASSWORD, "first_name": "Ann", "last_name": "Lee"}
    client.post("/inscription", words)
    user = db.session.scalar(User.by_email("ann@example.fr"))
    assert user is not None and user.locale == "en"


def test_a_message_is_written_in_the_language_of_its_reader(app: Flask, world: World) -> None:
    world.bagnolet.contributor.locale = "en"
    need = world.need(closes_on=today_in_paris().replace(month=12, day=1, year=today_in_paris().year + 1))
    mails = {
        owed.recipient.locale: write_mail(owed, need)
        for owed in db.session.scalars(
            sa.select(Notification).where(
                Notification.kind == "need_published", Notification.subject_id == need.id
            )
        )
    }
    english, french = (mails[locale].get_body(("html",)).get_content() for locale in ("en", "fr"))
    assert '<html lang="en">' in english and f"1 December {need.closes_on:%Y}" in english
    assert f"The need “{need.title}” is published." in english
    assert '<html lang="fr">' in french and f"1er décembre {need.closes_on:%Y}" in french
    text = mails["en"].get_body(("plain",)).get_content()
    assert "See the need:\n" in text and not re.search(r"[«»\u00a0]| :", text)


# ------------------------------------------------------------------ a walk through the pages in English

#: Words so common that a French page has one of them.
FRENCH = re.compile(
    r"(?i)(?<![\w’'-])(les|des|une|du|est|pas|vous|votre|vos|nous|notre|pour|avec|dans|sur|qui|que|et|au|aux|ses|cette|ces"
    r"|il|elle|sont|sera|plus de|besoins?|réponses?|entreprises?|équipe|à|oui|jours?|suite|voir|modifier|retirer"
    r"|(?:jusqu|aujourd|qu|l|d|n|s|c|j)’\w+)(?![\w-])|[«»]|\w[ \u00a0\u202f][:;?!](\s|$)"
)
#: Names, and an address for the post.
NAMES = "Adopte une innovation|Métropole du Grand Paris|Défenseur des droits(?:, Libre réponse)?"
PER_KIND = 2
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Reader(HTMLParser):
    """The texts of a page and its links; what is marked as French, and what people type in, is left out."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.links: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a" and (given.get("href") or "").startswith("/"):
            self.links.append(str(given["href"]).split("#")[0])
        self.texts += [
            given[name] or "" for name in ("aria-label", "placeholder", "title", "alt") if name in given
        ]
        if tag not in VOID:
            self._open.append(
                (tag, given.get("lang") == "fr" or tag in ("script", "style", "textarea", "code"))
            )

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, text: str) -> None:
        if text.strip() and not any(hidden for _tag, hidden in self._open):
            self.texts.append(" ".join(text.split()))


def _walk(client: Client) -> Iterator[tuple[str, Any]]:
    """(address, page) of what one person reaches by links from the home page, a few of each kind."""
    waiting, seen, kinds = ["/", "/mon-espace", "/mon-compte"], set[str](), dict[str, int]()
    while waiting:
        address = waiting.pop(0)
        kind = re.sub(r"\d+(-[\w-]+)?", "N", address.partition("?")[0])
        if address in seen or "lang=" in address or kinds.get(kind, 0) >= PER_KIND:
            continue
        seen.add(address)
        kinds[kind] = kinds.get(kind, 0) + 1
        page = client.get(address, follow_redirects=True)
        if page.mimetype == "text/html":
            yield address, page
            waiting += sorted(set(Reader(page.text).links))


def _typed() -> list[str]:
    """Every text that is in the database, longest first: names and contents stay as they are."""
    words = {
        value.strip()
        for table in db.metadata.sorted_tables
        if table.name != "theme"
        for row in db.session.execute(sa.select(table))
        for value in row
        if isinstance(value, str) and len(value) > 3
    }
    return sorted(words, key=len, reverse=True)


def _prepare(world: World) -> list[User | None]:
    """Something to read on every page, and those who read: a visitor, somebody without organisation, each side, the team."""
    for status in (
        "draft",
        "awaiting_validation",
        "in_review",
        "changes_requested",
        "concluded",
        "withdrawn",
    ):
        world.need(status=status)
    for status in ("draft", "in_review", "stale"):
        world.solution(status=status)
    solution = world.solution(title="Des capteurs pour la tournée")
    for status in ("suggested", "introduced", "converted", "declined"):
        world.match(solution=solution, status=status)
    world.response(world.need(world.bondy), status="clarification")
    world.company("Nouvelle venue", verified=False)
    return [
        None,
        world.user("Ève"),
        world.bagnolet.contributor,
        world.bagnolet.org_admin,
        world.startup.org_admin,
        world.curator,
        world.admin,
    ]


def test_pages_in_english_have_no_french_word_of_ours(client: Client, world: World) -> None:
    # A page in French first: what Jinja keeps of it must not come back in English.
    people = _prepare(world)
    client.sign_in(world.curator)
    for _address, _page in _walk(client):
        pass
    left: set[str] = set()
    count = 0
    for user in people:
        client.forget()
        if user is not None:
            client.sign_in(user)
        client.get("/?lang=en")
        typed = _typed()
        for address, page in _walk(client):
            count += 1
            assert page.status_code < 500 and '<html lang="en">' in page.text, address
            left.update(_french_left(page.text, typed, address))
    assert count > 120
    assert not left, "\n".join(sorted(left))


def _french_left(page: str, typed: list[str], address: str) -> Iterator[str]:
    for text in Reader(page).texts:
        own = re.sub(NAMES, "N", text)
        if FRENCH.search(own) is None or any(own in words for words in typed):
            continue
        for words in typed:
            own = own.replace(words, "N")
        if FRENCH.search(own):
            yield f"{address}: {text} [{own}]"


def test_a_french_page_sets_its_spaces_and_an_english_one_has_none(client: Client, world: World) -> None:
    need = world.need(title="Qui répond : personne")
    client.sign_in(world.bagnolet.contributor)
    page = client.get("/recherche?q=xyzzy").text
    assert not re.search(r"\w [:;?!](\s|$)|« ", re.sub(r"<[^>]*>", "", page))
    typed = client.get(f"/besoins/{need.id}-{need.slug}").text
    assert "Qui répond\u00a0: personne" in typed, "what people typed breaks no better"
    assert need.title == "Qui répond : personne", "and is kept as it was typed"
    assert typeset("%(part)s %% de %(all)s : « oui » ?") == (
        "%(part)s\u00a0%% de %(all)s\u00a0: «\u00a0oui\u00a0»\u00a0?"
    )
    assert typeset("à 8 h, 30 hectares") == "à 8\u00a0h, 30 hectares"
    assert typeset("%(amount)s HT, et du HTML") == "%(amount)s\u00a0HT, et du HTML"
