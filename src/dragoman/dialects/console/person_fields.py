"""Fields of a profile as a form shows them, each by its type, and what such a form sends."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from dragoman.core.faults import BadValue
from dragoman.core.sql import Row
from dragoman.domains.profiles import values

_HOW = {  # kind -> type of the input; what is not here is a plain text
    "int": "number", "float": "number", "date": "datetime-local", "email": "email", "phone": "tel",
    "sex": "number",
}  # fmt: skip
_LISTED = frozenset({"object", "arr_object", "phones"})  # shown, changed through the API
_YEARS_MS = range(-62_135_596_800_000, 253_402_300_800_000)  # 1 to 9999
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


class Field(msgspec.Struct, frozen=True):
    """One control. kind: of the input, or `select` with its options."""

    name: str
    title: str
    kind: str
    shown: str
    hint: str = ""
    options: Sequence[tuple[str, str]] = ()


def of(database: Row, row: Row) -> list[Field]:
    """What can be changed: the database's own fields first, then those that every profile has."""
    held = {**(row.facts or {}), **(row.fields or {})}
    made = [_field(one["name"], one["type"], one, held) for one in database.fields]
    made += [
        _field(name, kind, {}, held) for name, kind in values.SYSTEM.items() if name != "email"
    ]
    return [one for one in made if one is not None]


def shown(database: Row, row: Row) -> dict[str, str]:
    """Every field that has a value, for reading."""
    named = {one["name"]: one for one in database.fields}
    out = {}
    for name, value in {**(row.facts or {}), **(row.fields or {})}.items():
        facts = named.get(name, {})
        if value not in (None, "", [], {}):
            out[name] = _readable(facts.get("type") or values.SYSTEM.get(name, ""), facts, value)
    return out


def _readable(kind: str, facts: Mapping[str, Any], value: Any) -> str:
    chosen = dict(_options(kind, facts)).get(_chosen(kind, value))
    if chosen is not None:
        return chosen
    if kind == "date" and isinstance(value, int):
        return _text(kind, value).replace("T", " ") + " UTC"
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _field(name: str, kind: str, facts: Mapping[str, Any], held: Mapping[str, Any]) -> Field | None:
    if kind in _LISTED:
        return None
    title = facts.get("title") or name.replace("_", " ").capitalize()
    value = held.get(name)
    options = _options(kind, facts)
    if options:
        return Field(name, title, "select", _chosen(kind, value), options=options)
    hint = "Separated by commas" if kind == "tags" else "UTC" if kind == "date" else ""
    return Field(name, title, _HOW.get(kind, "text"), _text(kind, value), hint)


def _options(kind: str, facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    if kind == "bool":
        return [("", "not set"), ("true", "yes"), ("false", "no")]
    if kind == "status":
        return [(str(number), word) for number, word in enumerate(values.STATUSES)]
    if kind == "enum":
        listed = [(str(one["number"]), one.get("title") or one.get("key") or str(one["number"]))
                  for one in facts.get("values", [])]  # fmt: skip
        return [("", "not set"), *listed]
    return []


def _chosen(kind: str, value: Any) -> str:
    if kind == "bool":
        return "" if value is None else str(value).lower()
    if kind == "status":
        return str(value or 0)
    return "" if value is None else str(value)


def _text(kind: str, value: Any) -> str:
    if value is None:
        return ""
    if kind == "date" and isinstance(value, int) and value in _YEARS_MS:
        at = _EPOCH + datetime.timedelta(milliseconds=value)
        return at.strftime("%Y-%m-%dT%H:%M:%S")
    if kind == "tags":
        return ", ".join(value)
    return str(value)


def sent(fields: Sequence[Field], names: Sequence[str], texts: Sequence[str]) -> dict[str, Any]:
    """What differs from what was shown, by name; None takes a value away. Raises BadValue."""
    known = {field.name: field for field in fields}
    if len(names) != len(texts):
        raise BadValue("field", "pairs")
    out = {}
    for name, text in zip(names, texts, strict=True):
        field = known.get(name)
        if field is None:
            raise BadValue(name, "is not a field")
        if text.strip() != field.shown.strip():
            out[name] = _value(field, text.strip())
    return out


def _value(field: Field, text: str) -> Any:
    if not text:
        return None
    if field.kind == "select" and text in ("true", "false"):
        return text == "true"
    if field.kind == "select":
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else text
    if field.hint.startswith("Separated"):
        return [one.strip() for one in text.split(",") if one.strip()]
    return text
