"""Altcraft Platform user API v1.1. Source: seeds/altcraft.txt, spec/altcraft.md."""

from collections.abc import Mapping
from typing import Any, ClassVar

from dragoman.core.faults import Fault
from dragoman.core.jobs import Handler, Job, Plan
from dragoman.core.tx import Origin
from dragoman.dialects.altcraft import auth, envelope, exports, names, replay
from dragoman.dialects.altcraft.endpoints import ENDPOINTS
from dragoman.dialects.altcraft.options import Options
from dragoman.dialects.altcraft.profiles import Rulebook
from dragoman.dialects.altcraft.reading import READERS
from dragoman.dialects.altcraft.refusals import REFUSALS
from dragoman.domains.profiles import segments, tasks
from dragoman.domains.profiles.profiles import Rules
from dragoman.domains.profiles.setup import PLANS, REFRESH, TRIM
from dragoman.wire import steps
from dragoman.wire.call import Reply
from dragoman.wire.dialect import Dialect, Envelope, Site
from dragoman.wire.exchange import Exchange


class Altcraft(Dialect):
    """The Altcraft dialect; `steps` is the order of checks of spec/altcraft 1.5."""

    name = "altcraft"
    title = "Altcraft"
    default_port = 8002
    max_body_bytes = 32 << 20
    endpoints = ENDPOINTS
    answers: ClassVar[Envelope] = envelope
    refusals = REFUSALS
    readers = READERS
    options_type = Options
    steps = (
        envelope.route,
        envelope.content_type,
        envelope.body,
        auth.find_token,
        auth.check_token,
        auth.rate,
        steps.transaction,
        replay.replay,
        auth.permission,
        envelope.format_known,
        steps.bind_path,
        steps.bind_types,
        steps.bind_required,
        steps.run,
        replay.remember,
    )

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self.max_body_bytes = self.options.limits.max_body_bytes  # type: ignore[misc] # set per site
        places = {
            network: {names.PLACE[name]: value for name, value in found.items()}
            for network, found in self.options.geo.table.items()
        }
        rules = Rules(
            max_profiles=self.options.tariff.max_profiles,
            blocked=self.options.tariff.blocked,
            ignore_unknown=self.options.unknown_fields == "ignore",
            places=places,
        )
        self.given: Mapping[Any, Any] = {**self.given, Rulebook: Rulebook(rules)}

    def job_handlers(self) -> Mapping[str, tuple[Handler, Plan]]:
        """What runs by itself: stored answers expire, refreshable segments are found anew."""
        runner = exports.Runner(self.site, self.name)
        return {
            TRIM: (self._trim, PLANS[TRIM]),
            REFRESH: (self._refresh, PLANS[REFRESH]),
            tasks.JOB: (runner.run, exports.PLAN),
        }

    async def _refresh(self, job: Job) -> None:
        await self.site.database.heavy(Origin(self.name), segments.refresh_all, writes=True)

    async def _trim(self, job: Job) -> None:
        await self.site.database.write(Origin(self.name), replay.trim)
        await self.site.database.write(Origin(self.name), tasks.trim)

    def refuse(self, fault: Fault, ex: Exchange) -> Reply:
        """A failure; what it did may be tried again as it is."""
        replay.release(ex)
        return super().refuse(fault, ex)

    def crash(self, ex: Exchange) -> Reply:
        """The same for what is unexpected."""
        replay.release(ex)
        return super().crash(ex)

    def tidy(self, path: str) -> str:
        """Repeated slashes are one."""
        while "//" in path:
            path = path.replace("//", "/")
        return path
