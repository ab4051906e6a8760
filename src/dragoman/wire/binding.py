"""From what was sent to a typed Ask: field by field, in declared order, compiled once per Struct.

    class FetchComponent(msgspec.Struct, frozen=True):
        id: Annotated[int, Path()]
        levels: Annotated[int, Query()] = 0
        key: str                                  # a member of the body
        name: str | UnsetType = UNSET             # absent stays UNSET

A dialect supplies `Readers`: for each type how JSON and how text is read, and what the type is
called. A field may bring its own with `Read`. null counts as not given unless the field's type
allows None *and* it is marked `Nullable()`.
"""

import types
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec

from dragoman.core.faults import Missing, WrongType

NOT_GIVEN = msgspec.UNSET


class Path(msgspec.Struct, frozen=True):
    """The field is a segment of the path (its own name unless given)."""

    name: str = ""


class Query(msgspec.Struct, frozen=True):
    """The field is a query parameter."""

    name: str = ""


class Header(msgspec.Struct, frozen=True):
    """The field is a request header (lower-case name)."""

    name: str


class Cookie(msgspec.Struct, frozen=True):
    """The field is a cookie."""

    name: str


class Part(msgspec.Struct, frozen=True):
    """The field is the first file part of that name: an `Upload`; or all of them, `list[Upload]`,
    where the dialect reads lists.
    """

    name: str = ""


class Given(msgspec.Struct, frozen=True):
    """The field is something the application gives (file store, settings), found by the field's
    type.
    """


class Nullable(msgspec.Struct, frozen=True):
    """null is a value of this field, not its absence."""


class Filled(msgspec.Struct, frozen=True):
    """A blank text in this field counts as missing."""


class Read(msgspec.Struct, frozen=True):
    """How this field is read: a function of the raw value that raises ValueError, and the type's
    name for faults.
    """

    function: Callable[[Any], Any]
    expected: str = ""


class Readers(msgspec.Struct, frozen=True):
    """How a dialect reads types: type -> (function that raises ValueError, the type's name in the
    dialect).
    """

    body: Mapping[Any, tuple[Callable[[Any], Any], str]]
    text: Mapping[Any, tuple[Callable[[str], Any], str]]


class Field(msgspec.Struct, frozen=True):
    """One compiled field."""

    attribute: str
    name: str
    source: str  # path | query | header | cookie | part | given | body | prepared
    read: Callable[[Any], Any] | None
    expected: str
    required: bool
    nullable: bool
    filled: bool
    kind: Any
    marks: tuple[Any, ...]


_SOURCES: dict[type[Any], str] = {
    Path: "path",
    Query: "query",
    Header: "header",
    Cookie: "cookie",
    Part: "part",
    Given: "given",
}


class Binder:
    """A compiled Ask: `early` fields come from the request line and headers, `members` from the
    body.
    """

    def __init__(self, ask: type[msgspec.Struct], readers: Readers) -> None:
        self.ask = ask
        hints = get_type_hints(ask, include_extras=True)
        fields = [
            _compiled(field, hints[field.name], readers) for field in msgspec.structs.fields(ask)
        ]
        early = [field for field in fields if field.source in ("path", "query", "header", "cookie")]
        self.early = sorted(early, key=lambda field: field.source != "path")
        self.in_path = [field for field in self.early if field.source == "path"]
        self.only_query = all(field.source in ("path", "query") for field in self.early)
        self.members = [field for field in fields if field.source == "body"]
        self.parts = [field for field in fields if field.source == "part"]
        self.given = [(field.attribute, field.kind) for field in fields if field.source == "given"]
        self.required = [field for field in fields if field.required or field.filled]
        self.by_name = {field.name: field for field in fields}
        self.takes_prepared = "prepared" in ask.__struct_fields__

    def read_early(self, params: Mapping[str, str], call: Any, values: dict[str, Any]) -> None:
        """Path, then query, header and cookie fields, in declared order. Raises WrongType."""
        if not call.query_string and self.only_query:  # the common case on a hot path
            for field in self.in_path:
                raw = params.get(field.name)
                if raw is not None:
                    values[field.attribute] = _read(field, raw)
            return
        for field in self.early:
            source = field.source
            if source == "path":
                raw = params.get(field.name)
            elif source == "query":
                raw = call.query.get(field.name)
            elif source == "header":
                raw = call.headers.get(field.name)
            else:
                raw = call.cookies.get(field.name)
            if raw is not None:
                values[field.attribute] = _read(field, raw)

    def read_members(self, fields: Mapping[str, Any], values: dict[str, Any]) -> None:
        """Members of the body, in declared order. Raises WrongType."""
        for field in self.members:
            raw = fields.get(field.name, NOT_GIVEN)
            if raw is NOT_GIVEN or (raw is None and not field.nullable):
                continue
            values[field.attribute] = None if raw is None else _read(field, raw)

    def refuse_missing(self, values: Mapping[str, Any]) -> None:
        """Raise Missing for the first required field, in declared order, that has no value (or only
        blanks).
        """
        for field in self.required:
            if field.attribute not in values:
                if field.required:
                    raise Missing(field.name)
            elif field.filled and not values[field.attribute].strip():
                raise Missing(field.name)

    def build(self, values: dict[str, Any], given: Mapping[Any, Any]) -> Any:
        """The Ask."""
        for attribute, kind in self.given:
            values[attribute] = given[kind]
        return self.ask(**values)


def _read(field: Field, raw: Any) -> Any:
    if field.read is None:
        return raw
    try:
        return field.read(raw)
    except (ValueError, TypeError):
        raise WrongType(field.name, field.expected) from None


def _compiled(field: Any, hint: Any, readers: Readers) -> Field:
    kind, marks = _unwrapped(hint)
    source, name = "body", field.encode_name
    for mark in marks:
        if type(mark) in _SOURCES:
            source, name = _SOURCES[type(mark)], getattr(mark, "name", "") or name
    if field.name == "prepared":
        source = "prepared"
    own = next((mark for mark in marks if isinstance(mark, Read)), None)
    read: Callable[[Any], Any] | None
    if own is not None:
        read, expected = own.function, own.expected
    elif source in ("part", "given", "prepared") or kind is Any:
        read, expected = None, ""
    else:
        table = readers.body if source == "body" else readers.text
        read, expected = table[kind if kind in table else get_origin(kind)]
    needed = field.default is msgspec.NODEFAULT and field.default_factory is msgspec.NODEFAULT
    required = needed and source not in ("given", "prepared")
    nullable = any(isinstance(mark, Nullable) for mark in marks)
    filled = any(isinstance(mark, Filled) for mark in marks)
    return Field(
        field.name, name, source, read, expected, required, nullable, filled, kind, tuple(marks)
    )


def _unwrapped(hint: Any) -> tuple[Any, list[Any]]:
    marks: list[Any] = []
    if get_origin(hint) is Annotated:
        hint, *marks = get_args(hint)
    if get_origin(hint) in (Union, types.UnionType):
        kinds = [kind for kind in get_args(hint) if kind not in (type(None), msgspec.UnsetType)]
        if len(kinds) == 1:
            inner, more = _unwrapped(kinds[0])
            return inner, marks + more
    return hint, marks
