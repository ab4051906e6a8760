"""A site in process: requests go through the real front and the real database, on an event loop of
the test's own.
"""

import asyncio
import json as jsonlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

from dragoman.app import DIALECTS, Application
from dragoman.config import Data, Server, Settings
from dragoman.core.database import Database
from dragoman.core.tx import Origin, Tx

T = TypeVar("T")
ORIGIN = Origin("test")


class Answer:
    """What came back."""

    def __init__(self, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        self.status = status
        self.raw_headers = headers
        self.headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers
        }
        self.body = body

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return jsonlib.loads(self.body)

    @property
    def text(self) -> str:
        """The body as UTF-8 text."""
        return self.body.decode()

    @property
    def cookies(self) -> dict[str, str]:
        """Cookies that the answer sets."""
        found = [
            value.decode("latin-1")
            for name, value in self.raw_headers
            if name.lower() == b"set-cookie"
        ]
        return dict(cookie.partition(";")[0].split("=", 1) for cookie in found)

    def __repr__(self) -> str:
        return f"<Answer {self.status} {self.body[:300]!r}>"


class TestSite:
    """Every dialect over one database. Close it when done; the fixture `site` does."""

    __test__ = False

    def __init__(self, database: Database, folder: Path, **sections: Any) -> None:
        self.settings = Settings(
            data=Data(dir=str(folder), files=f"file://{folder / 'files'}"),
            server=sections.pop("server", Server()),
            dialects=sections,
        )
        self.loop = asyncio.new_event_loop()
        self.database = database
        self.app = Application(self.settings, database=database)
        self.ports = self.settings.ports()
        self.run(self.app.start())

    def run(self, work: Awaitable[T]) -> T:
        """Run a coroutine on the site's loop."""
        return self.loop.run_until_complete(work)

    def tx(self, work: Callable[[Tx], T]) -> T:
        """Do something in a writing transaction."""
        with self.database.begin(ORIGIN, writes=True) as tx:
            return work(tx)

    def look(self, work: Callable[[Tx], T]) -> T:
        """Look at something in a reading transaction."""
        with self.database.begin(ORIGIN, writes=False) as tx:
            return work(tx)

    def flush_log(self) -> None:
        """Write the request log out."""
        self.run(self.app.log.flush())

    def request(
        self,
        dialect: str,
        method: str,
        target: str,
        *,
        json: Any = None,
        form: Mapping[str, Any] | Sequence[tuple[str, Any]] | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        cookies: Mapping[str, str] | None = None,
        scheme: str = "http",
        remote: str = "192.0.2.1",
        port: int | None = None,
    ) -> Answer:
        """One request to a dialect's own port (or another `port`)."""
        sent = {name.lower(): value for name, value in (headers or {}).items()}
        if json is not None:
            body = jsonlib.dumps(json).encode()
            sent.setdefault("content-type", "application/json")
        elif form is not None:
            body = urlencode(form, doseq=True).encode()
            sent.setdefault("content-type", "application/x-www-form-urlencoded")
        if body is not None:
            sent.setdefault("content-length", str(len(body)))
        if cookies:
            sent["cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        sent.setdefault("host", "testserver")
        parts = urlsplit(target)
        scope = {
            "type": "http", "method": method, "scheme": scheme, "path": parts.path,
            "raw_path": parts.path.encode(),
            "query_string": parts.query.encode(), "client": (remote, 40000),
            "headers": [
                (name.encode("latin-1"), value.encode("latin-1")) for name, value in sent.items()
            ],
            "server": ("127.0.0.1", port or self.ports[dialect]), "http_version": "1.1",
        }  # fmt: skip
        return self.run(self._exchange(scope, body or b""))

    async def _exchange(self, scope: dict[str, Any], body: bytes) -> Answer:
        parts = [body[at : at + 65536] for at in range(0, len(body), 65536)] or [b""]
        sent: list[Any] = []

        async def receive() -> Any:
            part = parts.pop(0) if parts else b""
            return {"type": "http.request", "body": part, "more_body": bool(parts)}

        async def send(message: Any) -> None:
            sent.append(message)

        await self.app.front(scope, receive, send)
        content = b"".join(message.get("body", b"") for message in sent[1:])
        return Answer(sent[0]["status"], sent[0]["headers"], content)

    def close(self) -> None:
        """Stop everything."""
        self.run(self.app.stop())
        self.loop.close()


__all__ = ["DIALECTS", "Answer", "TestSite"]
