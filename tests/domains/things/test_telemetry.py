"""Generated packets follow docs/fixtures.md: the same story at every load."""

from pathlib import Path
from typing import Any

import pytest

from dragoman.core.loading import BadFixture
from dragoman.domains.things.telemetry import Series
from tests.support.things import loading

HOUR = 3_600_000
NOON = 1_767_268_800_000  # 2026-01-01T12:00:00Z


def series(folder: Path, **plan: Any) -> list[dict[str, Any]]:
    whole = {"every": "1h", "for": "24h", **plan}
    return list(Series("o", whole, [47.0, 28.0], "p", loading(folder, NOON)).packets())


def values(folder: Path, shape: Any) -> list[Any]:
    return [one["x"] for one in series(folder, fields={"x": shape})]


def test_times_and_place(tmp_path: Path) -> None:
    found = series(tmp_path)
    assert [one["time"] for one in found] == [NOON - (23 - k) * HOUR for k in range(24)]
    assert (found[0]["lat"], found[0]["lon"]) == (47.0, 28.0)


def test_shapes(tmp_path: Path) -> None:
    wave = values(tmp_path, {"wave": [10, 20]})
    assert (wave[-1], wave[11]) == (20, 10)
    day = values(tmp_path, {"wave": [0, 100], "day": ["06:00", "18:00"], "digits": 0})
    assert (day[-1], day[11], day[-7]) == (100, 0, 0)
    ramp = values(tmp_path, {"ramp": [0, 23]})
    assert ramp == [float(k) for k in range(24)]
    assert values(tmp_path, {"saw": [0, 12], "period": "12h"})[-1] == 12
    steps = values(tmp_path, {"steps": {"00:00": "night", "06:00": "day"}})
    assert (steps[-1], steps[11]) == ("day", "night")
    assert values(tmp_path, "2.4.0")[0] == "2.4.0"
    assert values(tmp_path, {"value": 5, "min": 6, "digits": 0})[0] == 6


def test_noise_is_the_same_every_time(tmp_path: Path) -> None:
    shape = {"value": 0, "noise": 2, "digits": 3}
    once = values(tmp_path, shape)
    assert once == values(tmp_path, shape)
    assert len(set(once)) > 20
    assert all(-2 <= value <= 2 for value in once)


def test_falling_silent(tmp_path: Path) -> None:
    found = series(tmp_path, until="-3h")
    assert found[-1] == {"time": NOON - 2 * HOUR, "online": False}
    assert found[-2]["time"] == NOON - 3 * HOUR


def test_route(tmp_path: Path) -> None:
    route = {"points": [[47, 28], [48, 28], [47, 28]], "depart": ["10:00"], "minutes": 120}
    found = {one["time"]: one for one in series(tmp_path, route=route)}
    stopped = {"lat": 47, "lon": 28, "speed": 0, "ignition": False, "heading": 0}
    assert found[NOON - 3 * HOUR] == {"time": NOON - 3 * HOUR, **stopped}
    turning = found[NOON - HOUR]
    assert turning["lat"] == pytest.approx(48)
    assert (turning["speed"], turning["ignition"]) == (111, True)


def test_what_cannot_be_read(tmp_path: Path) -> None:
    for plan in ({"every": "often"}, {"colour": 1}, {"fields": {"x": {"wobble": 1}}}):
        with pytest.raises(BadFixture):
            series(tmp_path, **plan)
