"""The clock: each bell, the job that answers it, and how often it is rung even when nobody rang.

The period is a promise: a debt whose bell was lost (Redis stopped, a worker killed) waits no longer than that.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Errand:
    """A bell, the import path of the function without arguments that answers it, and its period in seconds."""

    bell: str
    path: str
    every_seconds: int


ERRANDS = (
    Errand("propose_matches", "workers.matches.propose_matches", 10),
    # Often: a decision of the team leaves one minute later, and nobody rings then.
    Errand("deliver_notifications", "workers.mail.deliver_notifications", 10),
    # After a publication; a minute later at most, everybody at the same instant.
    Errand("look_for_alerts", "workers.alerts.look_for_alerts", 60),
    # Owed ahead: they leave at eight.
    Errand("send_digests", "workers.digests.send_digests", 600),
    # Rung when a file comes in and when it is decided; the clock finds what a stopped worker left.
    Errand("run_imports", "workers.imports.run_imports", 60),
    Errand("check_attachments", "workers.attachments.check_attachments", 10),
    Errand("write_campaigns", "workers.campaigns.write_campaigns", 60),
    Errand("expire_invitations", "workers.campaigns.expire_invitations", 24 * 3600),
    Errand("replay_rankings", "workers.replay.replay_rankings", 60),
    # So that a worker begins in seconds with 100 000 solutions; nothing is written while little has changed.
    Errand("keep_index", "workers.corpus.keep_index", 300),
    Errand("close_due_needs", "workers.upkeep.close_due_needs", 60),
    # At midnight in Paris, a minute later at most.
    Errand("keep_calls", "workers.open_calls.keep_calls", 60),
    Errand("end_past_events", "workers.events.end_past_events", 600),
    Errand("wake_snoozed_matches", "workers.upkeep.wake_snoozed_matches", 60),
    Errand("stop_waiting_for_clarifications", "workers.upkeep.stop_waiting_for_clarifications", 600),
    # Hourly: it looks whether there is news (25 decisions, or a day since the last time), and mostly there is none.
    Errand("learn_from_decisions", "workers.learning.learn_from_decisions", 3600),
    Errand("remind_people", "workers.reminders.remind_people", 3600),
    Errand("sweep_files", "workers.attachments.sweep_files", 3600),
    Errand("archive_old_needs", "workers.upkeep.archive_old_needs", 24 * 3600),
    Errand("forget_old_sign_ins", "workers.upkeep.forget_old_sign_ins", 24 * 3600),
)

BELLS = {errand.bell: errand for errand in ERRANDS}


def keep_time(
    ring: Callable[[str], object], wait: Callable[[float], bool], errands: tuple[Errand, ...] = ERRANDS
) -> None:
    """Ring every bell at once, then each at its period, until ``wait(seconds)`` says that it is time to stop.

    One clock is enough, and a second does no harm: a bell that still waits in the queue is not doubled.
    """
    due = {errand.bell: time.monotonic() for errand in errands}
    periods = {errand.bell: errand.every_seconds for errand in errands}
    while due:
        bell, at = min(due.items(), key=lambda entry: entry[1])
        if wait(max(0.0, at - time.monotonic())):
            return
        ring(bell)
        # Counted from now, not from `at`: after a sleep of the machine each bell rings once, not once a missed period.
        due[bell] = time.monotonic() + periods[bell]
