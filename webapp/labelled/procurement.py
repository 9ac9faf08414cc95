"""Ways of buying, thresholds, declared purchases."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

LABELS: dict[str, dict[str, Any]] = {
    "procurement.path": {
        "direct_purchase": _l("Achat direct envisageable"),
        "innovative": _l("Achat innovant envisageable"),
        "innovative_lots": _l("Petits lots innovants"),
        "adapted": _l("Procédure adaptée"),
        "formal": _l("Procédure formalisée"),
        "innovation_partnership": _l("Partenariat d’innovation, ou marché de recherche et développement"),
        "group": _l("Groupement de commandes"),
        "experiment_convention": _l("Convention d’expérimentation"),
    },
    "procurement.purchase_kind": {
        "supplies_services": _l("Fournitures ou services"),
        "works": _l("Travaux"),
        "social_services": _l("Services sociaux et autres services spécifiques"),
    },
    "procurement.buyer_kind": {
        "local_public": _l("Collectivité ou établissement public local"),
        "state": _l("État"),
        "contracting_entity": _l("Entité adjudicatrice (eau, énergie, transports, poste)"),
    },
    "procurement.clues": {
        "weak": _l("indices faibles"),
        "to_reinforce": _l("indices à renforcer"),
        "solid": _l("indices solides"),
    },
    "procurement.level": {
        "0": _l("Absent"),
        "1": _l("Partiel"),
        "2": _l("Documenté"),
        "many": _l("Beaucoup d’équivalents existent"),
    },
    "procurement.past": {
        "direct_purchase": _l("achat direct déclaré"),
        "experiment": _l("expérimentation déclarée"),
        "consultation": _l("consultation déclarée"),
        "retained": _l("réponse retenue ici"),
    },
    "declared_purchase.kind": {
        "direct_purchase": _l("Achat direct"),
        "experiment": _l("Expérimentation"),
        "consultation": _l("Consultation lancée"),
    },
    "threshold.code": {
        "DISPENSE_FS": _l("Dispense de publicité et de mise en concurrence, fournitures et services"),
        "DISPENSE_TRAVAUX": _l("Dispense de publicité et de mise en concurrence, travaux"),
        "INNOVATION": _l("Achat innovant"),
        "INNOVATION_DRAFT": _l("Achat innovant, projet non repris"),
        "INNOVATION_LOT_FS": _l("Petit lot innovant, fournitures et services"),
        "INNOVATION_LOT_TRAVAUX": _l("Petit lot innovant, travaux"),
        "INNOVATION_DEFENSE": _l("Achat innovant, défense"),
        "ECRIT": _l("Contrat écrit"),
        "PROFIL_ACHETEUR": _l("Documents de la consultation en ligne"),
        "PUBLICITE_BOAMP_JAL": _l("Avis au BOAMP ou dans un journal d’annonces légales"),
        "DONNEES_ESSENTIELLES": _l("Données essentielles"),
        "EU_FS_LOCAL": _l("Seuil européen, fournitures et services des collectivités"),
        "EU_FS_STATE": _l("Seuil européen, fournitures et services de l’État"),
        "EU_FS_ENTITY": _l("Seuil européen, fournitures et services des entités adjudicatrices"),
        "EU_TRAVAUX": _l("Seuil européen, travaux"),
        "RAPPORT_PRESENTATION": _l("Rapport de présentation"),
        "SERVICES_SOCIAUX": _l("Services sociaux et autres services spécifiques"),
        "CONTROLE_LEGALITE": _l("Transmission au préfet"),
        "SUBVENTION_CONVENTION": _l("Convention de subvention"),
        "CRITERE_ENVIRONNEMENT": _l("Critère environnemental"),
    },
    "threshold.confidence": {
        "verified_text": _l("texte lu"),
        "verified_text_until_2026_01": _l("texte lu, jusqu’en janvier 2026"),
        "verified_secondary": _l("sources concordantes"),
        "verified_partly": _l("vérifié en partie"),
        "verified_date_uncertain": _l("date incertaine"),
        "memory": _l("de mémoire, à vérifier"),
        "memory_uncertain": _l("de mémoire, incertain"),
        "contradictory": _l("sources contradictoires"),
    },
    "threshold.purchase_kind": {
        "all": _l("tous achats"),
        "supplies_services": _l("fournitures, services"),
        "services": _l("services"),
        "works": _l("travaux"),
        "grant": _l("subventions"),
    },
    "threshold.buyer_kind": {
        "all": _l("tous acheteurs"),
        "local_public": _l("collectivités"),
        "state": _l("État"),
        "contracting_entity": _l("entités adjudicatrices"),
        "defence": _l("défense"),
    },
    "threshold.comparator": {
        "lt": _l("moins de"),
        "gte": _l("à partir de"),
        "gt": _l("plus de"),
        "gte_eu": _l("à partir du seuil européen"),
        "date": _l("à partir d’une date"),
    },
}
