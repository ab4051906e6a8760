"""Values of fields: types, what a value must look like, and operations on stored values."""

import datetime
import ipaddress
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from dragoman.core.clock import from_datetime
from dragoman.core.faults import BadValue
from dragoman.core.text import fold_email

STATUSES = (
    "subscribed", "unsubscribed", "complained", "hardbounced", "unconfirmed", "suspended",
    "invalid",
)  # fmt: skip
SYSTEM: Mapping[str, str] = {
    "status": "status", "first_name": "unicode", "last_name": "unicode", "birthday": "date",
    "sex": "sex", "city": "unicode", "region": "unicode", "country": "country",
    "postal_code": "postal", "time_zone": "unicode", "ip": "ip", "registered_ip": "ip",
    "os": "unicode", "browser": "unicode", "source": "unicode", "registered": "date",
    "registered_country": "unicode", "registered_city": "unicode", "registered_url": "unicode",
    "test": "bool", "email": "email", "phones": "phones",
}  # fmt: skip
MAX_TEXT = 4096
_SMALL, _LARGE = -(1 << 63), (1 << 63) - 1
_EMAIL = re.compile(r"[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f]{1,190}\Z|localhost\Z")
_PHONE = re.compile(r"\+?[0-9]{5,20}\Z")
_DIGITS = re.compile(r"[+-]?[0-9]{1,19}\Z")
_PHONE_NOISE = str.maketrans("", "", " -()\t")
_FITS: Mapping[str, frozenset[str]] = {
    "incr": frozenset({"int", "float"}),
    "add": frozenset({"tags", "arr_object", "phones"}),
    "delete": frozenset({"tags", "arr_object", "phones"}),
    "upsert": frozenset({"object", "arr_object"}),
}
OPERATIONS = frozenset({"set", "unset", *_FITS})


class LooseText(str):
    """Text from a source without types, where `true` may be meant as a boolean."""

    __slots__ = ()


class Operation(msgspec.Struct, frozen=True):
    """What to do to one field; value is already checked and converted when in a plan."""

    action: str
    value: Any = None
    submatch: str | None = None


def plain(value: Any) -> Any:
    """The same without LooseText."""
    if isinstance(value, LooseText):
        return str(value)
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def fold_phone(value: str) -> str:
    """A phone as it is compared."""
    return value.translate(_PHONE_NOISE)


def planned(
    field: str, kind: str, operation: Operation, allowed: list[dict[str, Any]] | None = None
) -> Operation:
    """Check an operation against the field's type and convert its value. Raises BadValue."""
    action = operation.action
    if action == "unset":
        if field == "email":
            raise BadValue(field, "cannot be unset")
        return Operation("unset")
    if kind not in _FITS.get(action, (kind,)):
        raise BadValue(field, f"does not support {action}")
    try:
        if action == "upsert":
            if operation.value is None or not isinstance(operation.submatch, str):
                raise ValueError("needs value and submatch")  # one place for words
            value = plain(operation.value)
            if kind == "arr_object" and not isinstance(value, dict):
                raise ValueError("is not an object")  # as above
            return Operation("upsert", value, str(operation.submatch))
        if action in ("add", "delete") and not isinstance(operation.value, list):
            one = [operation.value]
            return Operation(action, convert(kind, one, allowed))
        return Operation(action, convert(kind, operation.value, allowed))
    except ValueError as error:
        raise BadValue(field, str(error)) from None


def applied(kind: str, held: Any, operation: Operation) -> Any:
    """The new value, None to remove it."""
    action, value = operation.action, operation.value
    if action == "set":
        return value
    if action == "unset":
        return None
    if action == "incr":
        return _sum(kind, held or 0, value)
    if action == "upsert":
        return _upsert(kind, held, value, operation.submatch or "")
    items = list(held or [])
    if action == "add":
        if kind == "arr_object":
            return items + value
        return items + [item for item in dict.fromkeys(value) if item not in items]
    if kind == "arr_object":
        return [item for item in items if not any(_covers(item, one) for one in value)]
    gone = {fold_phone(one) for one in value} if kind == "phones" else set(value)
    return [item for item in items if (fold_phone(item) if kind == "phones" else item) not in gone]


def _sum(kind: str, held: Any, value: Any) -> Any:
    total = held + value
    if kind == "int" and not _SMALL <= total <= _LARGE:
        raise BadValue("value", "is out of range")
    if kind == "float" and not math.isfinite(total):
        raise BadValue("value", "is out of range")
    return total


def _covers(item: Any, wanted: Any) -> bool:
    return all(key in item and item[key] == value for key, value in wanted.items())


def _upsert(kind: str, held: Any, value: Any, submatch: str) -> Any:
    if kind == "arr_object":
        items = list(held or [])
        fits = [submatch in item for item in items]
        if not any(fits):
            return [*items, value]
        return [{**item, **value} if fit else item for item, fit in zip(items, fits, strict=True)]
    out = dict(held or {})
    at, steps = out, submatch.split(".")
    for step in steps[:-1]:
        inner = at.get(step)
        at[step] = dict(inner) if isinstance(inner, dict) else {}
        at = at[step]
    at[steps[-1]] = value
    return out


