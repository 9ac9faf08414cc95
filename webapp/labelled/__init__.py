"""The French word for each stored value, one file for each area. labels.py reads them all."""

from __future__ import annotations

from typing import Any

from webapp.labelled import (
    alerts,
    attachments,
    evaluation,
    figures,
    gatherings,
    interests,
    matches,
    needs,
    organizations,
    procurement,
    questions,
    rankings,
    register,
    responses,
    solutions,
)

#: One line for each area, so that two hands rarely meet.
LABELS: dict[str, dict[str, Any]] = {
    **needs.LABELS,
    **solutions.LABELS,
    **matches.LABELS,
    **interests.LABELS,
    **responses.LABELS,
    **evaluation.LABELS,
    **organizations.LABELS,
    **rankings.LABELS,
    **attachments.LABELS,
    **procurement.LABELS,
    **questions.LABELS,
    **alerts.LABELS,
    **register.LABELS,
    **gatherings.LABELS,
    **figures.LABELS,
}
