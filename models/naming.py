"""How an organisation is called within a French sentence: a public body with its article, a company by its plain name.

naming.the(bondy)       # la Ville de Bondy
naming.of(est_ensemble) # de l’EPT Est Ensemble
naming.to(essonne)      # au Département de l’Essonne
"""

from __future__ import annotations

from typing import Any

from models.organization import DEMAND_KINDS
from models.text import canon_line

#: How the names of public bodies begin; any other beginning takes no article.
_FEMININE = ("Ville", "Commune", "Métropole", "Communauté", "Région", "Régie", "Mairie", "Caisse")
_MASCULINE = ("Département", "Syndicat", "Conseil", "Centre", "Groupement", "Service", "Port")
_ELIDED = ("EPT", "Établissement", "Office", "Agence")
_VOWELS = "AEIOUYÀÂÉÈÊËÎÏÔÖÙÛÜ"


def the(organization: Any) -> str:
    """« la Ville de Bagnolet », « l’EPT Plaine Commune », « le Département de l’Essonne », or the plain name."""
    name = canon_line(organization.display_name)
    first = name.split(" ", 1)[0] if organization.kind in DEMAND_KINDS else ""
    if first in _ELIDED:
        return f"l’{name}"
    if first in _FEMININE:
        return f"la {name}"
    return f"le {name}" if first in _MASCULINE else name


def of(organization: Any) -> str:
    """« de la Ville de Bagnolet », « du Département de l’Essonne », « d’Écovélo », « de Corbeille & Cie »."""
    named = the(organization)
    if named.startswith("le "):
        return f"du {named[3:]}"
    return f"d’{named}" if named[0].upper() in _VOWELS else f"de {named}"


def to(organization: Any) -> str:
    """« à la Ville de Bagnolet », « au Département de l’Essonne », « à Écovélo »."""
    named = the(organization)
    return f"au {named[3:]}" if named.startswith("le ") else f"à {named}"
