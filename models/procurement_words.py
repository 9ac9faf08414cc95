"""What each way of buying asks for, in sentences that pages translate. Amounts are never here: they are rows of the table."""

from __future__ import annotations

ENDING = (
    "Aide à la réflexion, non un avis juridique. Faites valider par votre service de la commande publique."
)

ARTICLES = {
    "direct_purchase": "R2122-8",
    "innovative": "R2122-9-1, L2172-3",
    "innovative_lots": "R2122-9-1, R2123-1",
    "adapted": "L2123-1, R2123-1",
    "formal": "L2124-1",
    "innovation_partnership": "L2172-3, R2172-20, L2512-5",
    "group": "L2113-6, L2113-7, L2113-8",
    "experiment_convention": "L1111-1",
}

#: Sources differ by a day (data/procurement_thresholds.csv), so the sentence says it.
ENVIRONMENT = "Pour une consultation lancée depuis le 21 ou le 22 août 2026 (date à confirmer), au moins un critère de choix tient compte de l’environnement (loi 2021-1104, article 35 ; R2152-7)."

CONDITIONS: dict[str, tuple[str, ...]] = {
    "direct_purchase": (
        "Choisissez une offre pertinente, faites bon usage de l’argent public, ne prenez pas toujours la même entreprise.",
        "Comparez plusieurs propositions quand il en existe, et gardez une trace de votre choix.",
        "Comptez tout le besoin : la durée entière avec ses reconductions, les achats semblables de l’année, les autres membres. Le découper pour rester sous le seuil est irrégulier.",
    ),
    "innovative": (
        "Justifiez par écrit ce qui est nouveau ou sensiblement amélioré (article L2172-3, second alinéa). Les indices forment un dossier que l’acheteur justifie : ils ne prouvent rien à eux seuls.",
        "Le label « jeune entreprise innovante » ne suffit plus depuis la loi du 30 avril 2025 : ce n’est qu’un indice.",
        "Choisissez une offre pertinente, faites bon usage de l’argent public, ne prenez pas toujours la même entreprise quand plusieurs peuvent répondre.",
        "Le plafond est à confirmer : c’est le chiffre qui a le plus de chances d’avoir changé en 2026.",
    ),
    "innovative_lots": (
        "Chaque lot innovant reste sous le plafond, et leur total ne dépasse pas le cinquième de la valeur de tous les lots (20 %).",
        "Justifiez par écrit le caractère innovant de chacun de ces lots.",
        "Les autres lots suivent la procédure que demande le montant total.",
    ),
    "adapted": (
        "Fixez la procédure selon la nature et le montant du besoin, et décrivez-la aux candidats : critères, délais, négociation s’il y en a une.",
        "Publiez la consultation sur votre profil d’acheteur : aucune offre ne se dépose sur cette plateforme.",
        ENVIRONMENT,
        "Donnez à tous les candidats les informations échangées pendant le sourçage.",
    ),
    "formal": (
        "Appel d’offres, procédure avec négociation ou dialogue compétitif, avec un avis publié au BOAMP et au Journal officiel de l’Union européenne.",
        "Écrivez un rapport de présentation (article R2184-1), avec les mesures prises pour que le sourçage n’ait pas faussé la concurrence.",
        "La consultation se tient sur votre profil d’acheteur.",
        ENVIRONMENT,
    ),
    "innovation_partnership": (
        "Aucune solution disponible sur le marché ne doit répondre au besoin : la recherche puis l’achat tiennent dans un seul contrat.",
        "Prévoyez au moins deux phases, avec pour chacune des objectifs, un prix et le partage de la propriété intellectuelle (article R2172-23).",
        "Si seule la recherche est achetée, un marché de recherche et développement peut suffire (article L2512-5). C’est rare pour une commune.",
    ),
    "group": (
        "Une convention est signée par tous les membres avant la consultation : elle dit qui passe le marché et qui l’exécute.",
        "Le montant compté est celui de tous les membres ensemble.",
        "Les membres ne répondent solidairement que de ce qui est fait en leur nom à tous.",
    ),
    "experiment_convention": (
        "Rien n’est payé et rien n’est dû : ni exclusivité, ni promesse d’achat, ni données remises en échange.",
        "La convention dit la date de fin, le retrait du matériel, l’assurance et la protection des données.",
        "Dans l’espace public, une occupation à but économique demande en principe de choisir entre des candidats (ordonnance 2017-562) : un appel ouvert y répond.",
    ),
}

PUBLICITY = {
    "free": "Publicité : vous choisissez celle qui est adaptée au besoin (article R2131-12).",
    "boamp_or_jal": "Publicité : un avis au BOAMP ou dans un journal d’annonces légales (article R2131-12).",
    "social_free": "Publicité : vous choisissez celle qui est adaptée au besoin (services sociaux et autres services spécifiques).",
    "eu_notice": "Publicité : un avis au Journal officiel de l’Union européenne (services sociaux et autres services spécifiques).",
    "unknown": "Publicité : notre table n’a pas de seuil à cette date pour votre type d’acheteur. Demandez à votre service.",
}
