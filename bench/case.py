"""What is measured: one request against a dialect, and the floor that does the same work bare."""

from collections.abc import Callable
from typing import Any

import msgspec


class Request(msgspec.Struct, frozen=True):
    """One request. `{n}` in path and body becomes a number that no other request has."""

    method: str
    path: str
    headers: dict[str, str] = {}
    body: str = ""


class Case(msgspec.Struct, frozen=True):
    """budget: at most this many times the floor.

    floor: `module:function`, a factory of an ASGI application that takes the path of the database.
    of: the case whose floor is used instead (ratios to another request's floor).
    budget_ms: at most so much server CPU a request, in place of a floor.
    """

    name: str
    dialect: str
    request: Request
    budget: float = 0
    floor: str = ""
    of: str = ""
    clients: int = 64
    budget_ms: float = 0


class Part(msgspec.Struct, frozen=True):
    """A dialect's cases and what has to be in the database for them."""

    prepare: Callable[[Any], dict[str, str]]  # a writing Tx -> values for `{name}` in requests
    cases: list[Case]
