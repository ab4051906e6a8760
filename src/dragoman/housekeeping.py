"""Repeating jobs that keep an installation tidy: logs, expired sessions, orphaned bytes."""

import datetime
from collections.abc import Iterator
from functools import partial

from dragoman.config import Log
from dragoman.core import files, jobs, journal
from dragoman.core.database import Database
from dragoman.core.files import Files
from dragoman.core.identity import sessions
from dragoman.core.jobs import Handler, Job, Plan
from dragoman.core.tx import Origin
from dragoman.wire import requestlog, switches

_ORIGIN = Origin("housekeeping")
PLANS = {
    "trim live": Plan(every_s=60),
    "trim log": Plan(every_s=600),
    "trim sessions": Plan(every_s=3600),
    "trim jobs": Plan(every_s=3600),
    "sweep files": Plan(every_s=6 * 3600),
}


class Housekeeping:
    """The handlers of the repeating jobs."""

    def __init__(self, database: Database, store: Files, log: Log) -> None:
        self._database = database
        self._store = store
        self._log = log

    def handlers(self) -> Iterator[tuple[str, tuple[Handler, Plan]]]:
        """kind -> (handler, plan)."""
        found: dict[str, Handler] = {
            "trim live": self.trim_live,
            "trim log": self.trim_log,
            "trim sessions": self.trim_sessions,
            "trim jobs": self.trim_jobs,
            "sweep files": self.sweep_files,
        }
        for kind, handler in found.items():
            yield kind, (handler, PLANS[kind])

    async def trim_live(self, job: Job) -> None:
        """Drop live-only journal rows older than a minute."""
        await self._database.write(_ORIGIN, journal.trim_live)

    async def trim_log(self, job: Job) -> None:
        """Keep the request log within its days and rows, 5,000 rows at a time; see `switches`."""
        default = switches.Kept(self._log.days, self._log.rows)
        kept = await self._database.read(_ORIGIN, lambda tx: switches.kept(tx, default))
        while await self._database.write(
            _ORIGIN, lambda tx: requestlog.trim(tx, days=kept.days, rows=kept.rows or None)
        ):
            pass

    async def trim_sessions(self, job: Job) -> None:
        """Drop sessions that ended more than a day ago."""
        await self._database.write(_ORIGIN, sessions.trim)

    async def trim_jobs(self, job: Job) -> None:
        """Drop jobs that ended a week ago."""
        await self._database.write(_ORIGIN, jobs.trim)

    async def sweep_files(self, job: Job) -> None:
        """Remove bytes that were unlinked, or never linked, more than a day ago."""
        for row in await self._database.read(_ORIGIN, files.unlinked):
            path, id = row.path, row.id
            await self._database.threaded(partial(self._store.remove, path))
            await self._database.write(_ORIGIN, partial(files.forget, id=id))
        day = datetime.timedelta(days=1)
        old = datetime.datetime.now(datetime.UTC) - day
        paths = await self._database.threaded(lambda: list(self._store.paths(older_than=old)))
        for at in range(0, len(paths), 500):
            part = paths[at : at + 500]
            for path in await self._database.read(_ORIGIN, partial(files.unknown, paths=part)):
                await self._database.threaded(partial(self._store.remove, path))
