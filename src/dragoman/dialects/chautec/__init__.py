"""Chautec CMS API v1. Source: seeds/chautec.txt, spec/chautec.md."""

from collections.abc import Mapping
from typing import Any

import msgspec

from dragoman.core.faults import Fault
from dragoman.dialects.chautec import auth, components, envelope
from dragoman.dialects.chautec.endpoints import ENDPOINTS
from dragoman.dialects.chautec.options import Options
from dragoman.dialects.chautec.reading import READERS
from dragoman.dialects.chautec.refusals import REFUSALS
from dragoman.wire import steps
from dragoman.wire.call import Reply
from dragoman.wire.dialect import Dialect, Site
from dragoman.wire.exchange import Exchange


class Chautec(Dialect):
    """The Chautec dialect; `steps` is the order of checks of spec/chautec 1."""

    name = "chautec"
    title = "Chautec CMS"
    default_port = 8004
    max_body_bytes = 10 << 20
    endpoints = ENDPOINTS
    refusals = REFUSALS
    readers = READERS
    options_type = Options
    secret_headers = frozenset({"x-chautec-api-key"})
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

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self.options = msgspec.convert(dict(site.options), Options)
        self.given: Mapping[Any, Any] = {**self.given, Options: self.options}

    def encode(self, ex: Exchange) -> Reply:
        """Success in the vendor's shapes."""
        return envelope.encode(ex)

    def refuse(self, fault: Fault, ex: Exchange) -> Reply:
        """The Generic Response of a failure."""
        return envelope.refuse(fault, ex)

    def crash(self, ex: Exchange) -> Reply:
        """500 without detail."""
        return envelope.crash(ex)
