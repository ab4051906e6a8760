"""How forms and queries are read: everything is text, a ticked box is `on`, an empty number is
none.
"""

import re
from typing import Any

from dragoman.wire.binding import Readers

_INTEGER = re.compile(r"[+-]?\d{1,18}\Z")


def text(value: Any) -> str:
    """The last value sent, line ends as `\\n`."""
    last = value[-1] if isinstance(value, list) else value
    return str(last).replace("\r\n", "\n")


def integer(value: Any) -> int:
    """Digits with an optional sign, 18 at most. Raises ValueError."""
    plain = text(value).strip()
    if not _INTEGER.match(plain):
        raise ValueError
    return int(plain)


def number_in(text: str) -> int | None:
    """The number that an address or a cell holds: 1 to 9 digits; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def page_in(text: str) -> int:
    """The page that an address asks for, from 1; the first for none and for one far away."""
    number = number_in(text) or 1
    return number if number < 100_000 else 1


def boolean(value: Any) -> bool:
    """A ticked box, or a yes of a select."""
    return text(value).lower() in ("on", "1", "true", "yes")


def texts(value: Any) -> list[str]:
    """Every value sent under one name."""
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


_TABLE: dict[Any, tuple[Any, str]] = {
    str: (text, "text"),
    int: (integer, "whole number"),
    bool: (boolean, "yes or no"),
    list[str]: (texts, "list"),
}
READERS = Readers(body=_TABLE, text=_TABLE)
