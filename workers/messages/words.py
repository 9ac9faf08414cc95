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
#: Why a joined document is not accepted (models/attachment_lifecycle.py).
VERDICTS = {
    "not_what_it_says": _l("son contenu n’est pas celui que dit son nom"),
    "active": _l("il contient une macro, un script ou un lien qui s’ouvre tout seul"),
    "file_inside": _l("un autre fichier est caché dedans"),
    "locked": _l("il est protégé par un mot de passe, ou d’un format ancien"),
    "two_in_one": _l("deux fichiers sont mêlés en un"),
    "too_large_inside": _l("il est démesuré une fois ouvert"),
    "too_many_pages": _l("il a plus de 500 pages"),
    "unreadable": _l("il est abîmé ou incomplet"),
    "virus": _l("l’antivirus y reconnaît un logiciel malveillant"),
    "lost": _l("il n’est pas arrivé entier jusqu’à nous"),
    "too_late": _l("le besoin ne reçoit plus de réponses, il ne change donc plus"),
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
#: What a commune asks of a company, why the company declines, what came of it (models/interest.py).
WISHES = {
    "demo": _l("une démonstration"),
    "quote": _l("un devis"),
    "reference_call": _l("parler à une collectivité qui s’en sert"),
    "experiment": _l("un essai sur son territoire"),
    "join_group": _l("un achat à plusieurs communes"),
}
INTEREST_DECLINED = {
    "not_for_us": _l("ce n’est pas ce que fait sa solution"),
    "no_capacity": _l("elle n’a pas la disponibilité"),
    "territory": _l("elle n’intervient pas à cet endroit"),
    "timing": _l("le calendrier ne convient pas"),
    "other": _l("une autre raison"),
}
CONVERSIONS = {
    "need": _l("elle écrit un besoin, ouvert à toutes les entreprises"),
    "experiment": _l("un essai est convenu"),
    "purchase": _l("un achat est fait"),
    "group": _l("elle propose un achat à d’autres communes"),
}
#: What a reference was (models/reference.py).
REFERENCE_KINDS = {"pilot": _l("essai"), "purchase": _l("achat")}
#: The fields of a need that everybody reads, as the page of its differences names them (webapp/needs/stages.py).
NEED_FIELDS = {
    "title": _l("Titre"),
    "irritant": _l("Ce qui ne va pas"),
    "expected_outcome": _l("Ce qui irait mieux"),
    "beneficiaries": _l("Personnes concernées"),
    "themes": _l("Thèmes"),
    "intent": _l("Ce que veut la collectivité"),
    "budget": _l("Budget"),
    "maturity_min": _l("Maturité au moins"),
    "maturity_max": _l("Maturité au plus"),
    "places": _l("Lieux"),
    "resources": _l("Ce que la collectivité offre"),
    "constraints": _l("À respecter"),
    "practical_notes": _l("Précisions pratiques"),
    "defis": _l("Défis de la Métropole"),
    "purchase_horizon": _l("Achat envisagé"),
    "closes_on": _l("Échéance"),
    "questions_close_on": _l("Fin des questions"),
    "documents": _l("Documents joints"),
}
#: How a need ends (models/need_lifecycle.py), as those who answered read it.
OUTCOMES = {
    "experiment": _l("une expérimentation va commencer"),
    "direct_purchase": _l("la collectivité déclare un achat direct"),
    "consultation_launched": _l("la collectivité lance une consultation"),
    "group": _l("le besoin rejoint un groupement de commandes"),
    "funding_dossier": _l("un dossier de financement est déposé"),
    "unsuccessful": _l("le besoin est déclaré infructueux, aucune réponse ne convenait"),
    "no_followup": _l("le besoin reste sans suite, la collectivité y renonce"),
}
#: How close two texts are (matching.document.Closeness).
CLOSENESS = {"very_close": _l("très proche"), "close": _l("proche"), "to_check": _l("à vérifier")}
