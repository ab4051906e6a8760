"""List parameters of a query, as the domain takes them. Source: spec/rightech 6."""

import datetime
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import msgspec

from dragoman.core import filters
from dragoman.core.clock import from_datetime
from dragoman.core.faults import BadValue
from dragoman.core.filters import All, Filter, Test
from dragoman.core.ids import is_oid
from dragoman.core.text import fold
from dragoman.domains.things.listing import Selection
from dragoman.domains.things.stores import STORES
from dragoman.wire.binding import Readers

MOST = 10_000
_FAR = 1 << 62
_SHORT = 400
_DIGITS = re.compile(r"\d+\Z", re.ASCII)
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?\Z", re.ASCII)
_MINUTES = re.compile(r"\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?( ?[+-]?\d\d:?\d\d|Z|z)?)?\Z")
_PART = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[^,]*)\s*(?:,|\Z)')
_TRUE, _FALSE = ("true", "1", "yes"), ("false", "0", "", "no")
_COMMON_TEXTS = frozenset(
    {
        "_id",
        "owner",
        "group",
        "access",
        "branch",
        "name",
        "description",
        "id",
        "_oid",
        "_mid",
        "_gid",
        "event",
    }
)

READERS = Readers(
    body={dict: (dict, "object"), list: (list, "array"), str: (str, "string")}, text={}
)


class ListQuery(msgspec.Struct, frozen=True, kw_only=True):
    """A list as it is asked for. only: dotted paths, None for whole items; meta: ``, `full` or
    `count`.
    """

    selection: Selection
    offset: int
    limit: int
    only: tuple[tuple[str, ...], ...] | None
    meta: str
    below: bool
    data: bool


def truthy(name: str, value: str) -> bool:
    """A switch. Raises BadValue."""
    lowered = value.strip().lower()
    if lowered in _TRUE:
        return True
    if lowered in _FALSE:
        return False
    raise BadValue(name, "must be true or false")


def natural(name: str, value: str) -> int:
    """An integer of zero or more. Raises BadValue."""
    if not _DIGITS.match(value.strip()):
        raise BadValue(name, "must be an integer of zero or more")
    return min(int(value.strip()[:20]), _FAR)


def instant(name: str, value: str) -> int:
    """Milliseconds of a Unix time in ms or of ISO 8601. Raises BadValue. Source: R6.5."""
    value = value.strip()
    if _DIGITS.match(value):
        return min(int(value[:20]), _FAR)
    if not _MINUTES.match(value):
        raise BadValue(name, "must be a time in milliseconds or ISO 8601")
    text = value.upper()
    if len(text) > 10 and text[10] == " ":
        text = f"{text[:10]}T{text[11:]}"
    head, tail = text[:16], text[16:]
    if " " in tail:  # the + of an offset, decoded
        tail = tail.replace(
            " ", "" if tail[tail.index(" ") + 1 : tail.index(" ") + 2] in "+-" else "+"
        )
    if tail and tail[0].isdigit():
        tail = f"+{tail}"
    try:
        return from_datetime(datetime.datetime.fromisoformat(head + tail))
    except (ValueError, OverflowError):
        raise BadValue(name, "must be a time in milliseconds or ISO 8601") from None


def only_of(values: Sequence[str]) -> tuple[tuple[str, ...], ...] | None:
    """Paths of `only`; None for all fields."""
    names = [name.strip() for value in values for name in value.split(",")]
    paths = tuple(tuple(name.split(".")[:12]) for name in dict.fromkeys(names) if name)
    return paths or None


def texts_of(store: str) -> frozenset[str]:
    """Fields of a store whose values are text, whatever they look like."""
    known = STORES.get(store)
    fields = known.fields if known is not None else {}
    return _COMMON_TEXTS | {
        name for name, kind in fields.items() if kind in ("string", "id", "strings")
    }


def _value(text: str, is_text: bool) -> list[Any]:
    """The values that one text of a filter may mean."""
    if len(text) >= 2 and text[0] == '"' and text[-1] == '"':
        try:
            quoted = msgspec.json.decode(text)
        except msgspec.MsgspecError:
            quoted = text[1:-1]
        return [quoted]
    if text == "null":
        return [None, "null"] if is_text else [None]
    if is_text or is_oid(text.lower()):
        return [text.lower() if is_oid(text.lower()) else text]
    if text in ("true", "false"):
        return [text == "true"]
    if _NUMBER.match(text):
        return [_number(text)]
    return [text]


