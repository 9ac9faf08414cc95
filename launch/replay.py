"""Past rankings computed again from a terminal: ``python -m launch replay 12``, ``--last 20``, ``--all``.

Exit code: 0 when each came out the same; 1 when one did not, or when what was stored was changed; 3 when none did so but
some were made by other versions of the encoder or of the ranking, which this installation cannot compute again.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any

from launch.checks import LaunchError
from settings import Settings

SAME, DIFFERENT, NOT_HERE = 0, 1, 3


def replay_rankings(settings: Settings, *, number: int | None, last: int | None) -> int:
    """Replay one ranking, the ``last`` ones, or all (neither given). Returns the exit code."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from matching.encoder import EncoderUnavailable
    from webapp import create_app

    with create_app(settings).app_context():
        try:
            return print_replays(number=number, last=last)
        except EncoderUnavailable as error:
            raise LaunchError(f"Le modèle ne se charge pas : vérifiez ENCODER_MODEL. [{error}]") from None


def print_replays(*, number: int | None, last: int | None) -> int:
    """The same in an application context: a line for each, the outcome kept on each. Returns the exit code."""
    from models.ranking import ALARMS
    from workers.replay import chosen_rankings, replay_many

    chosen = chosen_rankings(number=number, last=last)
    if number is not None and not chosen:
        raise LaunchError(f"Il n’y a pas de classement n° {number}.")
    verdicts = []
    for ranking, replay in replay_many(chosen, _show_progress):
        verdicts.append(replay.verdict)
        made = f"{ranking.made_at:%Y-%m-%d %H:%M} UTC"
        print(f"n° {ranking.id}, besoin {ranking.need_id}, {made} : {in_words(ranking, replay.found)}")
    wrong, elsewhere = sum(v in ALARMS for v in verdicts), verdicts.count("other_version")
    same = len(verdicts) - wrong - elsewhere
    print(
        f"{len(verdicts)} rejoués : {same} identiques, {wrong} différents, {elsewhere} d’une autre version."
    )
    return DIFFERENT if wrong else NOT_HERE if elsewhere else SAME


def in_words(ranking: Any, found: Mapping[str, Any]) -> str:
    """The verdict as a sentence, with where it differs."""
    places = ", ".join(map(str, found.get("places", ())))
    match ranking.verdict:
        case "identical":
            return f"identique ({len(ranking.outcome)} places)"
        case "rescored":
            return f"MÊME ORDRE, AUTRES SCORES aux places {places}"
        case "differs":
            return f"DIFFÈRE aux places {places}"
        case "altered":
            return f"CE QUI ÉTAIT GARDÉ A CHANGÉ : {found['altered']}"
    made_by = f"{ranking.encoder_version}, {ranking.ranking_version}"
    here = f"{found['encoder_version']}, {found['ranking_version']}"
    stored = [one["solution"] for one in ranking.outcome]
    now = [one["solution"] for one in found["outcome"]]
    same = sum(solution in stored for solution in now)
    return f"impossible ici (fait par {made_by} ; ici {here}, qui donnerait {same} des {len(stored)} mêmes)"


def _show_progress(done: int, of: int) -> None:
    if sys.stderr.isatty():
        end = "\n" if done >= of else ""
        print(f"\r  {done} textes sur {of}", end=end, file=sys.stderr, flush=True)
