"""How parameters are read: in forms everything is text, so numbers and booleans may be. Source:
spec/cartum 1.1.
"""

import datetime
import re
from typing import Any, NewType

from dragoman.core.clock import from_datetime
from dragoman.wire.binding import Readers

_LARGEST = (1 << 63) - 1
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}\Z")
_DAY = re.compile(
    r"(?:(\d{4})-(\d{2})-(\d{2})|(\d{2})\.(\d{2})\.(\d{4}))(?: +(\d{2}):(\d{2}):(\d{2}))?\Z",
    re.ASCII,
)
_DAY_MS = 86_400_000
Since = NewType("Since", int)
Until = NewType("Until", int)


def lenient_text(value: Any) -> str:
    """Text or a number as text; anything else is no text at all."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else ""


def string(value: Any) -> str:
    """Text, or a number as text. Raises ValueError."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError
    return str(value)


def integer(value: Any) -> int:
    """A whole number within 64 bits, or text of one. Raises ValueError."""
    if isinstance(value, str):
        value = value.strip()
        if not _INTEGER.match(value):
            raise ValueError
        return int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if type(value) is not int or abs(value) > _LARGEST:
        raise ValueError
    return value


def boolean(value: Any) -> bool:
    """true, false, 1, 0, or text of one. Raises ValueError."""
    if isinstance(value, bool):
        return value
    text = str(value).strip().lower() if isinstance(value, (str, int)) else None
    if text in ("1", "true", "yes", "on"):
        return True
    if text in ("0", "false", "no", "off", ""):
        return False
    raise ValueError


def listed(value: Any) -> list[Any]:
    """A list; a lone scalar is a list of one, `""` and `"[]"` are none. Raises ValueError."""
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        raise ValueError
    if isinstance(value, str) and value.strip() in ("", "[]"):
        return []
    return [value]


def names(value: Any) -> list[str]:
    """A list of texts, also one comma-joined text; what is no text is passed over."""
    out: list[str] = []
    for item in listed(value):
        if isinstance(item, str):
            out += [part.strip() for part in item.split(",") if part.strip()]
    return out


def integers(value: Any) -> list[int]:
    """A list of whole numbers, also comma-joined. Raises ValueError."""
    out: list[int] = []
    for item in listed(value):
        parts = item.split(",") if isinstance(item, str) else [item]
        out += [integer(part) for part in parts]
    return out


def page_number(value: Any) -> int | None:
    """offset and limit: None for what is negative or no number, which means the default."""
    try:
        number = integer(value)
    except ValueError:
        return None
    return number if number >= 0 else None


def since(value: Any) -> Since:
    """The first millisecond of a day or second. Raises ValueError."""
    return Since(_moment(value)[0])


def until(value: Any) -> Until:
    """The last millisecond of a day or second. Raises ValueError."""
    return Until(_moment(value)[1])


def _moment(value: Any) -> tuple[int, int]:
    match = _DAY.match(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise ValueError
    year, month, day, day2, month2, year2, hour, minute, second = match.groups()
    date = (int(year or year2), int(month or month2), int(day or day2))
    clock = (int(hour or 0), int(minute or 0), int(second or 0))
    start = from_datetime(datetime.datetime(*date, *clock, tzinfo=datetime.UTC))
    return start, start + (_DAY_MS if hour is None else 1000) - 1


def stamp(at_ms: int) -> str:
    """`2021-03-30 11:17:53`, UTC."""
    at = datetime.datetime.fromtimestamp(at_ms // 1000, datetime.UTC)
    return f"{at.year:04d}-{at:%m-%d %H:%M:%S}"


def number(hundredths: int) -> int | float:
    """Money or percent as a number; a whole one without fraction."""
    return hundredths // 100 if hundredths % 100 == 0 else hundredths / 100


READERS = Readers(
    body={
        str: (string, "string"),
        int: (integer, "integer"),
        bool: (boolean, "boolean"),
        list: (listed, "list"),
        list[int]: (integers, "list of integers"),
        list[str]: (names, "list of strings"),
        Since: (since, "date"),
        Until: (until, "date"),
    },
    text={str: (string, "string"), int: (integer, "integer")},
)
