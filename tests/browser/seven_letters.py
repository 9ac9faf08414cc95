"""Everything that each of the seven was told, in order: the kind of the message, what it speaks of, the subject of the mail."""

from __future__ import annotations

TITLE = "Des corbeilles débordent le dimanche près du métro"

Letter = tuple[str, str, str]
_VALIDATE: Letter = ("need_to_validate", "need", f"À valider : {TITLE}")
_CHANGES: Letter = ("need_changes_requested", "need", f"Encore un effort : {TITLE}")
_REVIEW: Letter = ("need_in_review", "need", f"À relire : {TITLE}")
_EXTENDED: Letter = ("need_extended", "need", f"Plus de temps pour répondre : {TITLE}")
_ANSWERED: Letter = ("question_answered", "question", f"Une réponse sur « {TITLE} »")
_CLOSED: Letter = ("need_closed_respondent", "need", f"Échéance passée : {TITLE}")
_CONCLUDED: Letter = ("need_concluded", "need", f"Besoin conclu : {TITLE}")
#: What the author and the validator are both told once the need is online.
_TO_BOTH: list[Letter] = [
    ("need_published", "need", f"Votre besoin est en ligne : {TITLE}"),
    ("question_received", "question", f"Une question sur votre besoin : {TITLE}"),
    ("response_received", "need", f"Une réponse à « {TITLE} »"),
    ("match_for_buyer", "need", f"Une solution présentée pour « {TITLE} »"),
    ("response_received", "need", f"2 réponses à « {TITLE} »"),
    ("response_withdrawn", "response of third", f"Réponse retirée : {TITLE}"),
    ("need_closed", "need", f"Échéance passée : {TITLE}"),
    ("evaluation_locked", "shortlist", f"Évaluation verrouillée : {TITLE}"),
]
#: What becomes of the first company's response: its partner is told the same.
_CHOSEN: list[Letter] = [
    ("response_shortlisted", "response of first", f"Votre réponse est présélectionnée : {TITLE}"),
    ("response_retained", "response of first", f"Votre réponse est retenue : {TITLE}"),
]


def _receipt(role: str) -> Letter:
    return ("response_receipt", f"response of {role}", f"Réponse bien reçue : {TITLE}")


LETTERS: dict[str, list[Letter]] = {
    "author": [_CHANGES, *_TO_BOTH],
    "validator": [_VALIDATE, _CHANGES, _VALIDATE, *_TO_BOTH],
    "curator": [_REVIEW, _REVIEW],
    "follower": [_ANSWERED, _EXTENDED, ("need_concluded_followed", "need", f"Besoin conclu : {TITLE}")],
    "first": [
        _ANSWERED,
        _EXTENDED,
        ("consortium_accepted", "third beside first", "Partenaire : Deux Rives accepte"),
        _receipt("first"),
        _CLOSED,
        *_CHOSEN,
        _CONCLUDED,
    ],
    "second": [
        ("match_for_supplier", "introduction of second", f"Un besoin publié peut vous concerner : {TITLE}"),
        _receipt("second"),
        _CLOSED,
        ("response_not_retained", "response of second", f"Votre réponse n’est pas retenue : {TITLE}"),
        _CONCLUDED,
    ],
    "third": [
        ("consortium_invited", "third beside first", f"Répondre ensemble : {TITLE}"),
        _receipt("third"),
        _receipt("third"),
        _CLOSED,
        *_CHOSEN,
        _CONCLUDED,
    ],
}