def convert(kind: str, value: Any, allowed: list[dict[str, Any]] | None = None) -> Any:
    """The stored form of a value. Raises ValueError with the rule that it breaks."""
    if kind == "enum":
        return _enum(value, allowed or [])
    return _KINDS[kind](value)


def _enum(value: Any, allowed: list[dict[str, Any]]) -> int:
    for one in allowed:
        names = (one.get("title"), one.get("key"), str(one["number"]))
        if (value == one["number"] and not isinstance(value, bool)) or value in names:
            return int(one["number"])
    raise ValueError("is none of its values")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("is not a string")
    if len(value) > MAX_TEXT:
        raise ValueError(f"is longer than {MAX_TEXT} characters")
    return str(value)


def _int(value: Any) -> int:
    if isinstance(value, str) and _DIGITS.match(value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("is not an integer")
    if not _SMALL <= value <= _LARGE:
        raise ValueError("is out of range")
    return value


def _float(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("is not a number")
    try:
        number = float(value)
    except (ValueError, OverflowError):
        raise ValueError("is not a number") from None
    if not math.isfinite(number):
        raise ValueError("is not a finite number")
    return number


def _bool(value: Any) -> bool:
    if isinstance(value, LooseText) and value in ("true", "false", "1", "0"):
        return value in ("true", "1")
    if not isinstance(value, bool):
        raise ValueError("is not a boolean")
    return value


def instant(value: Any) -> int:
    """Milliseconds of RFC 3339, of a day, of a time without zone, or of Unix seconds or
    milliseconds.
    """
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError("is not a date")
    if isinstance(value, str) and not _DIGITS.match(value):
        try:
            return from_datetime(datetime.datetime.fromisoformat(value.strip()))
        except (ValueError, OverflowError):
            raise ValueError("is not a date") from None
    number = int(value)
    at_ms = number * 1000 if abs(number) < 10**11 else number
    if not -62_135_596_800_000 <= at_ms <= 253_402_300_799_999:
        raise ValueError("is not a date")
    return at_ms


def _ip(value: Any) -> str:
    try:
        return str(ipaddress.ip_address(_text(value).strip()))
    except ValueError:
        raise ValueError("is not an IP address") from None


def _phone(value: Any) -> str:
    text = _text(value).strip()
    if not _PHONE.match(fold_phone(text)):
        raise ValueError("is not a phone number")
    return text


def email(value: Any) -> str:
    """An address, trimmed."""
    text = _text(value).strip()
    if not _EMAIL.match(text):
        raise ValueError("is not an email address")
    return text


def _phones(value: Any) -> list[str]:
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list):
        raise ValueError("is not an array")
    return list({fold_phone(phone): phone for phone in map(_phone, listed)}.values())


def _tags(value: Any) -> list[str]:
    listed = [value] if isinstance(value, LooseText) else value
    if not isinstance(listed, list):
        raise ValueError("is not an array")
    return list(dict.fromkeys(map(_text, listed)))


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("is not an object")
    return plain(value)  # type: ignore[no-any-return] # a dict in, a dict out


def _objects(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        raise ValueError("is not an array")
    return list(map(_object, value))


def status(value: Any) -> int:
    """The number of a status, by word or number."""
    if isinstance(value, str) and value in STATUSES:
        return STATUSES.index(value)
    number = _int(value)
    if not 0 <= number < len(STATUSES):
        raise ValueError("is no status")
    return number


def _sex(value: Any) -> int:
    number = _int(value)
    if not 0 <= number <= 99:  # the vendor's list is open
        raise ValueError("is not between 0 and 99")
    return number


def _country(value: Any) -> str:
    text = _text(value).strip().upper()
    if len(text) != 2 or not text.isascii() or not text.isalpha():  # two letters
        raise ValueError("is not a two-letter country")
    return text


def _postal(value: Any) -> str | int:
    return _int(value) if isinstance(value, int) else _text(value)


_KINDS: Mapping[str, Callable[[Any], Any]] = {
    "unicode": _text, "version": _text, "int": _int, "float": _float, "bool": _bool,
    "date": instant, "ip": _ip, "phone": _phone, "email": email, "tags": _tags, "object": _object,
    "arr_object": _objects, "phones": _phones, "status": status, "sex": _sex, "country": _country,
    "postal": _postal,
}  # fmt: skip
TYPES = frozenset(
    {
        "unicode",
        "int",
        "float",
        "bool",
        "date",
        "ip",
        "phone",
        "email",
        "enum",
        "tags",
        "version",
        "object",
        "arr_object",
    }
)


def search_texts(kind: str, value: Any) -> list[str]:
    """How a value is found: no text for objects, one for each tag."""
    if value is None or kind in ("object", "arr_object"):
        return []
    if kind == "tags":
        return list(value)
    if kind == "phones":
        return [fold_phone(one) for one in value]
    if kind == "email":
        return [fold_email(value)]
    if kind == "phone":
        return [fold_phone(value)]
    return ["true" if value is True else "false" if value is False else str(value)]
