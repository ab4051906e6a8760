"""Cartum store API. Source: seeds/cartum.txt, spec/cartum.md."""

from collections.abc import Mapping
from typing import ClassVar

from dragoman.core.jobs import Handler, Plan
from dragoman.dialects.cartum import addresses, auth, deliveries, envelope, gateway, pages
from dragoman.dialects.cartum.endpoints import ENDPOINTS, METHOD
from dragoman.dialects.cartum.options import Options
from dragoman.dialects.cartum.reading import READERS
from dragoman.dialects.cartum.refusals import REFUSALS
from dragoman.wire import steps
from dragoman.wire.call import Call, Reply
from dragoman.wire.dialect import Dialect, Envelope, Site
from dragoman.wire.exchange import Exchange
from dragoman.wire.routing import NOWHERE, Match


class Cartum(Dialect):
    """The Cartum dialect; `steps` is the order of checks of spec/cartum 1.3."""

    name = "cartum"
    title = "Cartum"
    default_port = 8001
    max_body_bytes = 32 << 20
    endpoints = ENDPOINTS
    answers: ClassVar[Envelope] = envelope
    refusals = REFUSALS
    readers = READERS
    logged_answer_bytes = 64 << 10  # spec/cartum 4
    options_type = Options
    steps = (
        gateway.https_only,
        gateway.method,
        gateway.accept_charset,
        gateway.lookup,
        gateway.read_parameters,
        pages.sign_in,
        auth.authenticate,
        auth.rate,
        auth.module,
        steps.bind_path,
        steps.bind_types,
        steps.bind_required,
        steps.transaction,
        steps.run,
    )

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self._hooks = deliveries.Deliveries(site.database, self.options)

    def find(self, call: Call) -> Match:
        """A function by its name, whatever the method; a page by method and address."""
        path = addresses.tidy(call.path)
        if not addresses.is_page(path):
            known = call.method in envelope.METHODS
            return self.router.find(METHOD, path) if known else NOWHERE
        return self.router.find("GET" if call.method == "HEAD" else call.method, path)

    def function_of(self, ex: Exchange) -> str:
        """`catalog/export`, or what was asked for instead."""
        return addresses.tidy(ex.call.path).strip("/").removeprefix("api").strip("/")[:200]

    def unreadable(self, path: str) -> Reply | None:
        """HTTP_ERROR 400 in the envelope below /api/, also before there is a request."""
        if path and addresses.is_page(path):
            return None
        return envelope.unreadable()

    def job_handlers(self) -> Mapping[str, tuple[Handler, Plan]]:
        """Webhooks."""
        return self._hooks.handlers()
