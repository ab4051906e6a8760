"""The real command in a process of its own: `python -m dragoman serve` on free ports of 127.0.0.1.

    with serving(tmp_path, workers=2) as server:
        httpx.post(server.url("chautec") + "/api/v1/login", ...)

Only processes that were started here are ended, by their id. The administrator is ADMIN with
PASSWORD.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dragoman import migrations

ROOT = Path(__file__).parents[2]
DIALECTS = ("console", "cartum", "altcraft", "rightech", "chautec", "opensupports")
ADMIN, PASSWORD = "admin@example.com", "Correct-horse-7"
_START_S = 60.0
_STOP_S = 30.0


class Server:
    """A server that runs. ports: by dialect; database: its URL; pid: the parent process."""

    def __init__(
        self, folder: Path, process: subprocess.Popen[bytes], ports: dict[str, int], database: str
    ) -> None:
        self.folder = folder
        self.ports = ports
        self.database = database
        self._process = process

    @property
    def pid(self) -> int:
        """The parent process."""
        return self._process.pid

    @property
    def output(self) -> str:
        """What it printed so far."""
        return (self.folder / "output.txt").read_text(errors="replace")

    @property
    def running(self) -> bool:
        """Whether the parent process is there."""
        return self._process.poll() is None

    def url(self, dialect: str) -> str:
        """`http://127.0.0.1:<port>` of a dialect."""
        return f"http://127.0.0.1:{self.ports[dialect]}"

    def workers(self) -> list[int]:
        """The worker processes."""
        listed = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [int(pid) for pid in listed]

    def rss_bytes(self) -> int:
        """Resident memory of all workers."""
        page = os.sysconf("SC_PAGE_SIZE")
        return sum(
            int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * page for pid in self.workers()
        )

    def stop(self) -> int:
        """SIGTERM, and wait. Returns the exit code; kills it when it does not end."""
        if self.running:
            self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self.kill9()
            raise AssertionError(f"the server did not stop:\n{self.output}") from None

    def kill9(self) -> None:
        """SIGKILL to the parent and every worker, at once."""
        if self.running:
            os.killpg(self.pid, signal.SIGKILL)  # a group of its own: see `start`
        self._process.wait(_STOP_S)


def start(
    folder: Path,
    *,
    workers: int = 1,
    database: str = "",
    settings: Mapping[str, Mapping[str, Any]] | None = None,
    environ: Mapping[str, str] | None = None,
    ports: Mapping[str, int] | None = None,
) -> Server:
    """Start it and wait until every port answers.

    folder: keeps its data, so a second start in it finds them; database: a URL, an SQLite file in
    `folder` by default; settings: sections of the TOML file, laid over the defaults.
    """
    folder.mkdir(parents=True, exist_ok=True)
    chosen = dict(ports) if ports is not None else free_ports()
    sections: dict[str, dict[str, Any]] = {
        "server": {
            "console_port": chosen["console"],
            "ports": {name: port for name, port in chosen.items() if name != "console"},
            "workers": workers,
        },
        "data": {"dir": str(folder), "database": database},
        "admin": {"email": ADMIN, "password": PASSWORD},
    }
    for name, values in (settings or {}).items():
        sections.setdefault(name, {}).update(values)
    config = folder / "dragoman.toml"
    config.write_text(_toml(sections))
    url = database or f"sqlite:///{folder / 'dragoman.db'}"
    migrations.upgrade(url)
    with (folder / "output.txt").open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "dragoman", "serve", "--config", str(config)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": str(ROOT / "src"), **(environ or {})},
            start_new_session=True,
        )
    server = Server(folder, process, chosen, database or f"sqlite:///{folder / 'dragoman.db'}")
    try:
        _wait_until_it_answers(server)
    except BaseException:
        server.kill9()
        raise
    return server


@contextmanager
def serving(folder: Path, **options: Any) -> Iterator[Server]:
    """`start`, and `stop` at the end."""
    server = start(folder, **options)
    try:
        yield server
    finally:
        server.stop()


def free_ports() -> dict[str, int]:
    """A free port for each dialect."""
    opened = [socket.socket() for _ in DIALECTS]
    try:
        for one in opened:
            one.bind(("127.0.0.1", 0))
        return {name: one.getsockname()[1] for name, one in zip(DIALECTS, opened, strict=True)}
    finally:
        for one in opened:
            one.close()


def _wait_until_it_answers(server: Server) -> None:
    until = time.monotonic() + _START_S
    while time.monotonic() < until:
        if not server.running:
            break
        if _answers(server.ports["console"]) and _answers(server.ports["chautec"]):
            return
        time.sleep(0.05)
    raise AssertionError(f"the server did not start:\n{server.output}")


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.settimeout(2)
            connection.sendall(
                b"GET /ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            )
            return connection.recv(9) == b"HTTP/1.1 "
    except OSError:
        return False


def _toml(sections: Mapping[str, Any]) -> str:
    """Sections as TOML; JSON's scalars and lists are TOML's too."""
    lines: list[str] = []
    for name, values in sections.items():
        nested = {key: one for key, one in values.items() if isinstance(one, Mapping)}
        lines.append(f"[{name}]")
        lines.extend(
            f"{key} = {json.dumps(one)}" for key, one in values.items() if key not in nested
        )
        lines.append(_toml({f"{name}.{key}": one for key, one in nested.items()}))
    return "\n".join(lines)
