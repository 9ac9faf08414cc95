"""The sentence for each reason that somebody chose in a list. A test holds these lists equal to those of models/."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

#: Why a response is not retained (models/response.py), as the company reads it.
NOT_RETAINED = {
    "does_not_answer": _l("elle ne répond pas au problème posé"),
    "not_mature": _l("la solution n’est pas encore assez éprouvée pour ce besoin"),
    "too_expensive": _l("son coût dépasse les moyens disponibles"),
    "other_preferred": _l("une autre réponse convient mieux"),
    "need_given_up": _l("la collectivité renonce à ce besoin"),
    "conditions": _l("ses conditions ne conviennent pas"),
    "other": _l("une autre raison, expliquée ci-dessous"),
}
#: Why one side declined an introduction (models/match.py).
DECLINED = {
    "off_topic": _l("ce n’est pas le sujet"),
    "no_capacity": _l("pas de disponibilité en ce moment"),
    "territory": _l("trop loin ou hors du secteur"),
    "timing": _l("le calendrier ne convient pas"),
    "already_in_touch": _l("les deux sont déjà en contact"),
    "other": _l("une autre raison"),
}
#: How a need ends (models/need_lifecycle.py), as those who answered read it.
OUTCOMES = {
    "experiment": _l("une expérimentation va commencer"),
    "direct_purchase": _l("la collectivité déclare un achat direct"),
    "consultation_launched": _l("la collectivité lance une consultation"),
    "group": _l("le besoin rejoint un groupement de commandes"),
    "funding_dossier": _l("un dossier de financement est déposé"),
    "unsuccessful": _l("le besoin est déclaré infructueux : aucune réponse ne convenait"),
    "no_followup": _l("le besoin reste sans suite : la collectivité y renonce"),
}
#: How close two texts are (matching.document.Closeness).
CLOSENESS = {"very_close": _l("très proche"), "close": _l("proche"), "to_check": _l("à vérifier")}
