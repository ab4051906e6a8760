"""The vocabulary of parameter checks. Source: spec/opensupports 3.

A check is a function of a `Look` (who asks, and the database) and the raw value: text, None when
absent, UNUSABLE for `key[]` and undecodable bytes. It returns the value or raises ValueError.
"""

import re
from collections.abc import Callable
from typing import Any

import msgspec

from dragoman.core import jsontext
from dragoman.core.faults import BadValue
from dragoman.core.tx import Tx
from dragoman.dialects.opensupports.callers import Caller
from dragoman.domains.desk import cleaning, settings
from dragoman.domains.desk.people import Person
from dragoman.wire import forms
from dragoman.wire.binding import Read, Readers
from dragoman.wire.exchange import Exchange

UNUSABLE = ()
_TAG = re.compile(r"<[^>]*>")
_NUMERIC = re.compile(
    r"[ \t\n\r\v\f]*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?\s*\Z", re.ASCII
)
_DIGITS = re.compile(r"[0-9]{1,18}\Z")
_COLOR = re.compile(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})\Z")
_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@"
    r"(([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    r"|\[[0-9a-fA-F:.]+\])\Z"
)
_FAR = 1 << 40


class Look:
    """What checks may look at."""

    __slots__ = ("_settings", "ex", "fields", "tx")

    def __init__(self, ex: Exchange) -> None:
        self.ex = ex
        self.tx: Tx = ex.tx
        self.fields = ex.fields
        self._settings: dict[str, str | None] | None = None

    @property
    def person(self) -> Person | None:
        """The authenticated caller."""
        return self.ex.actor.person if isinstance(self.ex.actor, Caller) else None

    @property
    def settings(self) -> dict[str, str | None]:
        """The desk's settings."""
        if self._settings is None:
            self._settings = settings.read(self.tx)
        return self._settings

    @property
    def form(self) -> forms.Form:
        """The form, with its files."""
        form: forms.Form = self.ex.memo["form"]
        return form


Check = Callable[[Look, Any], Any]


class Says(Read, frozen=True):
    """How a parameter is checked, and the constant that a failure answers."""

    constant: str = ""


def says(constant: str, check: Check) -> Says:
    """For `Annotated`: the check, and what its failure says."""
    return Says(check, "", constant)  # type: ignore[arg-type] # called with a Look, by `bind`


def bind(ex: Exchange) -> None:
    """Read every parameter in the order of the Ask. Raises BadValue with the parameter's name."""
    binder = ex.binder
    if binder is None:
        return
    look = Look(ex)
    for field in binder.members:
        try:
            ex.values[field.attribute] = field.read(look, ex.fields.get(field.name))  # type: ignore[call-arg,misc] # a check, see says
        except ValueError:
            raise BadValue(field.name) from None
    ex.ask = binder.build(ex.values, ex.given)
    if "files" in ex.endpoint.flags and not look.form.uploads:  # type: ignore[union-attr] # routed
        ex.unprepared = not ex.fields.get("images")


def text(look: Look, raw: Any) -> str:
    """As sent; empty when absent or unusable."""
    return raw if type(raw) is str else ""


def maybe(look: Look, raw: Any) -> str | None:
    """As sent, or None."""
    return raw if type(raw) is str else None


def truthy(look: Look, raw: Any) -> bool:
    """PHP's truth: absent, "" and "0" are false."""
    return raw is not None and raw not in ("", "0")


def maybe_truthy(look: Look, raw: Any) -> bool | None:
    """The same, None when absent."""
    return None if raw is None else truthy(look, raw)


def lowered(look: Look, raw: Any) -> str:
    """An e-mail address that is not checked."""
    return text(look, raw).lower()


def _text(raw: Any) -> str:
    if type(raw) is not str:
        raise ValueError
    return raw


def is_blank(value: str) -> bool:
    """Empty when trimmed, or a number equal to zero."""
    value = value.strip(" \t\n\r\0\v\f")
    return not value or (_NUMERIC.match(value) is not None and float(value) == 0)


