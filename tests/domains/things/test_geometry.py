"""Shapes: what is valid, what contains a point."""

from typing import Any

import pytest

from dragoman.core.faults import BadValue
from dragoman.domains.things import geometry

SQUARE = [[0, 0], [0, 10], [10, 10], [10, 0]]


@pytest.mark.parametrize(
    "shape",
    [
        {"type": "polygon", "points": SQUARE},
        {"type": "polyline", "points": SQUARE[:2]},
        {"type": "rectangle", "points": SQUARE[:2]},
        {"type": "rectangle", "points": SQUARE},
        {"type": "marker", "center": [90, -180]},
        {"type": "circle", "center": [1, 2], "radius": 0.5},
        {"type": "route", "trips": [{"type": "direct", "points": SQUARE, "waypoints": []}]},
        {"type": "cloud", "anything": 1},
    ],
)
def test_valid_shapes(shape: dict[str, Any]) -> None:
    geometry.check_shape(shape)


@pytest.mark.parametrize(
    "shape",
    [
        {},
        {"type": 5},
        {"type": "polygon", "points": SQUARE[:2]},
        {"type": "polyline", "points": SQUARE[:1]},
        {"type": "rectangle", "points": SQUARE[:3]},
        {"type": "polygon", "points": "x"},
        {"type": "polygon", "points": [[0, 0], [0, 10], [10, "x"]]},
        {"type": "polygon", "points": [[0, 0], [0, 181], [10, 0]]},
        {"type": "marker", "center": [91, 0]},
        {"type": "marker", "center": [True, 0]},
        {"type": "circle", "center": [1, 2], "radius": 0},
        {"type": "circle", "center": [1, 2], "radius": "9"},
        {"type": "route", "trips": [{"type": "x"}]},
        {"type": "route"},
    ],
)
def test_invalid_shapes(shape: dict[str, Any]) -> None:
    with pytest.raises(BadValue):
        geometry.check_shape(shape)


@pytest.mark.parametrize(
    ("shape", "inside", "outside"),
    [
        ({"type": "polygon", "points": SQUARE}, (5, 5), (5, 11)),
        ({"type": "rectangle", "points": [[0, 0], [10, 10]]}, (10, 0), (10.1, 0)),
        ({"type": "rectangle", "points": SQUARE}, (1, 1), (-1, 1)),
        ({"type": "circle", "center": [47, 28], "radius": 1000}, (47.0089, 28), (47.0091, 28)),
    ],
)
def test_contains(
    shape: dict[str, Any], inside: tuple[float, float], outside: tuple[float, float]
) -> None:
    assert geometry.contains(shape, *inside)
    assert not geometry.contains(shape, *outside)


@pytest.mark.parametrize("kind", ["marker", "polyline", "route", "cloud"])
def test_shapes_that_contain_nothing(kind: str) -> None:
    assert not geometry.contains({"type": kind, "points": SQUARE, "center": [5, 5]}, 5, 5)
