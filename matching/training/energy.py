"""What a computation costs: seconds, and joules where the processor counts them."""

from __future__ import annotations

import resource
import time
from pathlib import Path

COUNTERS = Path("/sys/class/powercap")

# Where nothing is counted (most virtual machines): what one busy core of a server draws, with its share of memory. An order
# of magnitude, and said so.
ASSUMED_WATTS_A_CORE = 12.0


class Meter:
    """Counts from the moment it is made."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._busy = _busy_seconds()
        self._joules = _joules()

    def told(self) -> str:
        """One sentence: seconds, then energy, measured or assumed."""
        seconds, busy = time.monotonic() - self._started, _busy_seconds() - self._busy
        if self._joules is not None and (now := _joules()) is not None and now >= self._joules:
            energy = f"{(now - self._joules) / 3600:.2f} Wh measured (RAPL, whole processor)"
        else:
            energy = f"about {busy * ASSUMED_WATTS_A_CORE / 3600:.2f} Wh, assuming {ASSUMED_WATTS_A_CORE:.0f} W a busy core"
        return f"{seconds:.0f} s, {busy:.0f} s of processor, {energy}"


def _busy_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _joules() -> float | None:
    try:
        counters = [int(file.read_text()) for file in COUNTERS.glob("intel-rapl:*/energy_uj")]
    except (OSError, ValueError):
        return None
    return sum(counters) / 1e6 if counters else None