def name(look: Look, raw: Any) -> str:
    """NAME and TITLE."""
    value = _text(raw)
    if is_blank(value) or len(value) > 200:
        raise ValueError
    return value


def clean_name(look: Look, raw: Any) -> str:
    """NAME[html]."""
    return cleaning.clean(name(look, raw))


def password(look: Look, raw: Any) -> str:
    """PASSWORD."""
    value = _text(raw)
    if is_blank(value) or not 6 <= len(value) <= 200:
        raise ValueError
    return value


def email(look: Look, raw: Any) -> str:
    """EMAIL, lower-cased."""
    value = _text(raw).lower()
    if len(value) > 254 or value.find("@") > 64 or not _EMAIL.match(value):
        raise ValueError
    return value


def content(look: Look, raw: Any) -> str:
    """CONTENT[html]."""
    value = _text(raw)
    bare = (_TAG.sub("", value) if "<" in value else value).replace(" ", "")
    if not bare or len(bare.encode("utf-8", "surrogatepass")) > 10000:
        raise ValueError
    return cleaning.clean(value)


def optional(check: Check) -> Check:
    """Absent is fine; present but empty is checked."""
    return lambda look, raw: None if raw is None else check(look, raw)


def or_falsy(check: Check) -> Check:
    """Falsy values are as good as absent."""
    return lambda look, raw: check(look, raw) if truthy(look, raw) else None


def number(raw: Any) -> int:
    """Digits, as ids are sent."""
    if type(raw) is not str or not _DIGITS.match(raw):
        raise ValueError
    return int(raw)


def page(look: Look, raw: Any) -> int:
    """NUM as a page: numeric, the fraction cut off, from 1."""
    value = _text(raw)
    if not _NUMERIC.match(value):
        raise ValueError
    found = float(value)
    if found < 1:
        raise ValueError
    return int(min(found, _FAR))


def maybe_page(look: Look, raw: Any) -> int:
    """PAGE+: 1 when absent."""
    return 1 if raw is None else page(look, raw)


def page_size(look: Look, raw: Any) -> int:
    """PAGESIZE: 10 when absent."""
    if raw is None:
        return 10
    size = number(raw)
    if not 5 <= size <= 50:
        raise ValueError
    return size


def flag(look: Look, raw: Any) -> bool | None:
    """FLAG: absent, "0" or "1"."""
    if raw is None:
        return None
    if raw not in ("0", "1"):
        raise ValueError
    return bool(raw == "1")


def json(raw: Any) -> Any:
    """JSON text in a form field."""
    try:
        return jsontext.read(_text(raw))
    except (msgspec.MsgspecError, RecursionError):
        raise ValueError from None


def ids(raw: Any) -> tuple[int, ...]:
    """A JSON list of ids, numbers or texts."""
    value = json(raw)
    if type(value) is not list or len(value) > 10000:
        raise ValueError
    return tuple(_id(item) for item in value)


def _id(item: Any) -> int:
    if type(item) is int and 0 <= item < 1 << 60:
        return item
    return number(item)


def color(look: Look, raw: Any) -> str:
    """COLOR."""
    value = _text(raw)
    if not _COLOR.match(value):
        raise ValueError
    return value


def language(look: Look, raw: Any) -> str:
    """LANG."""
    value = _text(raw)
    if value not in settings.LANGUAGES:
        raise ValueError
    return value


def supported_language(look: Look, raw: Any) -> str:
    """SLANG."""
    value = _text(raw)
    if value not in settings.languages(look.settings, "supported-languages"):
        raise ValueError
    return value


def level(look: Look, raw: Any) -> int:
    """A staff level."""
    if raw not in ("1", "2", "3"):
        raise ValueError
    return int(raw)


def at_least(size: int, check: Check | None = None) -> Check:
    """Text of at least so many characters."""

    def read(look: Look, raw: Any) -> str:
        value = _text(raw)
        if len(value) < size:
            raise ValueError
        return value

    return read


READERS = Readers(body={str: (text, "text")}, text={str: (text, "text")})  # type: ignore[dict-item]


def maybe_text(look: Look, raw: Any) -> str:
    """Any text, but nothing else."""
    return _text(raw)
