"""Work that takes longer than a request: exports and counters, to be asked about by key."""

import uuid
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from dragoman.core import files
from dragoman.core.faults import NotFound
from dragoman.core.files import Stored
from dragoman.core.sql import Row, prepare
from dragoman.core.tx import Tx
from dragoman.domains.profiles import tables

JOB = "profile task"
QUEUED, RUNNING, COMPLETED, FAILED = "queued", "running", "completed", "failed"
_KEPT_MS = 7 * 86_400_000
_t = tables.tasks.c
_BY_KEY = prepare(sa.select(tables.tasks).where(_t.key == sa.bindparam("key")))
_BY_FILE = prepare(sa.select(tables.tasks).where(_t.file_key == sa.bindparam("file_key")))
_OLD = prepare(
    sa.select(tables.tasks)
    .where(_t.created_ms < sa.bindparam("before", type_=sa.BigInteger()))
    .limit(500)
)


def create(tx: Tx, kind: str, asked: Mapping[str, Any]) -> str:
    """Queue a task of the caller's. Returns its key, a uuid."""
    key = str(uuid.uuid4())
    values = {
        "key": key, "kind": kind, "state": QUEUED, "asked": dict(asked), "result": {},
        "credential_id": tx.actor.credential_id, "created_ms": tx.now_ms,
    }  # fmt: skip
    tx.enqueue(JOB, task_id=tx.insert(tables.tasks, values))
    return key


def fetch(tx: Tx, key: str) -> Row:
    """The caller's own task. Raises NotFound."""
    return _own(tx, tx.first(_BY_KEY, key=key), "task", key)


def file(tx: Tx, file_key: str) -> Row:
    """The file that the caller's own task made: a row of `files`. Raises NotFound."""
    row = _own(tx, tx.first(_BY_FILE, file_key=file_key), "file", file_key)
    held = files.fetch(tx, row.file_id)
    if held is None:
        raise NotFound("file", "name", file_key)
    return held


def _own(tx: Tx, row: Row | None, kind: str, key: str) -> Row:
    if row is None or row.credential_id != tx.actor.credential_id:
        raise NotFound(kind, "name", key)
    return row


def begin(tx: Tx, id: int) -> Row | None:
    """A worker takes a task up; None when it is done or gone."""
    row = tx.get(tables.tasks, id)
    if row is None or row.state in (COMPLETED, FAILED):
        return None
    tx.update(tables.tasks, id, {"state": RUNNING})
    return row


def complete(
    tx: Tx, id: int, result: Mapping[str, Any], made: tuple[str, str, str, Stored] | None = None
) -> None:
    """It is done. made: the file's own key, its name, media type and bytes."""
    changes: dict[str, Any] = {"state": COMPLETED, "progress": 100, "result": dict(result)}
    if made is not None:
        file_key, name, media_type, stored = made
        changes["file_key"] = file_key
        changes["file_id"] = files.link(tx, stored, name=name, media_type=media_type)
    tx.update(tables.tasks, id, changes)


def fail(tx: Tx, id: int, result: Mapping[str, Any]) -> None:
    """It cannot be done."""
    tx.update(tables.tasks, id, {"state": FAILED, "result": dict(result)})


def trim(tx: Tx) -> None:
    """Drop tasks older than a week, and their files; 500 at a time."""
    for row in tx.all(_OLD, before=tx.now_ms - _KEPT_MS):
        tx.delete_where(tables.tasks, _t.id == row.id)
        if row.file_id is not None:
            files.unlink(tx, row.file_id)
