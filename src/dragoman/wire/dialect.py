"""What a dialect is: a table of endpoints, an order of steps, an envelope for answers and one for
refusals.
"""

import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, ClassVar, Protocol, get_type_hints

import msgspec

from dragoman.core.database import Database
from dragoman.core.faults import Fault
from dragoman.core.files import Files
from dragoman.core.jobs import Handler, Plan
from dragoman.core.live import Hub
from dragoman.wire.binding import Binder, Readers
from dragoman.wire.call import Call, Reply
from dragoman.wire.endpoint import Endpoint, NoAsk
from dragoman.wire.exchange import Exchange, Way
from dragoman.wire.ratelimit import RateLimits
from dragoman.wire.requestlog import ANSWER_BYTES, RequestLog
from dragoman.wire.routing import Match, Router
from dragoman.wire.steps import CONCERNS, Concerns, transaction
from dragoman.wire.switches import Kept

Step = Callable[[Exchange], None]
Mount = Callable[[Any, Any, Any], Awaitable[None]]


class Site(msgspec.Struct, frozen=True):
    """What the application gives every dialect. options: the dialect's own section of the
    configuration.
    """

    database: Database
    hub: Hub
    files: Files
    log: RequestLog
    limits: RateLimits
    options: Mapping[str, Any]
    public_url: str = ""  # where callers reach this dialect, without a trailing slash
    worker: int = 0
    data_dir: str = "."  # for what the workers of one machine share (sockets between them)
    running: frozenset[str] = frozenset()  # every dialect that is configured to answer
    kept: Kept = Kept(30, 0)  # of the request log, as configured


class Envelope(Protocol):
    """A dialect's module `envelope`: how results, faults and crashes look on the wire."""

    def encode(self, ex: Exchange) -> Reply:
        """The answer for `ex.result`."""

    def refuse(self, fault: Fault, ex: Exchange) -> Reply:
        """The answer for a fault."""

    def crash(self, ex: Exchange) -> Reply:
        """The answer when something unexpected happened."""


class Dialect:
    """One product's API. Subclasses are data first; an instance belongs to one worker process."""

    name: ClassVar[str]
    title: ClassVar[str]
    default_port: ClassVar[int]
    max_body_bytes: ClassVar[int]
    endpoints: ClassVar[Sequence[Endpoint]]
    steps: ClassVar[Sequence[Step]]
    answers: ClassVar[Envelope]
    refusals: ClassVar[Mapping[type[Fault], Any]]
    readers: ClassVar[Readers]
    router: ClassVar[Router]
    # steps that concern some rows only; the others go without them
    concerns: ClassVar[Concerns] = {}
    ways: ClassVar[dict[int, Way]]  # by the row's id()
    nowhere: ClassVar[Way]  # of a call that matches no row
    options_type: ClassVar[type[msgspec.Struct] | None] = None
    # whether the request log keeps answers, not only their size
    logged_answer_bytes: ClassVar[int] = ANSWER_BYTES
    keeps_bodies: ClassVar[bool] = True
    secret_headers: ClassVar[frozenset[str]] = frozenset()
    secret_fields: ClassVar[frozenset[str]] = frozenset({"password", "token"})

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not hasattr(cls, "steps"):
            return
        cls.router = Router(cls.endpoints)
        cls.nowhere = cls._way(cls.steps, None)
        binders: dict[Any, Binder] = {}
        cls.ways = {}
        for endpoint in cls.endpoints:
            ask = ask_of(endpoint)
            if ask not in binders:
                binders[ask] = Binder(ask, cls.readers)
            cls.ways[id(endpoint)] = cls._way(
                [step for step in cls.steps if cls._concerns(step, endpoint, binders[ask])],
                binders[ask],
            )

    @classmethod
    def _concerns(cls, step: Step, endpoint: Endpoint, binder: Binder) -> bool:
        concerns = cls.concerns.get(step) or CONCERNS.get(step)
        return concerns is None or concerns(endpoint, binder)

    @staticmethod
    def _way(steps: Sequence[Step], binder: Binder | None) -> Way:
        mark = list(steps).index(transaction)
        return Way(binder, tuple(steps[:mark]), tuple(steps[mark + 1 :]))

    def __init__(self, site: Site) -> None:
        self.site = site
        # exact path, or a prefix ending in /: sockets, long polls, streams
        self.mounts: Mapping[str, Mount] = {}
        self.given: Mapping[Any, Any] = {
            Files: site.files,
            Database: site.database,
            Hub: site.hub,
            Site: site,
        }
        self.options: Any = None
        if self.options_type is not None:
            self.options = msgspec.convert(dict(site.options), self.options_type)
            self.given = {**self.given, self.options_type: self.options}

    def find(self, call: Call) -> Match:
        """The row of a call; HEAD is looked up as GET. A dialect that tidies paths overrides
        `tidy`.
        """
        method = "GET" if call.method == "HEAD" else call.method
        return self.router.find(method, self.tidy(call.path))

    def tidy(self, path: str) -> str:
        """The path as the table spells it (collapsed slashes, say); percent-encoded still."""
        return path

    def function_of(self, ex: Exchange) -> str:
        """How the request log names the call; the row's path by default."""
        return ex.endpoint.path if ex.endpoint is not None else ""

    @classmethod
    def check_options(cls, options: Mapping[str, Any]) -> None:
        """Raise msgspec.ValidationError for settings that the dialect does not take."""
        if cls.options_type is not None:
            msgspec.convert(dict(options), cls.options_type)

    def job_handlers(self) -> Mapping[str, tuple[Handler, Plan]]:
        """Kinds of jobs that this dialect runs: kind -> (async handler, plan)."""
        return {}

    def unreadable(self, path: str) -> Reply | None:
        """The answer to bytes that are no HTTP (bad framing), sent to a path as far as it is known;
        None leaves it to the server.
        """
        return None

    async def start(self) -> None:  # most have nothing to start
        """Called in the worker, on its loop, before the first request."""

    async def ending(self) -> None:  # most have nothing that hangs
        """Called when the worker is told to end, before it waits for its last answers: let go of
        what hangs open (long polls, streams), or the wait is long.
        """

    async def stop(self) -> None:  # or to stop
        """Called when the worker ends: close what hangs open."""

    def encode(self, ex: Exchange) -> Reply:
        """The answer for `ex.result`, in the success envelope. Runs inside the transaction."""
        return self.answers.encode(ex)

    def refuse(self, fault: Fault, ex: Exchange) -> Reply:
        """The answer for a fault, from the dialect's table."""
        return self.answers.refuse(fault, ex)

    def crash(self, ex: Exchange) -> Reply:
        """The dialect's own 500: no detail to the caller."""
        return self.answers.crash(ex)


def ask_of(endpoint: Endpoint) -> Any:
    """The Struct named in the handler's own annotation."""
    hints = get_type_hints(endpoint.handler)
    names = list(inspect.signature(endpoint.handler).parameters)
    return hints.get(names[1], NoAsk)
