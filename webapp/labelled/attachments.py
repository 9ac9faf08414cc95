from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

LABELS: dict[str, dict[str, Any]] = {
    "attachment.status": {
        "quarantined": _l("En cours de vérification"),
        "clean": _l("Vérifié"),
        "refused": _l("Pas accepté"),
        "removed": _l("Retiré"),
    },
    "attachment.kind": {
        "pdf": _l("PDF"),
        "png": _l("Image PNG"),
        "jpeg": _l("Image JPEG"),
        "docx": _l("Texte DOCX"),
        "xlsx": _l("Tableau XLSX"),
        "pptx": _l("Présentation PPTX"),
        "odt": _l("Texte ODT"),
        "ods": _l("Tableau ODS"),
        "odp": _l("Présentation ODP"),
    },
    #: Ends the sentence « Pas accepté : … ». The message says the same (workers/messages/words.py); a test holds both.
    "attachment.verdict": {
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
    },
}
