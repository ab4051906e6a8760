"""The web console: server-rendered pages over all five systems. Source: CONSOLE.md, summarised in
README.md.
"""

from collections.abc import Mapping
from typing import ClassVar

from dragoman.core.jobs import Handler, Job, Plan
from dragoman.core.tx import Origin
from dragoman.dialects.console import auth, envelope
from dragoman.dialects.console.endpoints import ENDPOINTS
from dragoman.dialects.console.options import Options
from dragoman.dialects.console.reading import READERS
from dragoman.dialects.console.refusals import REFUSALS
from dragoman.domains.console import keeping, setup
from dragoman.wire import steps
from dragoman.wire.dialect import Dialect, Envelope

_ORIGIN = Origin("console")


class Console(Dialect):
    """The console as a dialect: the same engine, its own port, `/edit/...`."""

    name = "console"
    title = "Console"
    default_port = 8000
    max_body_bytes = 2 << 20
    endpoints = ENDPOINTS
    answers: ClassVar[Envelope] = envelope
    refusals = REFUSALS
    readers = READERS
    options_type = Options
    keeps_bodies = False
    secret_fields = frozenset({"password", "token", "csrf", "secret", "credential"})
    steps = (
        auth.authenticate,
        steps.route,
        auth.require,
        auth.require_origin,
        auth.slow_down,
        steps.bind_path,
        envelope.read_body,
        steps.bind_types,
        envelope.bind_uploads,
        steps.bind_required,
        auth.require_fresh,
        steps.transaction,
        steps.run,
    )

    def job_handlers(self) -> Mapping[str, tuple[Handler, Plan]]:
        """Dropping drafts that were left alone."""
        return {kind: (self._trim_drafts, plan) for kind, plan in setup.PLANS.items()}

    async def _trim_drafts(self, job: Job) -> None:
        await self.site.database.write(_ORIGIN, keeping.trim)
