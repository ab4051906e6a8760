"""Steps that any dialect may put into its order of checks. A step raises a Fault to refuse,
Answered to finish early.
"""

from collections.abc import Callable, Mapping

import msgspec

from dragoman.core import jsontext
from dragoman.core.faults import Malformed, NoSuchPath, TooLarge, WrongMethod
from dragoman.core.text import has_nul
from dragoman.wire.binding import Binder
from dragoman.wire.endpoint import Endpoint
from dragoman.wire.exchange import Exchange


def route(ex: Exchange) -> None:
    """Refuse an unknown path (NoSuchPath) and a known one with another method (WrongMethod)."""
    if ex.endpoint is None:
        if ex.allowed:
            raise WrongMethod(ex.call.method, ex.allowed)
        raise NoSuchPath(ex.call.path)


def bounded(ex: Exchange) -> None:
    """Refuse a body past the row's bound; reading has stopped there."""
    if ex.call.oversized:
        raise TooLarge(ex.call.body_limit)


def json_body(ex: Exchange) -> None:
    """Read the body as one JSON object, whatever its Content-Type; an empty one is `{}`. Raises
    Malformed.
    """
    bounded(ex)
    if ex.call.has_body:
        ex.fields = json_object(ex.call.body)


def json_object(body: bytes) -> dict[str, object]:
    """One JSON object. Raises Malformed: `json`, `object` or `nul`."""
    if not body:
        return {}
    try:
        fields = jsontext.read(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise Malformed("json") from None
    except RecursionError:
        raise Malformed("depth") from None
    if not isinstance(fields, dict):
        raise Malformed("object")
    if b"\\u0000" in body and has_nul(fields):
        raise Malformed("nul")
    return fields


def bind_path(ex: Exchange) -> None:
    """Path values, then query, header and cookie fields. Raises WrongType."""
    binder = ex.binder
    if binder is not None:
        binder.read_early(ex.params, ex.call, ex.values)


def bind_types(ex: Exchange) -> None:
    """Members of the body. Raises WrongType."""
    binder = ex.binder
    if binder is not None:
        binder.read_members(ex.fields, ex.values)


def bind_required(ex: Exchange) -> None:
    """Required fields, then the Ask is built. Raises Missing."""
    binder = ex.binder
    if binder is not None:
        binder.refuse_missing(ex.values)
        ex.ask = binder.build(ex.values, ex.given)


def transaction(ex: Exchange) -> None:
    """The mark: here the one transaction begins. What stands before it may only look."""


def run(ex: Exchange) -> None:
    """Call the row's handler."""
    ex.result = ex.endpoint.handler(ex.tx, ex.ask)  # type: ignore[union-attr] # `route` stands before


Concerns = Mapping[Callable[[Exchange], None], Callable[[Endpoint, Binder], bool]]

# Of a row that was found, whether it has anything for these steps to do.
CONCERNS: Concerns = {
    route: lambda row, binder: False,
    bind_path: lambda row, binder: bool(binder.early),
    bind_types: lambda row, binder: bool(binder.members),
}
