"""Spaces: each holds one tree, whose root is made with it."""

import sqlalchemy as sa

from dragoman.core import files
from dragoman.core.faults import NotFound
from dragoman.core.sql import Row, prepare
from dragoman.core.tx import Tx
from dragoman.domains.content import components, trees
from dragoman.domains.content.tables import spaces

ROOT_KEY = "root"

_GET = prepare(sa.select(spaces).where(spaces.c.id == sa.bindparam("id", type_=sa.BigInteger())))
_ALL = prepare(sa.select(spaces).order_by(spaces.c.id))


def create(tx: Tx, name: str) -> int:
    """A space and its root, a `folder` with key `root`. Returns the space's id. Source:
    spec/chautec 4.
    """
    space_id = tx.insert(spaces, {"name": name, "created_ms": tx.now_ms})
    root = components.NewComponent(
        space_id=space_id, parent_id=None, key=ROOT_KEY, kind="folder", name="Root", published=True
    )
    components.store(tx, root)
    return space_id


def fetch(tx: Tx, id: int) -> Row:
    """The space. Raises NotFound("space")."""
    row = tx.first(_GET, id=id) if 0 < id < 1 << 63 else None
    if row is None:
        raise NotFound("space", "id", id)
    return row


def listed(tx: Tx) -> list[Row]:
    """Every space by id."""
    return tx.all(_ALL)


def rename(tx: Tx, id: int, name: str) -> None:
    """Change a space's name. Raises NotFound("space")."""
    fetch(tx, id)
    tx.update(spaces, id, {"name": name})


def delete(tx: Tx, id: int) -> None:
    """Remove a space with all components and files. Raises NotFound("space")."""
    fetch(tx, id)
    tx.lock(spaces, id)
    root = trees.by_key(tx, id, ROOT_KEY, drafts=True)
    for row in trees.below(tx, root.id):
        if row.file_id is not None:
            files.unlink(tx, row.file_id)
    components.remove_all(tx, id)
    tx.delete(spaces, id)
