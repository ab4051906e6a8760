"""How forms and queries are read: everything is text, a ticked box is `on`, an empty number is
none.
"""

import re
from collections.abc import Sequence
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


# Relations: a box holds a record's name and number.

FEW = 50  # so many are a select; where there are more, it is a search box
_MARK = "·"


def related(name: str, number: int) -> str:
    """A record as a search box holds it."""
    return f"{name} {_MARK} {number}"


def picked(text: str) -> int | None:
    """The number of what a box holds, or that was typed into it; None for neither."""
    return number_in(text.rpartition(_MARK)[2].strip())


def held(options: Sequence[tuple[str, str]], number: str) -> str:
    """What a box holds for a number, of these options."""
    return next((related(name, int(key)) for key, name in options if key and key == number), number)


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