def _number(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except msgspec.MsgspecError:
        return text


def _where(path: str, value: str, texts: frozenset[str]) -> Filter:
    is_text = path in texts
    parts, at = [], 0
    while at <= len(value):
        found = _PART.match(value, at)
        if found is None or found.end() == at:
            parts.append(value[at:].strip())
            break
        parts.append(found[1].strip())
        at = found.end()
        if found[0][-1:] != ",":
            break
    wanted = [one for part in parts for one in _value(part, is_text)]
    if len(wanted) == 1:
        return Test(path, "eq", wanted[0])
    return Test(path, "in", wanted)


def filter_of(pairs: Sequence[tuple[str, str]], store: str) -> Filter:
    """Every `where.<path>` and `where_<path>`, all of them to fit. Raises BadValue."""
    given = [
        (name[6:], value)
        for name, value in pairs
        if name[:6] in ("where.", "where_") and len(name) > 6
    ]
    if not given:
        return filters.EVERYTHING
    texts = texts_of(store)
    wanted = All(tuple(_where(path, value, texts) for path, value in given))
    if not filters.within_limits(wanted):
        raise BadValue("where", "is too large")
    return wanted


def read(pairs: Sequence[tuple[str, str]], store: str) -> ListQuery:
    """All list parameters. Raises BadValue."""
    if sum(len(name) + len(value) for name, value in pairs) <= _SHORT:
        return _read_again(tuple(pairs), store)  # whoever polls asks the same over and over
    return _read(pairs, store)


def _read(pairs: Sequence[tuple[str, str]], store: str) -> ListQuery:
    query = dict(pairs)
    meta = _meta(query)
    offset = natural("offset", query["offset"]) if "offset" in query else 0
    limit = natural("limit", query["limit"]) if "limit" in query else 0
    if meta and ("offset" in query or "limit" in query):
        raise BadValue("meta", "cannot be used together with offset or limit")
    whole = "nolimit" in query and truthy("nolimit", query["nolimit"])
    most = _FAR if whole else MOST
    only = only_of([value for name, value in pairs if name == "only"])
    asked = {name.strip() for key, value in pairs if key == "with" for name in value.split(",")}
    sort, down = _sort(query)
    return ListQuery(
        selection=Selection(
            start_ms=_time(query, "from", "begin"),
            end_ms=_time(query, "to", "end"),
            filter=filter_of(pairs, store),
            search=fold(query.get("search", "")),
            sort=sort,
            descending=down,
        ),
        offset=offset,
        limit=min(limit or most, most),
        only=only,
        meta=meta,
        below="withChildGroups" in query and truthy("withChildGroups", query["withChildGroups"]),
        data="data" in asked or (only is not None and any(path[0] == "data" for path in only)),
    )


_read_again = lru_cache(maxsize=512)(_read)


def _meta(query: Mapping[str, str]) -> str:
    if "meta" not in query:
        return ""
    value = query["meta"].strip().lower()
    if value == "count":
        return "count"
    return "full" if truthy("meta", value) else ""


def _time(query: Mapping[str, str], *names: str) -> int | None:
    for name in names:
        if name in query:
            found = instant(name, query[name])
            for other in names:
                if other in query:
                    instant(other, query[other])
            return found
    return None


def _sort(query: Mapping[str, str]) -> tuple[str | None, bool]:
    path = query.get("sortBy", "").strip()
    down = query.get("sortOrder", "").strip().lower() == "desc"
    if path.startswith("-"):
        path, down = path[1:], True
    if not path or path.count(".") > 12:
        return None, False
    return path, down


def project(item: Mapping[str, Any], only: tuple[tuple[str, ...], ...]) -> dict[str, Any]:
    """`_id` and the named fields, nesting kept; what is missing is absent."""
    out: dict[str, Any] = {"_id": item["_id"]} if "_id" in item else {}
    for path in only:
        value: Any = item
        for step in path:
            if not isinstance(value, dict) or step not in value:
                break
            value = value[step]
        else:
            _put(out, path, value)
    return out


def _put(out: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    for step in path[:-1]:
        inner = out.get(step)
        if not isinstance(inner, dict):
            inner = out[step] = {}
        out = inner
    out[path[-1]] = value
