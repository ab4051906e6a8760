"""Chautec CMS API v1. Source: seeds/chautec.txt, spec/chautec.md."""

from typing import ClassVar

from dragoman.dialects.chautec import auth, components, envelope
from dragoman.dialects.chautec.endpoints import ENDPOINTS
from dragoman.dialects.chautec.options import Options
from dragoman.dialects.chautec.reading import READERS
from dragoman.dialects.chautec.refusals import REFUSALS
from dragoman.wire import steps
from dragoman.wire.call import Reply
from dragoman.wire.dialect import Dialect, Envelope


class Chautec(Dialect):
    """The Chautec dialect; `steps` is the order of checks of spec/chautec 1."""

    name = "chautec"
    title = "Chautec CMS"
    default_port = 8004
    max_body_bytes = 10 << 20
    endpoints = ENDPOINTS
    answers: ClassVar[Envelope] = envelope
    refusals = REFUSALS
    readers = READERS
    options_type = Options
    secret_headers = frozenset({"x-chautec-api-key"})
    concerns: ClassVar[steps.Concerns] = {
        auth.preflight: lambda row, binder: False,  # OPTIONS has no rows
        auth.require_login: lambda row, binder: row.access == "login",
        auth.slow_down: lambda row, binder: "login" in row.flags,
        components.keep_metadata: lambda row, binder: "metadata" in binder.by_name,
    }
    steps = (
        auth.preflight,
        steps.route,
        auth.authenticate,
        auth.require_login,
        auth.slow_down,
        steps.bind_path,
        envelope.read_body,
        steps.bind_types,
        components.keep_metadata,
        steps.bind_required,
        steps.transaction,
        steps.run,
    )

    def unreadable(self, path: str) -> Reply | None:
        """400 in the vendor's shape, also before there is a request."""
        return envelope.unreadable()
