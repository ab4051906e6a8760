"""What tokens and roles permit, as lists of texts. Source: spec/rightech R3.11, R3.13.

POST /objects/:id/packets     :name fits one segment
GET /objects/*                /objects and everything below it
*    * /objects
objects_get  objects_one_patch  objects_one_packets_post      the older spelling
"""

import re
from collections.abc import Sequence
from functools import lru_cache

import msgspec

_OLD = re.compile(r"([a-z]+)(?:_(one)(?:_([a-z_\-]+?))?)?_(get|post|patch|delete)\Z", re.IGNORECASE)


class _Rule(msgspec.Struct, frozen=True):
    """method: `*` for any. wanted: segments of a path; whole: and everything below it."""

    method: str
    wanted: tuple[str, ...]
    whole: bool

    def fits(self, method: str, parts: Sequence[str]) -> bool:
        """Whether a call is permitted; or, with a rule's own parts, everything that it permits."""
        if self.method not in ("*", method):
            return False
        if len(parts) != len(self.wanted) and not (self.whole and len(parts) > len(self.wanted)):
            return False
        pairs = zip(self.wanted, parts, strict=False)
        return all(want == part or _any_one(want) for want, part in pairs)

    def covers(self, other: "_Rule") -> bool:
        """Whether all that the other permits is permitted here too."""
        return (self.whole or not other.whole) and self.fits(other.method, other.wanted)


def _any_one(segment: str) -> bool:
    return segment[:1] == ":" or segment == "*"


def permits(scopes: tuple[str, ...], method: str, path: str) -> bool:
    """Whether one of the scopes fits. path: with or without /api/v1."""
    parts = _segments(path)
    return any(rule.fits(method, parts) for rule in _rules(scopes))


def within(scopes: tuple[str, ...], held: tuple[str, ...]) -> bool:
    """Whether the scopes permit nothing that the held ones do not."""
    return all(any(rule.covers(asked) for rule in _rules(held)) for asked in _rules(scopes))


def _segments(path: str) -> list[str]:
    path = path.strip("/")
    if path == "api/v1" or path.startswith("api/v1/"):
        path = path[7:].strip("/")
    return path.split("/") if path else []


@lru_cache(maxsize=1024)
def _rules(scopes: tuple[str, ...]) -> tuple[_Rule, ...]:
    return tuple(rule for scope in scopes if (rule := _rule(scope.strip())) is not None)


def _rule(scope: str) -> _Rule | None:
    if scope == "*":
        return _Rule("*", (), True)
    method, found, path = scope.partition(" ")
    if found:
        return _by_path(method.upper(), _segments(path.strip()))
    old = _OLD.match(scope)
    if old is None:
        return None
    store, one, rest, verb = old.groups()
    wanted = [store.lower(), *([":id"] if one else []), *((rest or "").split("_") if rest else [])]
    return _by_path(verb.upper(), wanted)


def _by_path(method: str, wanted: list[str]) -> _Rule:
    whole = wanted[-1:] == ["*"]
    return _Rule(method, tuple(wanted[:-1] if whole else wanted), whole)
