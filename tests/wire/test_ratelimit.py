"""Limits that all workers of a machine share."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from dragoman.wire.ratelimit import RateLimits


@pytest.fixture
def limits(tmp_path: Path) -> Iterator[RateLimits]:
    made = RateLimits(str(tmp_path / "limits.bin"))
    yield made
    made.close()


def test_a_bucket_empties_and_fills(limits: RateLimits, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("dragoman.wire.ratelimit.time.time", lambda: now[0])
    assert [limits.take("a", per_second=2, burst=3) for _ in range(3)] == [0.0, 0.0, 0.0]
    assert limits.take("a", per_second=2, burst=3) == pytest.approx(0.5)
    assert limits.take("b", per_second=2, burst=3) == 0.0
    now[0] += 0.5
    assert limits.take("a", per_second=2, burst=3) == 0.0
    now[0] += 100
    assert [limits.take("a", per_second=2, burst=3) > 0 for _ in range(4)] == [False] * 3 + [True]


def test_a_window_ends(limits: RateLimits, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("dragoman.wire.ratelimit.time.time", lambda: now[0])
    assert [limits.hit("a", limit=2, window_s=60) for _ in range(3)] == [0, 0, 60]
    assert limits.full("a", limit=2, window_s=60) == 60
    now[0] += 59.5
    assert limits.hit("a", limit=2, window_s=60) == 1
    now[0] += 1
    assert limits.full("a", limit=2, window_s=60) == 0
    assert limits.hit("a", limit=2, window_s=60) == 0
    limits.forget("a")
    assert limits.full("a", limit=1, window_s=60) == 0


def test_processes_count_together(tmp_path: Path) -> None:
    path = str(tmp_path / "limits.bin")
    reading, writing = os.pipe()
    children = []
    for _ in range(3):
        pid = os.fork()
        if pid == 0:
            own = RateLimits(path)
            taken = sum(own.take("a", per_second=1e-9, burst=100) == 0.0 for _ in range(80))
            os.write(writing, bytes([taken]))
            os._exit(0)
        children.append(pid)
    for pid in children:
        os.waitpid(pid, 0)
    assert sum(os.read(reading, 3)) == 100
    os.close(reading)
    os.close(writing)
