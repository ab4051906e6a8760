"""What tokens and roles permit, as lists of texts. Source: spec/rightech R3.11, R3.13.

POST /objects/:id/packets     :name fits one segment
GET /objects/*                /objects and everything below it
*    * /objects
objects_get  objects_one_patch  objects_one_packets_post      the older spelling
"""

import re
from collections.abc import Callable
from functools import lru_cache

_METHODS = ("GET", "POST", "PATCH", "DELETE", "PUT")
_OLD = re.compile(r"([a-z]+)(?:_(one)(?:_([a-z_\-]+?))?)?_(get|post|patch|delete)\Z", re.IGNORECASE)

Rule = Callable[[str, list[str]], bool]


def permits(scopes: tuple[str, ...], method: str, path: str) -> bool:
    """Whether one of the scopes fits. path: with or without /api/v1."""
    parts = _segments(path)
    return any(rule(method, parts) for rule in _rules(scopes))


def _segments(path: str) -> list[str]:
    path = path.strip("/")
    if path == "api/v1" or path.startswith("api/v1/"):
        path = path[7:].strip("/")
    return path.split("/") if path else []


@lru_cache(maxsize=1024)
def _rules(scopes: tuple[str, ...]) -> tuple[Rule, ...]:
    return tuple(rule for scope in scopes if (rule := _rule(scope.strip())) is not None)


def _rule(scope: str) -> Rule | None:
    if scope == "*":
        return lambda method, parts: True
    method, found, path = scope.partition(" ")
    if found:
        return _by_path(method.upper(), _segments(path.strip()))
    old = _OLD.match(scope)
    if old is None:
        return None
    store, one, rest, verb = old.groups()
    wanted = [store.lower(), *([":id"] if one else []), *((rest or "").split("_") if rest else [])]
    return _by_path(verb.upper(), wanted)


def _by_path(method: str, wanted: list[str]) -> Rule:
    whole = wanted[-1:] == ["*"]
    if whole:
        wanted = wanted[:-1]

    def fits(asked: str, parts: list[str]) -> bool:
        if method not in ("*", asked):
            return False
        if len(parts) != len(wanted) and not (whole and len(parts) > len(wanted)):
            return False
        pairs = zip(wanted, parts, strict=False)
        return all(want == part or want[:1] == ":" or want == "*" for want, part in pairs)

    return fits
