"""A message as it leaves: its subject, its text, its HTML. The only place that writes either."""

from __future__ import annotations

import re
import textwrap
from typing import Any

from flask import current_app
from flask_babel import get_locale
from flask_babel import gettext as _

from models.text import canon, canon_line
from workers.messages.message import Block, Links, Listing, Message, Quote, link

LONGEST_SUBJECT = 150
WIDTH = 76

# French spaces: before : ; ? ! » and %, after «, on both sides of the h of an hour.
_BEFORE = re.compile(r" (?=[:;?!»%])|(?<=\d) (?=h \d)")
_AFTER = re.compile(r"(?<=«) |(?<=\d\xa0h) (?=\d)|(?<=\d\x00h) (?=\d)")
NBSP = "\u00a0"


def subject_of(message: Message) -> str:
    """One line, whatever people put in their titles."""
    line = canon_line(message.subject)
    return _typeset(textwrap.shorten(line, LONGEST_SUBJECT, placeholder="…"))


def as_text(message: Message, to: Any) -> str:
    """The plain text: complete, since the HTML only repeats it."""
    parts = [_greeting(to), *(_block_text(block) for block in message.blocks)]
    if message.action:
        step = _("%(step)s :", step=message.action.label)
        parts.append(f"{_wrapped(step)}\n{message.action.url}")
    if message.proposed:
        how, no_award = proposal_notice()
        parts += [f"{_wrapped(how)}\n{link('pages.transparency')}", _wrapped(no_award)]
    parts.append(_wrapped(signature()))
    parts.append("-- \n" + _wrapped(_reason(message)))
    if message.unsubscribe:
        parts.append(f"{_wrapped(_('Ne plus recevoir de tels messages :'))}\n{message.unsubscribe}")
    return "\n\n".join(parts) + "\n"


def as_html(message: Message, to: Any) -> str:
    """The same words as HTML; Jinja escapes every one of them."""
    # Not render_template: the context processors of the pages expect a request.
    return current_app.jinja_env.get_template("mail/layout.html").render(
        language=str(get_locale()),
        subject=subject_of(message),
        greeting=_typeset(_greeting(to)),
        blocks=[_block_html(block) for block in message.blocks],
        action=message.action,
        notice=[_typeset(sentence) for sentence in proposal_notice()] if message.proposed else [],
        transparency=link("pages.transparency") if message.proposed else "",
        signature=_typeset(signature()),
        reason=_typeset(_reason(message)),
        unsubscribe=message.unsubscribe,
        no_more=_typeset(_("Ne plus recevoir de tels messages")),
    )


def proposal_notice() -> tuple[str, str]:
    """What the law asks us to say of a proposal (CRPA L311-3-1), and what we promise (rule 1)."""
    return (
        _(
            "Cette proposition a été préparée à l’aide d’un traitement algorithmique, qui rapproche le texte d’un besoin "
            "et celui d’une solution. Une personne de la Métropole l’a lue et a décidé de la transmettre. Vous pouvez "
            "demander comment elle a été établie, la contester, et saisir la CADA :"
        ),
        _("La Métropole met en relation, elle n’attribue pas de marché."),
    )


def signature() -> str:
    return _("Adopte une innovation, la place de marché de la Métropole du Grand Paris")


def _greeting(to: Any) -> str:
    first_name = canon_line(to.first_name or "")
    return _("Bonjour %(name)s,", name=first_name) if first_name else _("Bonjour,")


def _reason(message: Message) -> str:
    if message.because[0] in "aeiouyéèêà" and str(get_locale()) == "fr":
        return _("Vous recevez ce message parce qu’%(reason)s.", reason=message.because)
    return _("Vous recevez ce message parce que %(reason)s.", reason=message.because)


def _block_text(block: Block) -> str:
    if isinstance(block, Links):
        return "\n".join(f"{_dashed(words)}\n  {address}" for words, address in block.items)
    if isinstance(block, Quote):
        return "\n".join(
            textwrap.indent(_wrapped(line, WIDTH - 2), "> ") or ">" for line in _lines(block.text)
        )
    if isinstance(block, Listing):
        return "\n".join(_dashed(item) for item in block.items)
    return _wrapped(block)


def _dashed(words: str) -> str:
    return textwrap.indent(_wrapped(words, WIDTH - 2), "  ").replace("  ", "- ", 1)


def _block_html(block: Block) -> tuple[str, list[Any]]:
    if isinstance(block, Links):
        return "links", [(_typeset(canon_line(words)), address) for words, address in block.items]
    if isinstance(block, Quote):
        return "quote", [_typeset(line) for line in _lines(block.text) if line]
    if isinstance(block, Listing):
        return "listing", [_typeset(canon_line(item)) for item in block.items]
    return "paragraph", [_typeset(canon_line(block))]


def _lines(text: str) -> list[str]:
    return canon(text).strip().split("\n")


def _wrapped(text: str, width: int = WIDTH) -> str:
    # A no-break space is white space to textwrap: typeset first would not protect it, so lines are cut, then typeset.
    glued = _glued(canon_line(text), "\x00")
    cut = textwrap.fill(glued, width, break_long_words=False, break_on_hyphens=False)
    return cut.replace("\x00", NBSP)


def _typeset(text: str) -> str:
    return _glued(text, NBSP)


def _glued(text: str, space: str) -> str:
    """In French, ``space`` before : ; ? ! » and after «."""
    return _AFTER.sub(space, _BEFORE.sub(space, text)) if str(get_locale()) == "fr" else text
