"""The queues before the query processes, and the answers that are kept behind them."""

import threading
import time

import pytest

from graph.answer_cache import AnswerCache
from graph.lanes import Lane, LaneFull


def test_first_come_first_served() -> None:
    lane, order = Lane(slots=1, waiting=5), []
    assert lane.enter(timeout=0)

    def wait(name: int) -> None:
        assert lane.enter(timeout=5)
        order.append(name)
        lane.leave()

    threads = []
    for name in range(5):
        threads.append(threading.Thread(target=wait, args=[name]))
        threads[-1].start()
        time.sleep(0.02)
    assert not lane.try_enter(), "nobody passes those who wait"
    lane.leave()
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2, 3, 4]
    assert lane.has_room


def test_no_more_wait_than_may_and_no_longer() -> None:
    lane = Lane(slots=1, waiting=1)
    assert lane.enter(timeout=0)
    waiter = threading.Thread(target=lane.enter, kwargs={"timeout": 0.3})
    waiter.start()
    time.sleep(0.05)
    with pytest.raises(LaneFull):
        lane.enter(timeout=1)
    waiter.join()
    started = time.monotonic()
    assert not lane.enter(timeout=0.1)
    assert 0.1 <= time.monotonic() - started < 1
    lane.leave()
    assert lane.try_enter(), "who gave up waiting does not hold a place"


def test_answers_used_last_are_kept_and_large_ones_are_not() -> None:
    cache: AnswerCache[str] = AnswerCache(max_bytes=100, max_entry=50)
    for name in "abc":
        cache.put(name, name.upper(), size=40)
        assert cache.get("a") == "A", "it was used since the others came"
    assert (cache.get("a"), cache.get("b"), cache.get("c")) == ("A", None, "C")
    cache.put("d", "D", size=51)
    assert cache.get("d") is None
