"""A floor that was recorded: the statements one request runs, run again bare, with the same answer.

The answer's bytes are not made anew, so this floor lies below one that encodes JSON itself.
"""

import asyncio
import tempfile
from typing import Any

from bench.floor import answer, connect
from dragoman.app import Application
from dragoman.config import Data, Settings
from dragoman.core.engines.sqlite_channels import InlineChannel


def floor(path: str, dialect: str, scope: dict[str, Any]) -> Any:
    """An ASGI application that does what answering a GET of `scope` does in the database."""
    statements, body = asyncio.run(_record(path, dialect, scope))
    connection = connect(path)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        for sql, arguments in statements:
            connection.execute(sql, arguments).fetchall()
        await answer(send, body)

    return app


async def _record(path: str, dialect: str, scope: dict[str, Any]) -> tuple[list[Any], bytes]:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Data(dir=folder, database=f"sqlite:///{path}"))
        application = Application(settings)
        await application.database.start()
        heard: list[Any] = []
        parts: list[bytes] = []
        plain = InlineChannel.rows

        def rows(self: InlineChannel, sql: str, arguments: Any) -> Any:
            heard.append((sql, tuple(arguments)))
            return plain(self, sql, arguments)

        async def send(message: Any) -> None:
            parts.append(message.get("body", b""))

        whole = {
            "type": "http", "method": "GET", "scheme": "http", "query_string": b"",
            "client": ("127.0.0.1", 1), "server": ("127.0.0.1", settings.ports()[dialect]), **scope,
        }  # fmt: skip
        await application.front(whole, None, send)  # warm: nothing is looked up twice later
        parts.clear()
        InlineChannel.rows = rows  # type: ignore[method-assign] # for one request
        await application.front(whole, None, send)
        InlineChannel.rows = plain  # type: ignore[method-assign] # as it was
        await application.log.flush()
        await application.database.stop()
        return heard, b"".join(parts)
