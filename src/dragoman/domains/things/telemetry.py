"""Invented telemetry for fixtures: what docs/fixtures.md, "Generated packets", describes.

Every value follows from its time and its place in the series, so loading twice tells the same
story.
"""

import math
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from dragoman.core.loading import Loading
from dragoman.domains.things.geometry import distance_m

_DAY_MS = 86_400_000
_PART = re.compile(r"(\d+)([wdhms])")
_UNIT_MS = {"w": 604_800_000, "d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1000}
_KNOWN = {"every", "for", "until", "fields", "route"}
_FIELD = {
    "wave",
    "peak",
    "day",
    "ramp",
    "saw",
    "period",
    "steps",
    "value",
    "noise",
    "min",
    "max",
    "digits",
}


def duration_ms(text: Any, place: str, loading: Loading) -> int:
    """Milliseconds of `1h30m`."""
    if not isinstance(text, str) or not re.fullmatch(r"(\d+[wdhms])+", text):
        loading.fail(place, f"{text!r} is no duration")
    return sum(int(number) * _UNIT_MS[unit] for number, unit in _PART.findall(text))


def _clock_ms(text: str) -> int:
    hours, _, minutes = text.partition(":")
    return (int(hours) * 60 + int(minutes)) * 60_000


def _day_start(at_ms: int) -> int:
    return at_ms - at_ms % _DAY_MS


class Series:
    """The packets of one object. position: where it stands; route and fields as in the fixture."""

    def __init__(
        self, object_id: str, plan: Mapping[str, Any], position: Any, place: str, loading: Loading
    ) -> None:
        unknown = sorted(set(plan) - _KNOWN)
        if unknown:
            loading.fail(f"{place}.{unknown[0]}", "unknown member")
        self._id = object_id
        self._position = position
        self._fields = plan.get("fields", {})
        for name, shape in self._fields.items():
            extra = sorted(set(shape) - _FIELD) if isinstance(shape, dict) else []
            if extra:
                loading.fail(f"{place}.fields.{name}.{extra[0]}", "unknown member")
        self._every = duration_ms(plan.get("every"), f"{place}.every", loading)
        span = duration_ms(plan.get("for"), f"{place}.for", loading)
        if not self._every or span // self._every > 100_000:
            loading.fail(f"{place}.every", "makes too many packets")
        self._count = span // self._every
        self._until = loading.at_ms(plan.get("until", "now"), f"{place}.until")
        self._silent = self._until < loading.now_ms
        route = plan.get("route")
        self._route = Route(route) if route is not None else None

    def packets(self) -> Iterator[dict[str, Any]]:
        """Oldest first; one that fell silent ends with `online: false`."""
        for k in range(self._count):
            at_ms = self._until - (self._count - 1 - k) * self._every
            packet = {
                name: self._value(name, shape, at_ms, k) for name, shape in self._fields.items()
            }
            packet["time"] = at_ms
            if self._route is not None:
                packet.update(self._route.at(at_ms))
            elif self._position is not None:
                packet["lat"], packet["lon"] = self._position
            yield packet
        if self._silent:
            yield {"time": self._until + self._every, "online": False}

    def _value(self, name: str, shape: Any, at_ms: int, k: int) -> Any:
        if not isinstance(shape, dict):
            return shape
        if "steps" in shape:
            return _step(shape["steps"], at_ms)
        kind = next(kind for kind in _SHAPES if kind in shape)
        value, floor, quiet = _SHAPES[kind](shape, at_ms, k, self._count)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return value
        noise = shape.get("noise", 0)
        if noise and not quiet:
            dice = random.Random(f"{self._id}/{name}/{k}")  # noqa: S311 # invented telemetry
            value += dice.uniform(-1, 1) * noise
        low = shape.get("min", floor)
        if low is not None:
            value = max(value, low)
        if "max" in shape:
            value = min(value, shape["max"])
        digits = shape.get("digits", 1)
        return round(value, digits) if digits else round(value)


_Shaped = tuple[Any, Any, bool]  # the value, what it never goes below, whether it has no noise


def _wave(shape: Mapping[str, Any], at_ms: int, k: int, count: int) -> _Shaped:
    low, high = shape["wave"]
    now = at_ms - _day_start(at_ms)
    if "day" in shape:
        start, end = map(_clock_ms, shape["day"])
        if not start <= now <= end:
            return low, low, True
        return low + (high - low) * math.sin(math.pi * (now - start) / (end - start)), low, False
    peak = _clock_ms(shape.get("peak", "12:00"))
    share = (1 + math.cos(2 * math.pi * (now - peak) / _DAY_MS)) / 2
    return low + (high - low) * share, None, False


def _ramp(shape: Mapping[str, Any], at_ms: int, k: int, count: int) -> _Shaped:
    first, last = shape["ramp"]
    return first + (last - first) * (k / (count - 1) if count > 1 else 0), None, False


def _saw(shape: Mapping[str, Any], at_ms: int, k: int, count: int) -> _Shaped:
    low, high = shape["saw"]
    found = _PART.findall(shape["period"])
    period = sum(int(number) * _UNIT_MS[unit] for number, unit in found)
    return high - (high - low) * (at_ms % period) / period, None, False


def _plain(shape: Mapping[str, Any], at_ms: int, k: int, count: int) -> _Shaped:
    return shape["value"], None, False


_SHAPES: Mapping[str, Callable[[Mapping[str, Any], int, int, int], _Shaped]] = {
    "wave": _wave,
    "ramp": _ramp,
    "saw": _saw,
    "value": _plain,
}


def _step(steps: Mapping[str, Any], at_ms: int) -> Any:
    now = at_ms - _day_start(at_ms)
    return steps[max(at for at in steps if _clock_ms(at) <= now)]


class Route:
    """A way that is driven at fixed times of the day."""

    def __init__(self, route: Mapping[str, Any]) -> None:
        self._points: Sequence[Sequence[float]] = route["points"]
        self._departs = [_clock_ms(text) for text in route["depart"]]
        self._length_ms = route["minutes"] * 60_000
        pairs = zip(self._points, self._points[1:], strict=False)
        self._legs_m = [distance_m(a, b) for a, b in pairs]
        self._whole_m = sum(self._legs_m)

    def at(self, at_ms: int) -> dict[str, Any]:
        """Where the vehicle is, how fast and which way."""
        for day in (0, _DAY_MS):
            start = _day_start(at_ms) - day
            for depart in self._departs:
                gone = at_ms - start - depart
                if 0 <= gone <= self._length_ms:
                    return self._driving(gone / self._length_ms)
        lat, lon = self._points[0]
        return {"lat": lat, "lon": lon, "speed": 0, "ignition": False, "heading": 0}

    def _driving(self, share: float) -> dict[str, Any]:
        left = share * self._whole_m
        leg = 0
        while leg < len(self._legs_m) - 1 and left > self._legs_m[leg]:
            left -= self._legs_m[leg]
            leg += 1
        part = min(1.0, left / self._legs_m[leg]) if self._legs_m[leg] else 0.0
        a, b = self._points[leg], self._points[leg + 1]
        hours = self._length_ms / 3_600_000
        return {
            "lat": round(a[0] + (b[0] - a[0]) * part, 6),
            "lon": round(a[1] + (b[1] - a[1]) * part, 6),
            "speed": round(self._whole_m / 1000 / hours),
            "ignition": True,
            "heading": round(_heading(a, b)) % 360,
        }


def _heading(a: Sequence[float], b: Sequence[float]) -> float:
    lat_a, lat_b, d_lon = math.radians(a[0]), math.radians(b[0]), math.radians(b[1] - a[1])
    east = math.sin(d_lon) * math.cos(lat_b)
    north = math.cos(lat_a) * math.sin(lat_b) - math.sin(lat_a) * math.cos(lat_b) * math.cos(d_lon)
    return math.degrees(math.atan2(east, north)) % 360
