"""Segment rules between the vendor's form and the domain's. Source: spec/altcraft 10.2."""

from collections.abc import Mapping
from typing import Any

from dragoman.core.faults import BadValue
from dragoman.core.sql import Row
from dragoman.dialects.altcraft import listing
from dragoman.domains.profiles.values import plain

_OPERATORS = frozenset(
    {
        "equal", "not_equal", "contains", "not_contains", "greater", "less", "between", "exist",
        "not_exist",
    }
)  # fmt: skip
_MEMBERSHIP = {"once": "member", "never": "not_member"}
_DEEPEST = 8
_MOST = 100


def groups(sent: Any) -> list[dict[str, Any]]:
    """The rule groups of a request, one object or many. Raises BadValue."""
    listed = [sent] if isinstance(sent, dict) else sent
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise BadValue("segment", "is not an array of rule groups")
    if not listed or len(listed) > _MOST:
        raise BadValue("segment", "has no rule groups" if not listed else "has too many of them")
    return [plain(one) for one in listed]


def database_number(listed: list[dict[str, Any]]) -> int | None:
    """The one database that the groups are about. Raises BadValue for several."""
    numbers = {one["list_id"] for one in listed if isinstance(one.get("list_id"), int)}
    if len(numbers) > 1:
        raise BadValue("segment", "is about several databases")
    return next(iter(numbers), None)


def rules(listed: list[dict[str, Any]], database: Row) -> list[dict[str, Any]]:
    """The domain's rules; `sent` keeps what came, to give it back. Raises BadValue."""
    kinds = {one["name"]: one["type"] for one in database.fields}
    return [_rule(group, kinds) for group in listed]


def _rule(group: Mapping[str, Any], kinds: Mapping[str, str]) -> dict[str, Any]:
    return {
        "condition": _condition(group),
        "queries": _queries(group.get("queries"), kinds, 0),
        "limit": _number(group, "limit", 1 << 40),
        "percent": [_number(group, "percent_from", 100), _number(group, "percent_to", 100)],
        "sent": dict(group),
    }


def _condition(among: Mapping[str, Any]) -> str:
    condition = among.get("condition") or "and"
    if condition not in ("and", "or"):
        raise BadValue("condition", "is neither and nor or")
    return str(condition)


def _number(group: Mapping[str, Any], name: str, most: int) -> float:
    value = group.get(name) or 0
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise BadValue(name, f"is not between 0 and {most}")
    return int(value) if name == "limit" else float(value)


def _queries(sent: Any, kinds: Mapping[str, str], depth: int) -> list[dict[str, Any]]:
    if not isinstance(sent, list) or not all(isinstance(one, dict) for one in sent):
        raise BadValue("queries", "is not an array of objects")
    if depth > _DEEPEST or len(sent) > _MOST:
        raise BadValue("queries", "is too large")
    return [_query(one, kinds, depth) for one in sent]


def _query(one: Mapping[str, Any], kinds: Mapping[str, str], depth: int) -> dict[str, Any]:
    if one.get("child"):
        inner = _queries(one["child"], kinds, depth + 1)
        return {"condition": _condition(one), "queries": inner}
    operator, values = str(one.get("operator", "")), _values(one.get("value"))
    if one.get("type") == "statseg":
        number = one.get("segment_id", values[0] if values else None)
        return {"operator": _MEMBERSHIP.get(operator, ""), "value": [number]}
    if one.get("compo") == "domaingroup":
        return {"operator": "domain" if operator == "equal" else "", "value": values}
    if one.get("compo", "default") not in ("", "default") or operator not in _OPERATORS:
        return {"operator": ""}
    try:
        path, kind = listing.path_of(str(one.get("name", "")), kinds)
        return {
            "field": path, "operator": operator,
            "value": [listing.value_of(kind, value) for value in values],
        }  # fmt: skip
    except BadValue:  # kept, and fits nobody
        return {"operator": ""}


def _values(sent: Any) -> list[Any]:
    listed = sent if isinstance(sent, list) else [] if sent is None else [sent]
    return [one.get("value") if isinstance(one, dict) else one for one in listed]


def shown(row: Row, database: Row) -> list[dict[str, Any]]:
    """A segment's rules as they go out."""
    return [group.get("sent") or _written(group, database.number) for group in row.rules]


def _written(group: Mapping[str, Any], number: int) -> dict[str, Any]:
    low, high = group.get("percent") or (0, 0)
    return {
        "condition": group.get("condition", "and"), "limit": group.get("limit", 0),
        "list_id": number, "percent_from": low, "percent_to": high,
        "queries": [_written_query(query) for query in group.get("queries", [])],
    }  # fmt: skip


def _written_query(query: Mapping[str, Any]) -> dict[str, Any]:
    value = query.get("value")
    listed = value if isinstance(value, list) else [] if value is None else [value]
    return {
        "name": query.get("field", ""), "type": "field", "compo": "default",
        "operator": query.get("operator", ""), "condition": "", "child": [],
        "value": [{"name": str(one), "value": one} for one in listed],
    }  # fmt: skip
