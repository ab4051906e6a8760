"""Rules of a segment: which profiles they mean.

A segment's `rules` are groups; one that fits is enough. A group: `condition` (and, or), `queries`,
`limit` (0: none; the first so many by mark), `percent` ([from, to): a profile's mark as a number
below 10,000, over 100). A query: `field` (a name of `listing.COLUMNS`, `facts.x` or `fields.x`),
`operator`, `value`; or `queries` of its own with a `condition`. Operators: equal, not_equal,
contains, not_contains (a list of values: any of them), greater, less, between, exist, not_exist,
domain (of the e-mail), member, not_member (numbers of static segments). What is not understood
fits nobody.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from dragoman.core import filters
from dragoman.core.filters import All, Filter, Not, Test
from dragoman.core.filters import Any as Either
from dragoman.core.matching import kind_of
from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.domains.profiles import listing, tables

NOBODY: Filter = Test("oid", "eq", "")
_OPS = {"greater": "gt", "less": "lt"}
_p, _m, _s = tables.profiles.c, tables.segment_members.c, tables.segments.c


def members(tx: Tx, database: Row, rules: list[Mapping[str, Any]]) -> Iterator[Row]:
    """The profiles meant, each once, by mark within a group."""
    plain = [group for group in rules if not (_limit(group) or _percent(group))]
    seen: set[int] = set()
    parts = [[group] for group in rules if group not in plain]
    for part in ([plain] if plain else []) + parts:
        for row in _of(tx, database, part):
            if row.id not in seen:
                seen.add(row.id)
                yield row


def count(tx: Tx, database: Row, rules: list[Mapping[str, Any]]) -> int:
    """How many they mean."""
    if any(_limit(group) or _percent(group) for group in rules):
        return sum(1 for _ in members(tx, database, rules))
    wanted, columns = _filter(rules)
    return listing.count(tx, database, wanted, columns)


def _of(tx: Tx, database: Row, rules: list[Mapping[str, Any]]) -> Iterator[Row]:
    """Groups that stand alone if they have a limit or a percentage."""
    wanted, columns = _filter(rules)
    left, percent = _limit(rules[0]), _percent(rules[0])
    for row in listing.each(tx, database, wanted, columns):
        if percent and not percent[0] <= int(row.mark, 16) % 10_000 / 100 < percent[1]:
            continue
        yield row
        left -= 1  # with no limit it is never 0
        if not left:
            return


def _limit(group: Mapping[str, Any]) -> int:
    return int(group.get("limit") or 0)


def _percent(group: Mapping[str, Any]) -> tuple[float, float] | None:
    low, high = group.get("percent") or (0, 100)
    return (low, high) if low > 0 or 0 < high < 100 else None


def _filter(rules: list[Mapping[str, Any]]) -> tuple[Filter, dict[str, Any]]:
    columns: dict[str, Any] = {}
    groups = tuple(_group(group, columns, 0) for group in rules)
    wanted: Filter = Either(groups) if groups else NOBODY
    return wanted if filters.within_limits(wanted) else NOBODY, columns


def _group(group: Mapping[str, Any], columns: dict[str, Any], depth: int) -> Filter:
    queries = group.get("queries")
    if not isinstance(queries, list) or not queries or depth > 8:
        return NOBODY
    parts = tuple(
        _group(query, columns, depth + 1) if "queries" in query else _query(query, columns)
        for query in queries
    )
    return Either(parts) if group.get("condition") == "or" else All(parts)


def _query(query: Mapping[str, Any], columns: dict[str, Any]) -> Filter:
    field, operator, value = query.get("field"), query.get("operator"), query.get("value")
    if operator in ("member", "not_member"):
        return _membership(operator, value, columns)
    if operator == "domain":
        return _domain(_listed(value), columns)
    if not isinstance(field, str) or not quotable(field) or not all(map(_plain, _listed(value))):
        return NOBODY
    path = field if field.partition(".")[0] in listing.COLUMNS else f"fields.{field}"
    if operator in ("exist", "not_exist"):
        return Test(path, "exists", operator == "exist")
    if operator in ("equal", "not_equal", "contains", "not_contains"):
        op = "eq" if operator.endswith("equal") else "contains-text"
        parts = tuple(Test(path, op, one) for one in _listed(value))
        found: Filter = Either(parts) if parts else NOBODY
        return Not(found) if operator.startswith("not_") else found
    if operator in _OPS and len(_listed(value)) == 1:
        return Test(path, _OPS[operator], _listed(value)[0])
    if operator == "between" and len(_listed(value)) == 2:
        low, high = _listed(value)
        return All((Test(path, "gte", low), Test(path, "lte", high)))
    return NOBODY


def quotable(field: str) -> bool:
    """Whether a field can be asked for: dotted names of letters, digits, _ and -."""
    return all(re.fullmatch(r"[\w-]{1,100}", step) for step in field.split(".")[:13])


def _plain(value: Any) -> bool:
    return kind_of(value) != "other"


def _domain(domains: list[Any], columns: dict[str, Any]) -> Filter:
    parts: list[Filter] = []
    for domain in domains:
        if isinstance(domain, str) and domain.strip():
            folded = domain.strip().lower()
            name = f"domain_{folded.encode().hex()}"
            columns[name] = _p.email_folded.endswith(f"@{folded}", autoescape=True)
            parts.append(Test(name, "eq", True))
    return Either(tuple(parts)) if parts else NOBODY


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _membership(operator: str, value: Any, columns: dict[str, Any]) -> Filter:
    numbers = [one for one in _listed(value) if isinstance(one, int)]
    parts: list[Filter] = []
    for number in numbers:
        name = f"segment_{number}"
        columns[name] = _p.id.in_(
            sa.select(_m.profile_id)
            .join(tables.segments, _s.id == _m.segment_id)
            .where(_s.number == number)
        )
        parts.append(Test(name, "eq", True))
    found: Filter = Either(tuple(parts)) if parts else NOBODY
    return Not(found) if parts and operator == "not_member" else found
