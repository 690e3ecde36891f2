"""Memory and processor time of processes, as Linux tells them under /proc."""

import os
from pathlib import Path
from typing import NamedTuple

_PROC = Path("/proc")
_USER, _SYSTEM = 11, 12  # fields of /proc/PID/stat behind the name of the program, in ticks of the clock


class Usage(NamedTuple):
    """Resident memory in MiB, the same with each shared page split among those who share it, seconds of
    processor time, and of the resident memory what is of no file: pages of mapped files are read again at
    need, so that the system may take them back.
    """

    resident: float
    share: float
    processor: float
    own: float


def usage(pid: int) -> Usage | None:
    """What a process uses now; None where it has ended."""
    try:
        rollup = (_PROC / str(pid) / "smaps_rollup").read_text()
        stat = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    kibibytes = {
        name: int(rest.split()[0])
        for name, _, rest in (line.partition(":") for line in rollup.splitlines()[1:])
    }
    ticks = int(stat[_USER]) + int(stat[_SYSTEM])
    return Usage(
        kibibytes["Rss"] / 1024,
        kibibytes["Pss"] / 1024,
        ticks / os.sysconf("SC_CLK_TCK"),
        kibibytes["Anonymous"] / 1024,
    )


def descendants(pid: int) -> list[int]:
    """The processes that a process started, those that they started, and so on; those of now."""
    found: list[int] = []
    for task in (_PROC / str(pid) / "task").glob("*/children"):
        try:
            children = [int(child) for child in task.read_text().split()]
        except OSError:
            continue
        for child in children:
            found += [child, *descendants(child)]
    return found
