"""Rightech IoT Cloud API v1: REST and sockets. Source: seeds/rightech.txt, spec/rightech.md."""

from collections.abc import Mapping
from typing import ClassVar

from dragoman.dialects.rightech import auth, envelope
from dragoman.dialects.rightech.endpoints import ENDPOINTS
from dragoman.dialects.rightech.flow import Flow
from dragoman.dialects.rightech.options import Options
from dragoman.dialects.rightech.reading import READERS
from dragoman.dialects.rightech.refusals import REFUSALS
from dragoman.dialects.rightech.sockets import Sockets
from dragoman.dialects.rightech.stream import Streams
from dragoman.wire import steps
from dragoman.wire.dialect import Dialect, Envelope, Mount, Site


class Rightech(Dialect):
    """The Rightech dialect; `steps` is the order of checks of spec/rightech R1.13."""

    name = "rightech"
    title = "Rightech IoT Cloud"
    default_port = 8003
    max_body_bytes = 16 << 20
    endpoints = ENDPOINTS
    answers: ClassVar[Envelope] = envelope
    refusals = REFUSALS
    readers = READERS
    options_type = Options
    secret_fields = frozenset({"password", "token", "access_token", "accessToken"})
    steps = (
        envelope.preflight,
        auth.authenticate,
        steps.route,
        auth.permit,
        envelope.take,
        steps.transaction,
        steps.run,
    )

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self.keys = auth.Keys()
        self._flow = Flow(site.hub)
        self._sockets = Sockets(site, self.options, self.keys, self._flow)
        streams = Streams(site, self.keys, self._flow)
        self.mounts: Mapping[str, Mount] = {
            "/socket.io": self._sockets.serve,
            "/socket.io/": self._sockets.serve,
            "/events/stream": streams.serve,
            "/api/v1/events/stream": streams.serve,
        }

    async def start(self) -> None:
        """Listen for connections that other workers pass on."""
        await self._sockets.start()

    async def ending(self) -> None:
        """Close every session, so that no long poll is waited for."""
        self._sockets.close_all()

    async def stop(self) -> None:
        """Close every socket."""
        await self._sockets.stop()
        await self._flow.stop()
