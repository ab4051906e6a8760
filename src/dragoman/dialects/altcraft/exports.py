"""Exports of profiles and suppression lists, and the tasks that make them.

Source: spec/altcraft 8.6, 9.
"""

import json
import tempfile
import uuid
from collections.abc import Iterable, Iterator
from typing import IO, Annotated, Any

import msgspec

from dragoman.core import filters, tables
from dragoman.core.faults import Denied, Fault, NotFound, WrongType
from dragoman.core.files import Files, Stored
from dragoman.core.jobs import Job, Plan
from dragoman.core.sql import Row, encode_json
from dragoman.core.tx import Origin, Tx
from dragoman.dialects.altcraft import counting, shapes, spreadsheets
from dragoman.dialects.altcraft import listing as lists
from dragoman.dialects.altcraft.auth import viewer
from dragoman.dialects.altcraft.envelope import FileBody
from dragoman.dialects.altcraft.options import Options
from dragoman.domains.profiles import (
    access,
    listing,
    segments,
    suppressions,
    tasks,
    wiping,
)
from dragoman.domains.profiles.access import Viewer
from dragoman.wire.binding import Given, Path
from dragoman.wire.dialect import Site

PLAN = Plan(waits_s=(5, 60))
_FORMATS = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
_STEP = 500


class Export(msgspec.Struct, frozen=True, kw_only=True):
    """profiles/get_all"""

    source_type: str
    source_id: int
    file_format: str = "csv"
    custom_request: dict[str, Any] = {}


class ExportList(msgspec.Struct, frozen=True, kw_only=True):
    """suppresses/get_all"""

    id: int
    file_format: str = "csv"


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """tasks/status"""

    task_id: str


class Wipe(msgspec.Struct, frozen=True, kw_only=True):
    """databases/wipe"""

    id: int
    options: Annotated[Options, Given()]


class Download(msgspec.Struct, frozen=True, kw_only=True):
    """GET of an exported file."""

    file: Annotated[str, Path()]
    name: Annotated[str, Path()]
    files: Annotated[Files, Given()]


# what is asked


def export_profiles(tx: Tx, ask: Export) -> dict[str, Any]:
    """profiles/get_all"""
    if ask.source_type not in ("database", "segment"):
        raise WrongType("source_type", "database or segment")
    asked = {
        "what": ask.source_type, "id": ask.source_id, "format": _format(ask.file_format),
        "query": ask.custom_request,
    }  # fmt: skip
    _, database = _source(tx, viewer(tx), asked)
    lists.filter_of(ask.custom_request, database)
    return {"data": {"task_id": f"task_{tasks.create(tx, 'export', asked)}"}}


def export_list(tx: Tx, ask: ExportList) -> dict[str, Any]:
    """suppresses/get_all"""
    suppressions.fetch(tx, viewer(tx), ask.id)
    asked = {"what": "suppress", "id": ask.id, "format": _format(ask.file_format)}
    return {"data": {"task_id": f"task_{tasks.create(tx, 'export', asked)}"}}


def _format(sent: str) -> str:
    if sent not in _FORMATS:
        raise WrongType("file_format", "csv or json")
    return sent


def status(tx: Tx, ask: Status) -> dict[str, Any]:
    """tasks/status"""
    row = tasks.fetch(tx, ask.task_id.removeprefix("task_"))
    return {"data": {"status": row.state, "progress": row.progress, "result": row.result or None}}


def download(tx: Tx, ask: Download) -> FileBody:
    """GET /api/download/{file}/{name}"""
    row = tasks.file(tx, ask.file)
    if row.name != ask.name:
        raise NotFound("file", "name", ask.name)
    return FileBody(ask.files, row)


def wipe(tx: Tx, ask: Wipe) -> dict[str, Any]:
    """databases/wipe"""
    if not ask.options.ALLOW_DATA_WIPE:
        raise Denied("ALLOW_DATA_WIPE")
    actions, profiles = wiping.wipe(tx, access.database(tx, viewer(tx), ask.id))
    return {"data": {"count_action": actions, "count_profile": profiles}}


# how it is done


def _source(tx: Tx, who: Viewer, asked: dict[str, Any]) -> tuple[Row | None, Row]:
    """The segment, if it is one, and the database. Raises NotFound, WrongGroup."""
    if asked["what"] == "segment":
        return segments.fetch(tx, who, asked["id"])
    return None, access.database(tx, who, asked["id"])


