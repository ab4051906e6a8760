"""Text by language, money, addresses made from titles."""

import re
import unicodedata
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

_CYRILLIC = str.maketrans(
    {
        "а": "a",
        "б": "b",
        "в": "v",
        "г": "h",
        "ґ": "g",
        "д": "d",
        "е": "e",
        "є": "ie",
        "ё": "e",
        "ж": "zh",
        "з": "z",
        "и": "y",
        "і": "i",
        "ї": "i",
        "й": "i",
        "к": "k",
        "л": "l",
        "м": "m",
        "н": "n",
        "о": "o",
        "п": "p",
        "р": "r",
        "с": "s",
        "т": "t",
        "у": "u",
        "ф": "f",
        "х": "kh",
        "ц": "ts",
        "ч": "ch",
        "ш": "sh",
        "щ": "shch",
        "ъ": "",
        "ы": "y",
        "ь": "",
        "э": "e",
        "ю": "iu",
        "я": "ia",
    }
)
_OTHER = re.compile(r"[^a-z0-9]+")
_LARGEST = Decimal(10**15)
_SLUG_LENGTH = 200


def by_language(value: Any, languages: Sequence[str]) -> dict[str, str]:
    """One text for all languages, or an object of which the shop's languages are kept. Raises
    ValueError.
    """
    if isinstance(value, dict):
        kept = {name: value[name] for name in languages if value.get(name) is not None}
        return {name: plain(text) for name, text in kept.items()}
    text = plain(value)
    return dict.fromkeys(languages, text)


def plain(value: Any) -> str:
    """Text, or a number as text. Raises ValueError."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError("no text")
    return str(int(value)) if value == value // 1 and abs(value) < 1 << 63 else repr(value)


def in_all(stored: dict[str, str], languages: Sequence[str]) -> dict[str, str]:
    """A stored text with every language of the shop, empty where it has none."""
    return {name: stored.get(name, "") for name in languages}


def shown(stored: dict[str, str], language: str, default: str = "") -> str:
    """The text in one language, else in the default one, else any."""
    return stored.get(language) or stored.get(default) or next(filter(None, stored.values()), "")


def minor(value: Any) -> int:
    """Minor units of a number or numeric text, rounded half up. Raises ValueError: no number,
    negative, huge.
    """
    return _scaled(value, 100)


def percent_hundredths(value: Any) -> int:
    """Hundredths of a percent. Raises ValueError: no number, outside 0..100."""
    scaled = _scaled(value, 100)
    if scaled > 100_00:
        raise ValueError("more than all")
    return scaled


def _scaled(value: Any, by: int) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError("no number")
    try:
        number = Decimal(str(value).strip().replace(",", "."))
    except InvalidOperation:
        raise ValueError("no number") from None
    if not number.is_finite() or number < 0 or number > _LARGEST:
        raise ValueError("out of range")
    return int((number * by).quantize(Decimal(1), ROUND_HALF_UP))


def slug(title: str) -> str:
    """An address part of a-z, 0-9 and hyphens; may be empty."""
    latin = unicodedata.normalize("NFC", title.casefold()).translate(_CYRILLIC)
    bare = unicodedata.normalize("NFKD", latin)
    kept = "".join(mark for mark in bare if not unicodedata.combining(mark))
    return _OTHER.sub("-", kept).strip("-")[:_SLUG_LENGTH]
