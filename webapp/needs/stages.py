"""Where a need stands, in words: its life as a line, what happens next, what changed since it was published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from models import Activity, Need, db
from models.differences import Piece, word_changes
from models.need_columns import PRIVATE, SUBSTANCE
from webapp.filters import day, euros, figure, short_day
from webapp.labels import label, theme_label

Stage = tuple[str, str, str]

#: status → the place of « now » on the line drawn by ``stages``.
_PLACE = {
    "draft": 0,
    "changes_requested": 0,
    "awaiting_validation": 1,
    "in_review": 1,
    "published": 3,
    "closed": 4,
    "in_dialogue": 4,
    "concluded": 5,
    "withdrawn": 5,
    "archived": 5,
    "discarded": 0,
}
_NEXT = {
    "draft": _l("à soumettre aux validateurs de la collectivité"),
    "awaiting_validation": _l("un validateur de la collectivité relit et décide"),
    "in_review": _l("l’équipe de la Métropole relit, en général sous deux jours ouvrés"),
    "changes_requested": _l("à reprendre selon les remarques de l’équipe"),
    "published": _l("les entreprises répondent jusqu’au soir de l’échéance"),
    "closed": _l("la collectivité lit les réponses et répond à chacune"),
    "in_dialogue": _l("la collectivité échange avec les entreprises, puis conclut"),
}
FIELD_NAMES = {
    "title": _l("Titre"),
    "irritant": _l("Ce qui ne va pas"),
    "expected_outcome": _l("Ce qui irait mieux"),
    "beneficiaries": _l("Personnes concernées"),
    "themes": _l("Thèmes"),
    "intent": _l("Ce que veut la collectivité"),
    "budget": _l("Budget"),
    "budget_max_cents": _l("Montant à ne pas dépasser"),
    "maturity_min": _l("Maturité au moins"),
    "maturity_max": _l("Maturité au plus"),
    "places": _l("Lieux"),
    "resources": _l("Ce que la collectivité offre"),
    "constraints": _l("À respecter"),
    "practical_notes": _l("Précisions pratiques"),
    "closes_on": _l("Échéance"),
    "documents": _l("Documents joints"),
    "questions_close_on": _l("Fin des questions"),
    "defis": _l("Défis de la Métropole"),
    "purchase_horizon": _l("Achat envisagé"),
    "purchase_kind": _l("Nature de l’achat"),
    "amount_estimated_cents": _l("Montant estimé"),
}


def stages(need: Need) -> list[Stage]:
    """(name, date or note, past | now | next) for the macro ``steps``."""
    last_name, last_date = _("Conclusion"), need.concluded_at
    if need.withdrawn_at is not None:
        last_name, last_date = _("Retrait"), need.withdrawn_at
    answers = _("jusqu’au %(day)s", day=short_day(need.closes_on)) if need.closes_on else ""
    names = [
        (_("Rédaction"), short_day(need.submitted_at)),
        (_second_name(need), short_day(need.validated_at)),
        (_("Publication"), short_day(need.published_at)),
        (_("Réponses"), answers),
        (_("Choix de la collectivité"), ""),
        (last_name, short_day(last_date)),
    ]
    if need.withdrawn_at is not None:
        del names[4]  # no choice is made on a need that was taken back
    here = min(_PLACE[need.status], len(names) - 1)
    ended = need.status in ("concluded", "withdrawn", "archived")
    return [
        (name, note, "now" if place == here and not ended else "past" if place <= here else "next")
        for place, (name, note) in enumerate(names)
    ]


def _second_name(need: Need) -> str:
    return _("Relecture par l’équipe") if need.status == "in_review" else _("Validation par la collectivité")


def what_next(need: Need) -> str:
    """One short sentence; empty when nothing is expected any more."""
    return str(_NEXT.get(need.status, ""))


def since(need: Need) -> Any:
    """The instant of the last move, for the status badge."""
    return {
        "awaiting_validation": need.submitted_at,
        "in_review": need.validated_at,
        "published": need.published_at,
        "closed": need.closed_at,
        "in_dialogue": _opened_dialogue(need),
        "concluded": need.concluded_at,
        "withdrawn": need.withdrawn_at,
        "archived": need.withdrawn_at or need.concluded_at,
    }.get(need.status, need.updated_at)


def _opened_dialogue(need: Need) -> Any:
    if need.status != "in_dialogue":
        return None
    opened = Activity.of(need).where(Activity.action == "open_dialogue").order_by(None)
    found = db.session.scalar(opened.order_by(Activity.id.desc()).limit(1))
    return found.at if found is not None else need.closed_at


def last_comment(need: Need) -> Activity | None:
    """What the reviewer last asked for (the team, or a validator who sent the draft back); None when nothing is asked."""
    if need.status not in ("draft", "changes_requested"):
        return None
    query = Activity.of(need).where(
        Activity.action.in_(("request_changes", "send_back", "submit", "resubmit"))
    )
    latest = db.session.scalar(query.order_by(None).order_by(Activity.id.desc()).limit(1))
    return latest if latest is not None and latest.action in ("request_changes", "send_back") else None


def changes_of(need: Need) -> list[tuple[Any, str, list[tuple[str, list[Piece]]], int]]:
    """What changed since it became public, oldest first: (instant, sentence, [(field, pieces)], version). Empty: nothing did."""
    versions = {version.number: version.contents for version in need.published_versions}
    told = []
    for act in db.session.scalars(need.versions()):
        number = act.details.get("version", 0) if act.action == "amend" else 0
        rows = [
            (str(FIELD_NAMES[name]), word_changes(as_words(name, before), as_words(name, after)))
            for name, before, after in (*_changed(versions, number), *_moved(act))
            if name not in PRIVATE
        ]
        if act.action == "reopen":  # those who are written to read why: so does everybody
            rows.insert(0, (_("Pourquoi"), [("kept", act.details["reason"])]))
        told.append((act.at, _sentence(act), rows, act.details.get("version", 0)))
    return told if len(told) > 1 else []


def _changed(versions: dict[int, dict[str, Any]], number: int) -> Iterator[tuple[str, Any, Any]]:
    """(field, before, after) of what differs between one version and the one before it."""
    before, after = versions.get(number - 1, {}), versions.get(number, {})
    for name in SUBSTANCE:
        if name in before and before[name] != after.get(name):
            yield name, before[name], after.get(name)


def _moved(act: Activity) -> Iterator[tuple[str, Any, Any]]:
    """Dates that an amendment or an extension moved, public documents that came or went: the journal keeps these."""
    for name, (before, after) in act.details.get("changed", {}).items():
        if name in ("closes_on", "questions_close_on", "documents"):
            yield name, before, after


def _sentence(act: Activity) -> str:
    if act.action == "publish":
        return _("Publication")
    if act.action == "extend":
        return _("Échéance reportée")
    if act.action == "reopen":
        return _("Besoin rouvert")
    return _("Version %(version)s", version=act.details.get("version", ""))


def as_words(name: str, value: Any) -> str:
    """A stored value of a need as a reader reads it."""
    if value is None or value == "" or value == []:
        return _("(rien)")
    words = _WORDS.get(name)
    return words(value) if words else str(value)


def quarter_name(quarter: str) -> str:
    """« 2027-T1 » as one reads it."""
    year, _dash, number = quarter.partition("-T")
    return (
        _("%(number)sᵉ trimestre %(year)s", number=number, year=year)
        if number != "1"
        else _("1ᵉʳ trimestre %(year)s", year=year)
    )


def _codes(kind: str) -> Any:
    return lambda codes: ", ".join(label(kind, code) for code in codes)


def _iso_day(value: Any) -> str:
    from datetime import date

    return day(date.fromisoformat(value) if isinstance(value, str) else value)


def _for_the_commune(cents: int) -> str:
    return _("%(amount)s HT, jamais montré aux entreprises", amount=euros(cents))


_WORDS: dict[str, Any] = {
    "themes": lambda codes: ", ".join(theme_label(code) for code in codes),
    "places": _codes("place"),
    "resources": _codes("need.resource"),
    "constraints": _codes("need.constraint"),
    "intent": lambda code: label("need.intent", code),
    "budget": lambda code: label("need.budget", code),
    "budget_max_cents": _for_the_commune,
    "amount_estimated_cents": _for_the_commune,
    "defis": lambda codes: ", ".join(label("defi", code) for code in codes),
    "purchase_horizon": lambda quarter: quarter_name(quarter),
    "purchase_kind": lambda code: label("need.purchase_kind", code),
    "maturity_min": lambda code: label("maturity", code),
    "maturity_max": lambda code: label("maturity", code),
    "closes_on": _iso_day,
    "documents": ", ".join,
    "questions_close_on": _iso_day,
    "beneficiaries": lambda count: ngettext(
        "%(count)s personne", "%(count)s personnes", count, count=figure(count)
    ),
}
assert set(SUBSTANCE) <= set(FIELD_NAMES)


#: What the public page says besides the two texts.
PRACTICAL = (
    "beneficiaries",
    "places",
    "defis",
    "intent",
    "maturity_min",
    "maturity_max",
    "budget",
    "purchase_horizon",
    "resources",
    "constraints",
    "practical_notes",
)


#: What its public page does not say and a validator decides on.
BEFORE_DECIDING = (
    "closes_on",
    "questions_close_on",
    "budget_max_cents",
    "amount_estimated_cents",
    "purchase_kind",
)


def facts(need: Need, names: Sequence[str]) -> list[tuple[str, str]]:
    """(name, words) of the given fields that say something."""
    return facts_of({name: getattr(need, name) for name in names}, names)


def facts_of(said: Mapping[str, Any], names: Sequence[str]) -> list[tuple[str, str]]:
    """The same of the contents of a version."""
    return [
        (str(FIELD_NAMES[name]), as_words(name, said[name]))
        for name in names
        if said.get(name) not in (None, "", [], "unknown")
    ]