def _profiles(tx: Tx, who: Viewer, asked: dict[str, Any]) -> Iterator[dict[str, Any]]:
    segment, database = _source(tx, who, asked)
    wanted = lists.filter_of(asked.get("query", {}), database)
    if segment is None:
        found: Iterator[Row] = listing.each(tx, database, wanted)
    else:
        everyone = segments.everyone(tx, segment, database)
        found = (row for row in everyone if filters.matches(wanted, row._asdict()))
    while some := [row for row, _ in zip(found, range(_STEP), strict=False)]:
        subscribed = listing.subscriptions_of(tx, some)
        yield from (shapes.profile(row, database, subscribed[row.id]) for row in some)


def _suppressed(tx: Tx, who: Viewer, asked: dict[str, Any]) -> Iterator[dict[str, Any]]:
    held = suppressions.fetch(tx, who, asked["id"])
    for kind, value in suppressions.kept(tx, held):
        yield {"kind": kind, "value": value}


def _as_json(items: Iterable[dict[str, Any]], out: IO[bytes]) -> tuple[int, set[str]]:
    """An array, an item a line. Returns how many there are, and every member's name."""
    count, names = 0, set[str]()
    for item in items:
        names.update(item)
        out.write(b"[\n" if count == 0 else b",\n")
        out.write(encode_json(item))
        count += 1
    out.write(b"\n]" if count else b"[]")
    return count, names


def _as_table(lines: IO[bytes], names: set[str], out: IO[bytes]) -> None:
    """The same as comma-separated text; its columns are known only when all items are."""
    columns = spreadsheets.columns_of([dict.fromkeys(names)], ("id", "email"))
    out.write(spreadsheets.lines([], columns, head=True).encode())
    lines.seek(0)
    for line in lines:
        if line[:1] == b"{":
            item = json.loads(line.rstrip(b",\n"))
            out.write(spreadsheets.lines([item], columns, head=False).encode())


class Runner:
    """Does the tasks, in a worker."""

    def __init__(self, site: Site, name: str) -> None:
        self._site = site
        self._origin = Origin(name)

    async def run(self, job: Job) -> None:
        """One task; a fault ends it as failed, anything else is tried again."""
        database = self._site.database
        row = await database.write(self._origin, lambda tx: tasks.begin(tx, job.facts["task_id"]))
        if row is None:
            return
        try:
            if row.kind == "counters":
                await self._count(row)
            else:
                await self._export(row)
        except Fault as fault:
            problem = type(fault).__name__
            await database.write(
                self._origin, lambda tx: tasks.fail(tx, row.id, {"errors": [problem]})
            )

    async def _count(self, row: Row) -> None:
        def work(tx: Tx) -> list[dict[str, Any]]:
            asked = row.asked
            return counting.counted(
                tx, _viewer(tx, row), asked["what"], asked["id"], asked["resource"]
            )

        database = self._site.database
        found = await database.heavy(self._origin, work, writes=False)
        await database.write(self._origin, lambda tx: tasks.complete(tx, row.id, {"data": found}))

    async def _export(self, row: Row) -> None:
        asked, database = row.asked, self._site.database
        with tempfile.TemporaryFile() as lines, tempfile.TemporaryFile() as table:

            def work(tx: Tx) -> tuple[int, set[str]]:
                items = _suppressed if asked["what"] == "suppress" else _profiles
                return _as_json(items(tx, _viewer(tx, row), asked), lines)

            def store() -> Stored:
                if asked["format"] == "json":
                    return self._site.files.put(lines)
                _as_table(lines, names, table)
                return self._site.files.put(table)

            total, names = await database.heavy(self._origin, work, writes=False)
            stored = await database.threaded(store)
        key = str(uuid.uuid4())
        name = f"{asked['id']}_{asked['what']}_export.{asked['format']}"
        result = {
            "errors": [], "source_id": asked["id"], "total": total, "type": asked["what"],
            "urls": [f"/api/download/data/{key}/{name}"],
        }  # fmt: skip
        made = (key, name, _FORMATS[asked["format"]], stored)
        await database.write(self._origin, lambda tx: tasks.complete(tx, row.id, result, made))


def _viewer(tx: Tx, row: Row) -> Viewer:
    """What the token that asked may see by now. Raises NotFound when it is gone."""
    held = tx.get(tables.credentials, row.credential_id) if row.credential_id else None
    if held is None or not held.active:
        raise NotFound("token", "id", row.credential_id)
    return access.viewer_of(held)
