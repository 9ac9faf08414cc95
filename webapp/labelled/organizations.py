"""Organisations and their members."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

LABELS: dict[str, dict[str, Any]] = {
    "organization.kind": {
        "commune": _l("Commune"),
        "ept": _l("Établissement public territorial"),
        "metropole": _l("Métropole"),
        "other_public": _l("Autre organisme public"),
        "startup": _l("Jeune entreprise"),
        "sme": _l("PME"),
        "mid_cap": _l("Entreprise de taille intermédiaire"),
        "large_company": _l("Grande entreprise"),
        "association": _l("Association"),
        "cooperative": _l("Coopérative"),
        "lab": _l("Laboratoire"),
        "school": _l("École ou université"),
        "designer": _l("Designer"),
        "citizen_group": _l("Collectif d’habitants"),
        "incubator": _l("Incubateur"),
        "investor": _l("Investisseur"),
        "expert_body": _l("Organisme expert"),
    },
    "organization.status": {
        "prospect": _l("Pas encore inscrite"),
        "pending": _l("En cours de vérification"),
        "verified": _l("Vérifiée"),
        "suspended": _l("Suspendue"),
        "archived": _l("Archivée"),
    },
    "organization.size": {
        "0": _l("Aucun salarié"),
        "1-9": _l("1 à 9 salariés"),
        "10-49": _l("10 à 49 salariés"),
        "50-249": _l("50 à 249 salariés"),
        "250-4999": _l("250 à 4 999 salariés"),
        "5000+": _l("5 000 salariés ou plus"),
    },
    "invitation.status": {
        "sent": _l("Envoyée"),
        "accepted": _l("Acceptée"),
        "declined": _l("Déclinée"),
        "revoked": _l("Annulée"),
        "expired": _l("Expirée"),
    },
    "import_run.status": {
        "read": _l("Reçu, à lire"),
        "previewed": _l("Lu, rien n’est écrit"),
        "running": _l("En cours d’importation"),
        "done": _l("Importé"),
        "failed": _l("Illisible"),
        "dropped": _l("Abandonné"),
    },
    "import_run.reason": {
        "cells": _l("Ligne qui n’a pas autant de cases que le titre"),
        "siret": _l("Numéro SIRET faux"),
        "closed": _l("Établissement fermé"),
        "undisclosed": _l("Établissement qui refuse la diffusion"),
        "name": _l("Sans dénomination : c’est une personne"),
        "naf": _l("Code NAF absent ou faux"),
        "naf_unasked": _l("Activité qui n’est pas demandée"),
        "outside": _l("Hors de la Métropole"),
        "place_unasked": _l("Commune qui n’est pas demandée"),
        "twice": _l("Deux fois dans le fichier"),
    },
    "campaign.status": {
        "draft": _l("En préparation"),
        "running": _l("Les lettres partent"),
        "done": _l("Lettres parties"),
        "stopped": _l("Arrêtée"),
    },
    "company_invitation.fate": {
        "waiting": _l("À partir"),
        "sent": _l("Écrit une fois"),
        "reminded": _l("Relancée"),
        "joined": _l("Inscrite"),
        "opted_out": _l("Ne veut plus de lettre"),
        "shared": _l("Même adresse qu’une autre entreprise"),
    },
    "membership.role": {
        "contributor": _l("Contributeur"),
        "validator": _l("Validateur"),
        "org_admin": _l("Administrateur"),
        "curator": _l("Équipe Métropole"),
        "admin": _l("Administrateur de la plateforme"),
    },
    "membership.status": {
        "requested": _l("Demande en attente"),
        "active": _l("Membre"),
        "refused": _l("Refusée"),
        "left": _l("Parti"),
    },
}
