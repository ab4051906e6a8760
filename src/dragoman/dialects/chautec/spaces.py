"""Chapter "Spaces". Source: spec/chautec 4."""

from typing import Annotated, Any

import msgspec

from dragoman.core.tx import Tx
from dragoman.dialects.chautec.envelope import Done
from dragoman.dialects.chautec.reading import path_id
from dragoman.dialects.chautec.refusals import IdMismatch
from dragoman.domains.content import spaces
from dragoman.wire.binding import Filled, Path, Read
from dragoman.wire.endpoint import NoAsk

PathId = Annotated[int, Path("id"), Read(path_id, "integer")]


class CreateSpace(msgspec.Struct, frozen=True):
    """POST /space."""

    name: Annotated[str, Filled()]


class OneSpace(msgspec.Struct, frozen=True):
    """A space by id."""

    id: PathId


class ChangeSpace(msgspec.Struct, frozen=True):
    """PUT /space/{id}."""

    path: PathId
    id: int
    name: Annotated[str | None, Filled()] = None


def create(tx: Tx, ask: CreateSpace) -> Done:
    """POST /space"""
    return Done(spaces.create(tx, ask.name), created=True)


def fetch(tx: Tx, ask: OneSpace) -> dict[str, Any]:
    """GET /space/{id}"""
    row = spaces.fetch(tx, ask.id)
    return {"id": row.id, "name": row.name}


def listed(tx: Tx, ask: NoAsk) -> dict[str, Any]:
    """GET /space/all"""
    return {"spaces": [{"id": row.id, "name": row.name} for row in spaces.listed(tx)]}


def change(tx: Tx, ask: ChangeSpace) -> Done:
    """PUT /space/{id}"""
    if ask.id != ask.path:
        raise IdMismatch("id")
    spaces.fetch(tx, ask.path)
    if ask.name is not None:
        spaces.rename(tx, ask.path, ask.name)
    return Done(ask.path)


def delete(tx: Tx, ask: OneSpace) -> Done:
    """DELETE /space/{id}"""
    spaces.delete(tx, ask.id)
    return Done(ask.id)
