"""French, or English: which one a page speaks, and the sentences of the domain said in it.

What we write in French is the source; ``translations/en`` has the English (CONTRIBUTING.md says how to bring it up to
date). What people typed stays as they typed it: in an English page it is marked as French.
"""

from __future__ import annotations

from typing import Any

from babel.support import NullTranslations
from flask import Flask, has_request_context, request
from flask_babel import Babel, Domain, get_locale
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from models import RuleViolation
from models.text import Sentence, typeset

LANGUAGES = ("fr", "en")


def init_app(app: Flask) -> None:
    Babel(app, locale_selector=chosen).domain_instance = Sentences()
    app.jinja_env.filters["said"] = said
    app.jinja_env.globals["in_french"] = in_french
    app.context_processor(lambda: {"language": chosen})
    app.after_request(_remember)


class InFrench(NullTranslations):
    """The sentences as they are written here, with the spaces of French: a line does not begin with a colon."""

    def ugettext(self, message: str) -> str:
        return typeset(message)

    def ungettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return typeset(super().ungettext(msgid1, msgid2, n))


class Sentences(Domain):
    """What Babel translates with. Messages are set by themselves (workers/messages/letter.py): lines are cut there first."""

    french = InFrench()

    def get_translations(self) -> NullTranslations:
        in_french = has_request_context() and str(get_locale()) == "fr"
        return self.french if in_french else super().get_translations()


def chosen() -> str:
    """By a link (kept by a cookie from then on), else by the account, else French (which is also that of a worker)."""
    if not has_request_context():
        return "fr"
    asked = request.args.get("lang") or request.cookies.get("lang")
    if asked in LANGUAGES:
        return str(asked)
    return current_user.locale if current_user and current_user.is_authenticated else "fr"


def said(words: Any) -> str:
    """A sentence of a rule or of a form, or a rule that was broken, in the language of the page."""
    if isinstance(words, RuleViolation):
        return " ".join(said(sentence) for sentence in words.sentences)
    if isinstance(words, Sentence):
        return str(_(words.pattern, **{name: _part(value) for name, value in words.values.items()}))
    return str(_(str(words))) if words else ""


def _part(value: Any) -> Any:
    return said(value) if isinstance(value, str) else value


def in_french() -> Markup:
    """``<h1{{ in_french() }}>``: the mark of what people typed, in a page which is not in French (WCAG 3.1.2)."""
    return Markup("") if str(get_locale()) == "fr" else Markup(' lang="fr"')


def _remember(response: Any) -> Any:
    """Only an explicit choice leaves a cookie: who only reads gets none."""
    if request.args.get("lang") in LANGUAGES:
        response.set_cookie(
            "lang", request.args["lang"], max_age=365 * 24 * 3600, samesite="Lax", httponly=True
        )
    return response
