"""Binding field by field, in declared order. Source: DESIGN.md 2."""

from typing import Annotated, Any

import msgspec
import pytest
from msgspec import UNSET, UnsetType

from dragoman.core.faults import Missing, WrongType
from dragoman.wire.binding import Binder, Cookie, Filled, Given, Header, Path, Query, Readers
from dragoman.wire.call import Call


def _number(raw: Any) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int):
        raise ValueError(raw)
    return raw


def _text(raw: Any) -> str:
    if not isinstance(raw, str):
        raise TypeError(raw)
    return raw


READERS = Readers(
    body={int: (_number, "a number"), str: (_text, "a text"), list: (list, "a list")},
    text={int: (int, "digits"), str: (str, "text")},
)


class Service(msgspec.Struct):
    """What a worker gives."""

    name: str = "own"


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """One field of each source."""

    id: Annotated[int, Path()]
    second: int = msgspec.field(name="secondValue")
    first: str
    page: Annotated[int, Query("p")] = 1
    agent: Annotated[str, Header("user-agent")] = ""
    visit: Annotated[str, Cookie("v")] = ""
    name: Annotated[str | UnsetType, Filled()] = UNSET
    tags: list[str] = []
    service: Annotated[Service, Given()]
    prepared: str | None = None


BINDER = Binder(Ask, READERS)
GIVEN = {Service: Service()}


def bound(
    fields: dict[str, Any],
    *,
    params: dict[str, str] | None = None,
    query: bytes = b"",
    headers: tuple[tuple[bytes, bytes], ...] = (),
) -> Any:
    """The Ask, by the steps in their order."""
    values: dict[str, Any] = {}
    call = Call("POST", "/", query_string=query, headers=headers)
    BINDER.read_early({"id": "7"} if params is None else params, call, values)
    BINDER.read_members(fields, values)
    BINDER.refuse_missing(values)
    return BINDER.build(values, GIVEN)


def test_every_source_is_read() -> None:
    ask = bound(
        {"secondValue": 2, "first": "one", "tags": ["a"], "unknown": 1},
        query=b"p=3",
        headers=((b"user-agent", b"curl"), (b"cookie", b"v=abc; w=1")),
    )
    assert (ask.id, ask.second, ask.first, ask.page, ask.agent, ask.visit, ask.tags) == (
        7, 2, "one", 3, "curl", "abc", ["a"]
    )  # fmt: skip
    assert ask.name is UNSET
    assert ask.service is GIVEN[Service]
    assert ask.prepared is None


def test_the_first_wrong_field_is_told_in_declared_order() -> None:
    for sent in ({"first": 1, "secondValue": "x"}, {"secondValue": "x", "first": 1}):
        with pytest.raises(WrongType) as caught:
            bound(sent)
        assert (caught.value.field, caught.value.expected) == ("secondValue", "a number")
    with pytest.raises(WrongType) as caught:  # the path comes before everything else
        bound({"secondValue": "x"}, params={"id": "seven"}, query=b"p=x")
    assert (caught.value.field, caught.value.expected) == ("id", "digits")


def test_the_first_missing_field_is_told_in_declared_order() -> None:
    for sent, field in (({}, "secondValue"), ({"secondValue": 1}, "first")):
        with pytest.raises(Missing) as caught:
            bound(sent)
        assert caught.value.field == field


@pytest.mark.parametrize("blank", ["", "  ", "\t\n"])
def test_a_field_that_must_be_filled_takes_no_blanks(blank: str) -> None:
    with pytest.raises(Missing) as caught:
        bound({"secondValue": 1, "first": "x", "name": blank})
    assert caught.value.field == "name"
    assert bound({"secondValue": 1, "first": "x", "name": " a "}).name == " a "


def test_null_is_as_if_it_were_not_sent() -> None:
    assert bound({"secondValue": 1, "first": "x", "tags": None}).tags == []
    with pytest.raises(Missing):
        bound({"secondValue": None, "first": "x"})


def test_what_a_worker_gives_cannot_be_sent() -> None:
    sent = {"secondValue": 1, "first": "x", "service": "theirs", "prepared": "theirs"}
    ask = bound(sent, query=b"service=theirs&prepared=theirs")
    assert ask.service is GIVEN[Service]
    assert ask.prepared is None
