"""OpenSupports server API 4.11. Source: seeds/opensupports.txt, spec/opensupports.md."""

from collections.abc import Mapping
from typing import Any, ClassVar

from dragoman.core.jobs import Handler, Plan
from dragoman.dialects.opensupports import auth, envelope, reading
from dragoman.dialects.opensupports.endpoints import ENDPOINTS
from dragoman.dialects.opensupports.options import Options
from dragoman.dialects.opensupports.places import Place
from dragoman.dialects.opensupports.postman import Postman
from dragoman.dialects.opensupports.refusals import REFUSALS
from dragoman.domains.desk.letters import JOB
from dragoman.wire import steps
from dragoman.wire.call import Call
from dragoman.wire.dialect import Dialect, Envelope, Site
from dragoman.wire.routing import NOWHERE, Match

_ROWS = {endpoint.path: endpoint for endpoint in ENDPOINTS}


class OpenSupports(Dialect):
    """The OpenSupports dialect; `steps` is the order of spec/opensupports 2.3."""

    name = "opensupports"
    title = "OpenSupports"
    default_port = 8005
    max_body_bytes = 10 << 20
    endpoints = ENDPOINTS
    answers: ClassVar[Envelope] = envelope
    refusals = REFUSALS
    readers = reading.READERS
    options_type = Options
    secret_fields = frozenset(
        {
            "password", "newPassword", "oldPassword", "token", "csrf_token", "rememberToken",
            "apiKey", "smtp-pass", "imap-pass", "imap-token", "recaptcha-private",
            "reCaptchaPrivate",
        }
    )  # fmt: skip
    steps = (
        steps.route,
        envelope.read_form,
        auth.authenticate,
        auth.permit,
        reading.bind,
        steps.transaction,
        steps.run,
    )

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self.given: Mapping[Any, Any] = {
            **self.given,
            Place: Place(site.public_url),
        }

    def find(self, call: Call) -> Match:
        """Exact paths only: below the prefix or at the bare root. A wrong method finds nothing."""
        path, prefix = call.path, self.options.prefix
        if prefix and path.startswith(prefix + "/"):
            path = path[len(prefix) :]
        row = _ROWS.get(path)
        method = "GET" if call.method == "HEAD" else call.method
        return Match(row, {}, (row.method,)) if row and row.method == method else NOWHERE

    def job_handlers(self) -> Mapping[str, tuple[Handler, Plan]]:
        """Mail of the outbox."""
        return {JOB: (Postman(self.site.database).deliver, Plan(waits_s=(5, 30, 120, 600, 3600)))}
