"""Shapes on the map: which are valid, and whether a point lies inside. Source: spec/rightech 9."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from dragoman.core.faults import BadValue

_EARTH_M = 6_371_008.8
_POINTS = {"polygon": (3, None), "polyline": (2, None), "rectangle": (2, 4)}


def check_shape(shape: Mapping[str, Any]) -> None:
    """Refuse a known shape with too few or impossible points; other types pass unchecked. Raises
    BadValue.
    """
    kind = shape.get("type")
    if not isinstance(kind, str) or not kind:
        raise BadValue("shape.type", "must name a shape")
    if kind in _POINTS:
        _check_points(kind, shape.get("points"))
    elif kind in ("marker", "circle"):
        if not _is_place(shape.get("center")):
            raise BadValue("shape.center", "must be [lat, lon]")
        if kind == "circle" and not (is_number(shape.get("radius")) and shape["radius"] > 0):
            raise BadValue("shape.radius", "must be a positive number of metres")
    elif kind == "route":
        trips = shape.get("trips")
        if not isinstance(trips, list) or not all(_is_trip(trip) for trip in trips):
            raise BadValue("shape.trips", "must be a list of trips")


def _check_points(kind: str, points: Any) -> None:
    if not isinstance(points, list) or not all(map(_is_place, points)):
        raise BadValue("shape.points", "must be a list of [lat, lon]")
    least, _ = _POINTS[kind]
    if len(points) < least or (kind == "rectangle" and len(points) not in (2, 4)):
        raise BadValue("shape.points", f"are too few or too many for a {kind}")


def _is_trip(trip: Any) -> bool:
    if not isinstance(trip, dict) or trip.get("type") not in ("direct", "return"):
        return False
    points = trip.get("points", [])
    return isinstance(points, list) and all(_is_place(point) for point in points)


def is_number(value: Any) -> bool:
    """A finite number, not a boolean."""
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and (isinstance(value, int) or math.isfinite(value))
    )


def _is_place(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(map(is_number, value))
        and -90 <= value[0] <= 90
        and -180 <= value[1] <= 180
    )


def contains(shape: Mapping[str, Any], lat: float, lon: float) -> bool:
    """Whether the point is inside; markers, lines and routes contain nothing."""
    kind = shape.get("type")
    if kind == "circle":
        return bool(distance_m(shape["center"], (lat, lon)) <= shape["radius"])
    if kind == "polygon":
        return _in_polygon(shape["points"], lat, lon)
    if kind == "rectangle":
        points = shape["points"]
        if len(points) == 4:
            return _in_polygon(points, lat, lon)
        lats, lons = sorted(point[0] for point in points), sorted(point[1] for point in points)
        return bool(lats[0] <= lat <= lats[1] and lons[0] <= lon <= lons[1])
    return False


def _in_polygon(points: Sequence[Sequence[float]], lat: float, lon: float) -> bool:
    inside = False
    last_lat, last_lon = points[-1]
    for here_lat, here_lon in points:
        if (here_lat > lat) != (last_lat > lat):
            at = (last_lon - here_lon) * (lat - here_lat) / (last_lat - here_lat) + here_lon
            inside ^= lon < at
        last_lat, last_lon = here_lat, here_lon
    return inside


def distance_m(a: Sequence[float], b: Sequence[float]) -> float:
    """Great circle distance of two [lat, lon] in metres (haversine)."""
    lat_a, lat_b = math.radians(a[0]), math.radians(b[0])
    d_lat, d_lon = lat_b - lat_a, math.radians(b[1] - a[1])
    h = math.sin(d_lat / 2) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(d_lon / 2) ** 2
    return 2 * _EARTH_M * math.asin(min(1.0, math.sqrt(h)))
