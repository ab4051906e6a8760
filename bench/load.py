"""Load from the same machine: wrk where it is installed, else a small asyncio client."""

import asyncio
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from bench.case import Request

_LUA = """
local n = {start}
request = function()
  n = n + 1
  local body = {body}
  local path = {path}
  path, body = path:gsub("{{n}}", tostring(n)), body:gsub("{{n}}", tostring(n))
  return wrk.format("{method}", path, {headers}, body)
end
"""


def run(url: str, request: Request, *, clients: int, seconds: float, start: int) -> tuple[int, int]:
    """Send for a while. Returns (answers, answers that were not 2xx)."""
    if shutil.which("wrk"):
        return _wrk(url, request, clients, seconds, start)
    return asyncio.run(_own(url, request, clients, seconds, start))


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _wrk(url: str, request: Request, clients: int, seconds: float, start: int) -> tuple[int, int]:
    headers = ", ".join(f"[{_quoted(k)}]={_quoted(v)}" for k, v in request.headers.items())
    script = _LUA.format(
        start=start,
        method=request.method,
        path=_quoted(request.path),
        body=_quoted(request.body),
        headers="{" + headers + "}",
    ).replace("{{n}}", "{n}")
    with tempfile.TemporaryDirectory() as folder:
        lua = Path(folder) / "case.lua"
        lua.write_text(script)
        out = subprocess.run(  # our own arguments
            ["wrk", "-t1", f"-c{clients}", f"-d{max(1, round(seconds))}s", "-s", str(lua), url],  # noqa: S607
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    done = re.search(r"(\d+) requests in", out)
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
    if done is None:
        raise RuntimeError(out)
    return int(done[1]), int(bad[1]) if bad else 0


async def _own(
    url: str, request: Request, clients: int, seconds: float, start: int
) -> tuple[int, int]:
    host, _, port = url.removeprefix("http://").partition(":")
    until = time.monotonic() + seconds
    counts = [0, 0]
    number = start

    async def client() -> None:
        nonlocal number
        reader, writer = await asyncio.open_connection(host, int(port))
        while time.monotonic() < until:
            number += 1
            body = request.body.replace("{n}", str(number)).encode()
            path = request.path.replace("{n}", str(number))
            head = [f"{request.method} {path} HTTP/1.1", f"host: {host}"]
            head += [f"{name}: {value}" for name, value in request.headers.items()]
            if body:
                head.append(f"content-length: {len(body)}")
            writer.write("\r\n".join(head).encode() + b"\r\n\r\n" + body)
            top = await reader.readuntil(b"\r\n\r\n")
            size = re.search(rb"content-length: (\d+)", top, re.IGNORECASE)
            if size:
                await reader.readexactly(int(size[1]))
            counts[0] += 1
            counts[1] += top[9:10] != b"2"
        writer.close()

    await asyncio.gather(*(client() for _ in range(clients)))
    return counts[0], counts[1]
