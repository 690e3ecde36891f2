"""Documents read by processes of their own: what kills or holds up one of them costs one document."""

import hashlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from test_robustness import small_pdf

from ingest.reading_pool import ReadingPool
from ingest.reading_worker import Answer, ReadDocument, ReadingLimits, Source, answer, fingerprint

GOOD = "La Fundación Norte organizó un taller sobre garantías en Lima, Perú, el 3 de mayo de 2011.\n"
# Takes many seconds, and much memory, with nothing hostile in it.
LONG = GOOD * 4_500
LIMITS = ReadingLimits(max_bytes=2**26, max_pages=100)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits of memory and /proc are Linux's")


def source(path: Path, content: str | bytes) -> Source:
    data = content.encode() if isinstance(content, str) else content
    path.write_bytes(data)
    return Source(path, path.name, hashlib.sha256(data).hexdigest())


def names(outcomes: list[ReadDocument | str]) -> list[str]:
    """What became of each document: its name, or the reason why it was given up."""
    return [outcome if isinstance(outcome, str) else outcome.document.name for outcome in outcomes]


def children(parent: int) -> list[int]:
    lists = Path(f"/proc/{parent}/task").glob("*/children")  # each thread has its own
    return [int(pid) for listed in lists for pid in listed.read_text("ascii").split()]


def reading() -> tuple[int, int] | None:
    """The ids of the nursery of this process and of a worker of it that is at work, if there is one."""
    for nursery in children(os.getpid()):
        for worker in children(nursery):
            spent = Path(f"/proc/{worker}/stat").read_text("ascii").rsplit(")", 1)[1].split()[11]
            if int(spent) > 30:  # hundredths of a second: it is past the start and at the long document
                return nursery, worker
    return None


def awaited(look: Callable[[], Any], *, seconds: float = 60.0) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := look()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return found


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What became of documents that take too long, too much memory, or change, with good ones among them."""
    folder = tmp_path_factory.mktemp("hostile")
    page = b"BT /F 1 Tf " + b"1 0 0 1 0 0 Tm (aaaaaaaaaaaaaaaa) Tj " * 200_000 + b"ET"
    sources = [
        source(folder / "a.txt", GOOD),
        source(folder / "long.txt", LONG),
        source(folder / "bomb.pdf", small_pdf(page, compressed=True)),
        source(folder / "b.txt", GOOD),
        source(folder / "changed.txt", GOOD),
        source(folder / "gone.txt", GOOD),
        source(folder / "c.txt", GOOD),
    ]
    (folder / "changed.txt").write_text("Otra cosa.", encoding="utf-8")
    (folder / "gone.txt").unlink()
    limits = ReadingLimits(max_bytes=2**26, max_pages=100, memory_mb=64, seconds=2.0)
    with ReadingPool(limits, workers=2) as pool:
        return names(list(pool.read(sources)))


def test_the_good_documents_among_hostile_ones_are_read_in_their_order(hostile: list[str]) -> None:
    assert [name for name in hostile if "/" not in name] == ["a.txt", "b.txt", "c.txt"]
    assert [hostile.index(name) for name in ("a.txt", "b.txt", "c.txt")] == [0, 3, 6]


@pytest.mark.parametrize(
    ("at", "name", "reason"),
    [
        (1, "long.txt", "not read within 3 s, the limit for its size; split it"),
        (2, "bomb.pdf", "more than 64 MiB of memory"),
        (4, "changed.txt", "changed while it was being read"),
        (5, "gone.txt", "is not there any more"),
    ],
)
def test_each_hostile_document_is_given_up_with_its_reason(
    hostile: list[str], at: int, name: str, reason: str
) -> None:
    assert f"/{name}: " in hostile[at]
    assert reason in hostile[at]


def test_a_killed_worker_costs_its_document_and_a_killed_nursery_none(tmp_path: Path) -> None:
    sources = [source(tmp_path / "long.txt", LONG), *(source(tmp_path / f"{n}.txt", GOOD) for n in range(3))]
    killed: list[int] = []

    def kill(which: int) -> None:
        if found := awaited(reading):
            killed.append(found[which])
            os.kill(found[which], signal.SIGKILL)

    with ReadingPool(LIMITS, workers=1) as pool:
        outcomes = pool.read(sources)
        first = threading.Thread(target=kill, args=[0])
        first.start()
        first_result: list[str] = []
        waiting = threading.Thread(target=lambda: first_result.extend(names([next(outcomes)])))
        waiting.start()
        first.join()
        awaited(lambda: killed[0] not in children(os.getpid()))
        kill(1)
        waiting.join()
        rest = names(list(outcomes))

    assert len(set(killed)) == 2
    assert "long.txt: the process that read it was killed (SIGKILL)" in first_result[0]
    assert rest == ["0.txt", "1.txt", "2.txt"]


def test_leaving_in_the_middle_ends_all_processes_at_once(tmp_path: Path) -> None:
    sources = [source(tmp_path / f"{n}.txt", LONG) for n in range(3)]
    found = None
    with ReadingPool(LIMITS, workers=2) as pool:
        waiting = threading.Thread(target=lambda: next(pool.read(sources), None))
        waiting.start()
        found = awaited(reading)
        began = time.monotonic()
    waiting.join()
    assert time.monotonic() - began < 5
    assert found
    assert not any(pid in children(os.getpid()) for pid in found)
    assert awaited(lambda: not Path(f"/proc/{found[1]}").exists())


def test_a_fault_of_the_program_is_told_with_its_place(tmp_path: Path) -> None:
    """A path of a wrong type stands for what no reader foresees."""
    wrong: Any = b"a.txt"
    told = answer(Source(tmp_path, wrong, ""), limits=LIMITS)
    assert isinstance(told, Answer)
    assert told.spent
    assert "a fault of the program" in str(told.outcome)
    assert "please report it" in str(told.outcome)


def test_a_fingerprint_tells_a_directory_from_itself_with_another_file_of_columns() -> None:
    document, first, second = (hashlib.sha256(data).hexdigest() for data in (b"a", b"b", b"c"))
    assert fingerprint(document) == document
    assert len({document, fingerprint(document, first), fingerprint(document, second)}) == 3


@pytest.fixture(autouse=True)
def no_process_is_left() -> Iterator[None]:
    before = set(children(os.getpid()))
    yield
    assert awaited(lambda: set(children(os.getpid())) <= before, seconds=5)
