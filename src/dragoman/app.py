"""Puts everything together from Settings; the only module that knows all parts."""

import asyncio
import gc
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog

from dragoman.config import Settings
from dragoman.core.database import Database, open_database
from dragoman.core.files import Files
from dragoman.core.jobs import Handler, Jobs, Plan
from dragoman.core.live import Hub
from dragoman.core.tx import Origin
from dragoman.dialects.altcraft import Altcraft
from dragoman.dialects.cartum import Cartum
from dragoman.dialects.chautec import Chautec
from dragoman.dialects.console import Console
from dragoman.dialects.opensupports import OpenSupports
from dragoman.dialects.rightech import Rightech
from dragoman.housekeeping import Housekeeping
from dragoman.wire import switches
from dragoman.wire.dialect import Dialect, Site
from dragoman.wire.front import Front
from dragoman.wire.hosts import Hosts
from dragoman.wire.masks import Masks
from dragoman.wire.protocol import Protocol
from dragoman.wire.ratelimit import RateLimits
from dragoman.wire.requestlog import RequestLog

_ORIGIN = Origin("switches")
_LOOK_S = 1.0
_log = structlog.get_logger("dragoman.app")
DIALECTS: tuple[type[Dialect], ...] = (Cartum, Altcraft, Rightech, Chautec, OpenSupports, Console)


class Application:
    """One worker's whole: database, hub, jobs, log, dialects and the front that serves them."""

    def __init__(
        self, settings: Settings, *, worker: int = 0, database: Database | None = None
    ) -> None:
        self.settings = settings
        Path(settings.data.dir).mkdir(parents=True, exist_ok=True)
        self.database = database or open_database(settings.database_url)
        self.files = Files(settings.files_url, **settings.data.files_options)
        self.hub = Hub(self.database)
        kinds = [kind for kind in DIALECTS if kind.name in settings.ports()]
        masks = {kind.name: Masks(kind.secret_fields, kind.secret_headers) for kind in kinds}
        self.log = RequestLog(
            self.database,
            masks,
            body_bytes=settings.log.body_bytes,
            answer_bytes={kind.name: kind.logged_answer_bytes for kind in kinds},
        )
        self.limits = RateLimits(str(Path(settings.data.dir) / "limits.bin"))
        self.dialects = [kind(self._site(kind, worker)) for kind in kinds]
        ports = {port: name for name, port in settings.ports().items()}
        hosts = Hosts(self.dialects, ports=ports, names=settings.server.hosts)
        self.front = Front(hosts, self.log, trust_proxy=settings.server.trust_proxy)
        self.jobs = Jobs(self.database, self._handlers())
        self.database.on_commit = self._committed

    def _site(self, kind: type[Dialect], worker: int) -> Site:
        settings = self.settings
        return Site(
            database=self.database,
            hub=self.hub,
            files=self.files,
            log=self.log,
            limits=self.limits,
            options=_options(settings, kind.name),
            public_url=settings.server.public_urls.get(kind.name) or settings.origin(kind.name),
            worker=worker,
            data_dir=settings.data.dir,
            running=frozenset(settings.ports()),
            kept=switches.Kept(settings.log.days, settings.log.rows),
        )

    def _handlers(self) -> dict[str, tuple[Handler, Plan]]:
        housekeeping = Housekeeping(self.database, self.files, self.settings.log)
        handlers = dict(housekeeping.handlers())
        for dialect in self.dialects:
            handlers.update(dialect.job_handlers())
        return handlers

    def _committed(self, journalled: bool, enqueued: bool) -> None:
        if journalled:
            self.hub.wake()
            self.database.tell()
        if enqueued:
            self.jobs.wake()

    def _elsewhere(self) -> None:
        self.hub.wake()
        self.jobs.wake()

    async def start(self) -> None:
        """On the worker's event loop, before the first request."""
        await self.database.start()
        self.hub.start()
        self.database.watch(self._elsewhere)
        self.jobs.start()
        self.front.off = await self.database.read(_ORIGIN, switches.off)
        self._watching = asyncio.get_running_loop().create_task(self._watch_switches())
        for dialect in self.dialects:
            await dialect.start()

    async def _watch_switches(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_S)
            try:
                self.front.off = await self.database.read(_ORIGIN, switches.off)
            except Exception as error:  # the database is away: as it was until it is back
                _log.warning("switches not read", problem=repr(error))

    async def stop(self) -> None:
        """After the last answer: flush the log, finish what runs, close."""
        self._watching.cancel()
        await asyncio.gather(self._watching, return_exceptions=True)
        for dialect in self.dialects:
            await dialect.stop()
        await self.jobs.stop()
        await self.hub.stop()
        await self.log.flush()
        await self.database.stop()
        self.limits.close()


def _options(settings: Settings, name: str) -> dict[str, Any]:
    """A dialect's own section; the shop's sign-in leads to the console by default."""
    options = dict(settings.dialects.get(name, {}))
    if name == "cartum" and "console" in settings.ports():
        home = settings.server.public_urls.get("console") or settings.origin("console")
        options.setdefault("console_url", f"{home}/edit/")
    return options


def log_plainly() -> None:
    """One line an event on stderr; tracebacks without local variables, which may hold passwords."""
    logging.getLogger("python_multipart").setLevel(logging.ERROR)  # callers' broken forms
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def run_worker(
    settings: Settings, sockets: list[Any], worker: int, ready: Callable[[], None] | None = None
) -> None:
    """Serve on open sockets until SIGTERM; the body of a worker process."""
    import uvicorn

    log_plainly()
    application = Application(settings, worker=worker)
    config = uvicorn.Config(
        application.front,
        loop="uvloop",
        http=Protocol,
        ws="websockets-sansio",
        ws_max_size=1 << 20,
        ws_ping_interval=30.0,
        ws_per_message_deflate=False,  # its two windows would cost more than all else of a socket
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=20,
        backlog=2048,
    )

    class Server(uvicorn.Server):
        async def shutdown(self, sockets: list[Any] | None = None) -> None:
            for dialect in application.dialects:
                await dialect.ending()
            await super().shutdown(sockets)

    server = Server(config)

    async def serve() -> None:
        await application.start()
        gc.collect()
        gc.freeze()  # what start-up made stays: no collection needs to walk it again
        gc.set_threshold(10_000, 20, 20)  # a call leaves no cycles; its log row waits 250 ms
        gc.enable()
        if ready is not None:
            ready()
        try:
            await server.serve(sockets=sockets)
        finally:
            await application.stop()

    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(serve())
