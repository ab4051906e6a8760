"""How JSON members and path or query text are read. Source: spec/chautec 1.1."""

import datetime
import re
from typing import Any, NewType

from dragoman.core.clock import from_datetime
from dragoman.core.faults import WrongType
from dragoman.wire.binding import Readers

DateMs = NewType("DateMs", int)
BodyId = NewType(
    "BodyId", int
)  # the `id` of PUT /component and PUT /user: integer, or text of digits

_INTEGER = re.compile(r"[+-]?[0-9]+\Z")
_DIGITS = re.compile(r"[0-9]+\Z")
_DATE = re.compile(
    r"(\d{4}-\d{2}-\d{2})"
    r"(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:[.,](\d{1,9}))?\s*(Z|z|[+-]\d{2}(?::?\d{2})?)?)?\Z",
    re.ASCII,
)
_LARGEST = (1 << 63) - 1
_SMALLEST = -(1 << 63)
NO_ID = -1
_EARLIEST_MS = from_datetime(datetime.datetime(1, 1, 1, tzinfo=datetime.UTC))
_LATEST_MS = from_datetime(datetime.datetime(9999, 12, 31, 23, 59, 59, 999_999, datetime.UTC))


def string(value: Any) -> str:
    """A JSON string."""
    if type(value) is not str:
        raise ValueError
    return value


def integer(value: Any) -> int:
    """A JSON number without fraction and exponent, within 64 bits."""
    if type(value) is not int or not _SMALLEST <= value <= _LARGEST:
        raise ValueError
    return value


def boolean(value: Any) -> bool:
    """true or false."""
    if type(value) is not bool:
        raise ValueError
    return value


def array(value: Any) -> list[Any]:
    """A JSON list."""
    if type(value) is not list:
        raise ValueError
    return value


def texts(value: Any) -> list[str]:
    """A JSON list of strings."""
    if type(value) is not list or not all(type(item) is str for item in value):
        raise ValueError
    return value


def mapping(value: Any) -> dict[str, Any]:
    """A JSON object."""
    if type(value) is not dict:
        raise ValueError
    return value


def date(value: Any) -> DateMs:
    """ISO 8601 date, or date and time with optional fraction and offset; without offset UTC."""
    match = _DATE.match(value) if type(value) is str else None
    if match is None:
        raise ValueError
    day, time, fraction, offset = match.groups()
    moment = datetime.datetime.fromisoformat(f"{day}T{time or '00:00'}")
    shift = datetime.timedelta()
    if offset and offset not in "Zz":
        sign = -1 if offset[0] == "-" else 1
        shift = sign * datetime.timedelta(
            hours=int(offset[1:3]), minutes=int(offset[-2:] if len(offset) > 3 else 0)
        )
    at_ms = (
        from_datetime(moment)
        - shift // datetime.timedelta(milliseconds=1)
        + int((fraction or "0").ljust(3, "0")[:3])
    )
    if not _EARLIEST_MS <= at_ms <= _LATEST_MS:  # the offset leads out of the years 1 to 9999
        raise ValueError
    return DateMs(at_ms)


def body_id(value: Any) -> BodyId:
    """An integer or text of digits; other text is an id that nothing has."""
    if type(value) is str:
        return BodyId(int(value)) if _DIGITS.match(value) and len(value) < 4000 else BodyId(NO_ID)
    return BodyId(integer(value))


def text_integer(value: str) -> int:
    """Digits with an optional sign, in a path or query; any size."""
    if not _INTEGER.match(value):
        raise ValueError
    return max(_SMALLEST, min(_LARGEST, int(value[:4000])))


def text(value: str) -> str:
    """Text as it came."""
    return value


def path_id(value: str) -> int:
    """An id in a path; one beyond 64 bits is simply not found, so it keeps its size."""
    if not _INTEGER.match(value):
        raise ValueError
    return int(value[:4000])


def path_space(value: str) -> int:
    """A space's id in a path; whatever the document calls it there, faults say `spaceId`."""
    try:
        return path_id(value)
    except ValueError:
        raise WrongType("spaceId", "integer") from None


READERS = Readers(
    body={
        str: (string, "string"),
        int: (integer, "integer"),
        bool: (boolean, "boolean"),
        list: (array, "array"),
        list[str]: (texts, "array"),
        dict: (mapping, "object"),
        DateMs: (date, "datetime"),
        BodyId: (body_id, "string"),
    },
    text={str: (text, "string"), int: (text_integer, "integer")},
)
