"""profiles/list, and its filters in MongoDB's syntax. Source: spec/altcraft 6.15."""

import datetime
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import xxhash

from dragoman.core import filters
from dragoman.core.faults import BadValue
from dragoman.core.filters import EVERYTHING, All, Filter, Not, Test
from dragoman.core.filters import Any as Either
from dragoman.core.ids import is_oid
from dragoman.core.patterns import Pattern
from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.dialects.altcraft import names, shapes
from dragoman.dialects.altcraft.auth import viewer
from dragoman.domains.profiles import access, listing, values

_MOST = 10_000
_OWN = {
    "id": ("oid", "unicode"), "_id": ("oid", "unicode"), "_xxh": ("mark", "unicode"),
    "_createtime": ("created_ms", "date"), "_updatetime": ("updated_ms", "date"),
    "_lat": ("facts.lat", "float"), "_lon": ("facts.lon", "float"),
}  # fmt: skip
_COMPARISONS = {
    "$eq": "eq", "$ne": "ne", "$gt": "gt", "$gte": "gte", "$lt": "lt", "$lte": "lte",
    "$in": "in", "$nin": "nin", "$all": "all",
}  # fmt: skip
_DEEPEST = 12
_Kinds = Mapping[str, str]


class Listed(msgspec.Struct, frozen=True):
    """profiles/list"""

    db_id: int
    from_id: str = ""
    limit: int = 1000
    query: dict[str, Any] = {}
    fields: list[Any] = []


def list_profiles(tx: Tx, ask: Listed) -> dict[str, Any]:
    """profiles/list"""
    database = access.database(tx, viewer(tx), ask.db_id)
    limit = limit_of(ask.limit)
    wanted = filter_of(ask.query, database)
    rows, more, total = listing.page(tx, database, wanted, after=mark_of(ask.from_id), limit=limit)
    subscriptions = listing.subscriptions_of(tx, rows)
    wanted_names = {str(name) for name in ask.fields}
    data = [
        shapes.chosen(shapes.profile(row, database, subscriptions[row.id]), wanted_names)
        for row in rows
    ]
    next_id = cursor_of(rows[-1]) if more else ""
    return {"data": data, "next_from_id": next_id, "total_count": total}


def limit_of(sent: int) -> int:
    """Raises BadValue."""
    if not 1 <= sent <= _MOST:
        raise BadValue("limit", f"is not between 1 and {_MOST}")
    return sent


def filter_of(query: dict[str, Any], database: Row) -> Filter:
    """A filter over the database's profiles. Raises BadValue."""
    kinds = {one["name"]: one["type"] for one in database.fields}
    wanted = _filter(values.plain(query), kinds, 0)
    if not filters.within_limits(wanted):
        raise BadValue("query", "is too large")
    return wanted


def mark_of(from_id: str) -> str:
    """The mark after which a page begins. Raises BadValue."""
    if is_oid(from_id):
        return xxhash.xxh64_hexdigest(from_id.encode())
    mark = from_id.partition(".")[0]
    if from_id and (len(mark) != 16 or any(one not in "0123456789abcdef" for one in mark)):
        raise BadValue("from_id", "is no cursor")
    return mark


def cursor_of(row: Row) -> str:
    """The `next_from_id` that names a profile."""
    made = datetime.datetime.fromtimestamp(row.created_ms / 1000, datetime.UTC)
    return f"{row.mark}.{made:%Y%m%d%H%M%S}"


def _filter(query: Any, kinds: _Kinds, depth: int) -> Filter:
    if not isinstance(query, dict) or depth > _DEEPEST:
        raise BadValue("query", "is not a filter")
    parts: list[Filter] = []
    for name, sent in query.items():
        if name in ("$and", "$or", "$nor"):
            if not isinstance(sent, list) or not sent:
                raise BadValue("query", f"{name} takes an array")
            inner = tuple(_filter(one, kinds, depth + 1) for one in sent)
            whole: Filter = All(inner) if name == "$and" else Either(inner)
            parts.append(Not(whole) if name == "$nor" else whole)
        elif name.startswith("$"):
            raise BadValue("query", f"{name} is not known")
        else:
            path, kind = path_of(name, kinds)
            parts.append(_field(path, kind, sent, depth + 1))
    return All(tuple(parts)) if parts else EVERYTHING


def path_of(name: str, kinds: _Kinds) -> tuple[str, str]:
    """A field as filters name it, and its kind; `kinds` are the database's own. Raises BadValue."""
    first, dot, rest = name.partition(".")
    if first in kinds:
        return f"fields.{name}", "" if dot else kinds[first]
    if name in _OWN:
        return _OWN[name]
    ours = names.SYSTEM.get(first)
    if ours is None:
        raise BadValue("query", f"{first} is not a field of the database")
    kind = values.SYSTEM[ours]
    path = ours if ours in listing.COLUMNS else f"facts.{ours}"
    return path + dot + rest, "" if dot else kind


def _field(path: str, kind: str, sent: Any, depth: int) -> Filter:
    if depth > _DEEPEST:
        raise BadValue("query", "is too deep")
    if not isinstance(sent, dict) or not any(name.startswith("$") for name in sent):
        return Test(path, "eq", value_of(kind, sent))
    return All(
        tuple(_operator(path, kind, name, sent, depth) for name in sent if name != "$options")
    )


def _operator(path: str, kind: str, name: str, among: dict[str, Any], depth: int) -> Filter:
    sent = among[name]
    if name in _COMPARISONS:
        op = _COMPARISONS[name]
        if op in ("in", "nin", "all"):
            if not isinstance(sent, list):
                raise BadValue("query", f"{name} takes an array")
            return Test(path, op, [value_of(kind, one) for one in sent])
        return Test(path, op, value_of(kind, sent))
    others: dict[str, Callable[[], Filter]] = {
        "$exists": lambda: Test(path, "exists", bool(sent)),
        "$not": lambda: Not(_field(path, kind, sent, depth + 1)),
        "$elemMatch": lambda: Test(path, "elem-match", _element(sent, depth + 1)),
        "$regex": lambda: Test(path, "regex", _pattern(sent, among.get("$options", ""))),
    }
    if name not in others:
        raise BadValue("query", f"{name} is not known")
    return others[name]()


def _element(sent: Any, depth: int) -> Filter:
    if not isinstance(sent, dict) or not sent:
        raise BadValue("query", "$elemMatch takes an object")
    if any(name.startswith("$") for name in sent):
        return _field("", "", sent, depth)
    return All(tuple(_field(name, "", one, depth) for name, one in sent.items()))


def _pattern(sent: Any, options: Any) -> Pattern:
    if not isinstance(sent, str):
        raise BadValue("query", "$regex takes a string")
    try:
        return Pattern(sent, str(options))
    except ValueError as error:
        raise BadValue("query", f"$regex: {error}") from None


def value_of(kind: str, sent: Any) -> Any:
    """A value as it is compared with a field of this kind. Raises BadValue."""
    if kind == "date" and sent is not None:
        try:
            return values.convert("date", sent)
        except ValueError as error:
            raise BadValue("query", str(error)) from None
    if kind == "status" and isinstance(sent, str) and sent in values.STATUSES:
        return values.STATUSES.index(sent)
    return sent
