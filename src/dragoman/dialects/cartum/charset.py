"""Character sets of bodies: names, the choice by Accept-Charset, reading, and writing with nothing
lost.

A character that the chosen set cannot hold is written as a JSON `\\uXXXX` escape. Source:
spec/cartum 1.2.
"""

import codecs
import re
from functools import lru_cache

import msgspec

UTF_8 = "utf-8"
LATIN_1 = "iso-8859-1"
_ESCAPES = "cartum-json-escapes"

# The name as it is sent -> the codec. iso-8859-12 was never made.
CODECS = {
    UTF_8: "utf-8",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "us-ascii": "ascii",
    LATIN_1: "iso8859-1",
    **{f"iso-8859-{number}": f"iso8859-{number}" for number in range(2, 17) if number != 12},
    **{f"windows-{number}": f"cp{number}" for number in range(1250, 1259)},
    "cp866": "cp866",
    "koi8-r": "koi8-r",
    "koi8-u": "koi8-u",
    "x-mac-cyrillic": "mac-cyrillic",
}
_NAMES = {codecs.lookup(codec).name: name for name, codec in CODECS.items()}
_ALIASES = {
    "x-mac-cyrillic": "x-mac-cyrillic",
    "macintosh-cyrillic": "x-mac-cyrillic",
    "x-cp1251": "windows-1251",
    "win-1251": "windows-1251",
    "x-cp1250": "windows-1250",
    "x-cp1252": "windows-1252",
    "ibm866": "cp866",
    "dos-866": "cp866",
    "koi8": "koi8-r",
    "koi": "koi8-r",
    "unicode-1-1-utf-8": UTF_8,
}
_UTF_16 = "utf-16"
_Q = re.compile(r"\s*q\s*=\s*(0(?:\.[0-9]*)?|1(?:\.0*)?)\s*\Z", re.IGNORECASE)


class Choice(msgspec.Struct, frozen=True):
    """One entry of Accept-Charset. name: None for one that nobody knows, `*` for any other."""

    name: str | None
    quality: float


@lru_cache(maxsize=256)
def known(name: str) -> str | None:
    """The name as it is sent, for any alias; None for a set that is not served. `utf-16` stays
    `utf-16`.
    """
    name = name.strip().strip("\"'").strip().lower()
    if name in _ALIASES:
        return _ALIASES[name]
    if name.replace("_", "-") in (_UTF_16, "utf16", "iso-10646-ucs-2"):
        return _UTF_16
    if not name or not name.isascii():
        return None
    try:
        return _NAMES.get(codecs.lookup(name).name)
    except (LookupError, ValueError):
        return None


@lru_cache(maxsize=256)
def chosen(header: str) -> str | None:
    """The set to answer in; None when none that is allowed can be sent. A `utf-16` is sent as
    `utf-16be`.
    """
    if not header.strip():
        return UTF_8
    choices = [_choice(part) for part in header.split(",") if part.strip()]
    star = next((choice.quality for choice in choices if choice.name == "*"), None)
    named: dict[str, float] = {}
    for choice in choices:
        if choice.name is not None and choice.name != "*":
            named.setdefault(choice.name, choice.quality)
    usable = dict(named)
    if star is not None:
        for name in (UTF_8, *CODECS):
            usable.setdefault(name, star)
    usable = {name: quality for name, quality in usable.items() if quality > 0}
    if usable:
        best = max(usable.values())
        tied = [name for name, quality in usable.items() if quality == best]
        return UTF_8 if UTF_8 in tied else tied[0]
    forbidden = star == 0 or named.get(LATIN_1) == 0
    return None if forbidden else LATIN_1


def _choice(part: str) -> Choice:
    name, _, rest = part.partition(";")
    quality = 1.0
    for parameter in rest.split(";"):
        if match := _Q.match(parameter):
            quality = float(match[1])
    if name.strip() == "*":
        return Choice("*", quality)
    found = known(name)
    return Choice("utf-16be" if found == _UTF_16 else found, quality)


def decoded(body: bytes, name: str) -> str:
    """Text of bytes in a `known` set. Raises UnicodeDecodeError."""
    if name == _UTF_16:
        if body[:2] == codecs.BOM_UTF16_LE:
            return body[2:].decode("utf-16-le")
        return body.removeprefix(codecs.BOM_UTF16_BE).decode("utf-16-be")
    return body.decode(CODECS[name])


def codec(name: str) -> str:
    """The codec of a `known` set."""
    return "utf-16-be" if name == _UTF_16 else CODECS[name]


def encoded(json: bytes, name: str) -> bytes:
    """JSON in UTF-8 as the same JSON in another set, without a byte order mark."""
    if name == UTF_8:
        return json
    return json.decode().encode(CODECS[name], _ESCAPES)


def _escaped(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    pairs = (units[at : at + 2].hex() for at in range(0, len(units), 2))
    return "".join(f"\\u{pair}" for pair in pairs), error.end


codecs.register_error(_ESCAPES, _escaped)
