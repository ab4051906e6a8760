"""Keeps a throw-away PostgreSQL server for a test run. tests/support/postgres.py runs it as

    python postgres_keeper.py BIN_DIR RUN_DIR OWNER_PID

and it returns once the server is ready: its address is then in RUN_DIR/url. A process stays behind,
its id in RUN_DIR/keeper. On SIGTERM, or when the owner is gone, it stops the server, removes the
data and, last, RUN_DIR/keeper.
"""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

ATTEMPTS = 5
START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 10.0
LOOK_EVERY_S = 0.2

SETTINGS = {
    "autovacuum": "off",  # databases live for a test
    "fsync": "off",
    "full_page_writes": "off",
    "jit": "off",
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
    "shared_buffers": "64MB",
    "synchronous_commit": "off",
    "unix_socket_directories": "",
    "wal_level": "minimal",
}


def main(bin_dir: Path, run_dir: Path, owner: int) -> None:
    """Leave a keeper behind; exit with 0 when its server is ready, with 1 if it will not be."""
    reading, writing = os.pipe()
    if os.fork():
        os.close(writing)
        sys.exit(0 if os.read(reading, 1) else 1)
    os.close(reading)
    # A session of its own: Ctrl-C is meant for pytest, which then ends the server in good order.
    os.setsid()
    keep(bin_dir, run_dir, owner, ready=writing)


def keep(bin_dir: Path, run_dir: Path, owner: int, *, ready: int) -> NoReturn:
    """Run the server until it is no longer wanted; a byte to `ready` says that it answers."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    keeper = run_dir / "keeper"
    keeper.write_text(str(os.getpid()))
    folder = Path(tempfile.mkdtemp(prefix="dragoman-postgres-"))
    server = None
    try:
        data = create(bin_dir, folder)
        server, port = start(bin_dir, data)
        (run_dir / "url").write_text(f"postgresql://dragoman@127.0.0.1:{port}/postgres")
        os.write(ready, b".")
        os.close(ready)
        while not stop.wait(LOOK_EVERY_S) and server.poll() is None and alive(owner):
            pass
    finally:
        if server:
            end(server)
        shutil.rmtree(folder, ignore_errors=True)
        keeper.unlink(missing_ok=True)
        if not alive(owner):
            shutil.rmtree(run_dir, ignore_errors=True)
    sys.exit(0)


def create(bin_dir: Path, folder: Path) -> Path:
    """Lay out an empty cluster in the folder and return its data directory."""
    if os.geteuid() == 0:
        user = unprivileged()
        os.chown(folder, user.pw_uid, user.pw_gid)
    data = folder / "data"
    options = ["--username=dragoman", "--auth=trust", "--encoding=UTF8", "--locale=C"]
    options += ["--no-sync", "--no-instructions"]
    initdb: list[str | Path] = [bin_dir / "initdb", "--pgdata", data, *options]
    if run_as_server(initdb, folder).wait(START_TIMEOUT_S) != 0:
        raise RuntimeError("initdb failed")
    return data


def start(bin_dir: Path, data: Path) -> tuple[subprocess.Popen[bytes], int]:
    """Start the server on a free port and wait until it accepts connections."""
    for _ in range(ATTEMPTS):
        port = free_port()
        settings = [part for name in SETTINGS for part in ("-c", f"{name}={SETTINGS[name]}")]
        command: list[str | Path] = [bin_dir / "postgres", "-D", data, "-p", str(port), *settings]
        server = run_as_server(command, data.parent)
        deadline = time.monotonic() + START_TIMEOUT_S
        while server.poll() is None and time.monotonic() < deadline:
            if accepts(data):
                return server, port
            time.sleep(0.02)
        # Most likely somebody took the port between our look and the server's.
        end(server)
    raise RuntimeError("PostgreSQL does not start")


def accepts(data: Path) -> bool:
    """Whether the server's pid file, where pg_ctl looks too, says that it accepts connections."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return False
    return len(lines) > 7 and lines[7].strip() == "ready"


def end(server: subprocess.Popen[bytes]) -> None:
    """Stop the server at once, without tidying data that nobody will read."""
    if server.poll() is None:
        server.send_signal(signal.SIGQUIT)
    try:
        server.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def run_as_server(command: Sequence[str | Path], folder: Path) -> subprocess.Popen[bytes]:
    """Start a program of PostgreSQL, which refuses to run as root."""
    if os.geteuid() != 0:
        return subprocess.Popen(command, cwd=folder)
    user = unprivileged()
    return subprocess.Popen(
        command, cwd=folder, user=user.pw_uid, group=user.pw_gid, extra_groups=[]
    )


def unprivileged() -> pwd.struct_passwd:
    """The user that runs the server when the tests run as root."""
    with contextlib.suppress(KeyError):
        return pwd.getpwnam("postgres")
    return pwd.getpwnam("nobody")


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def alive(pid: int) -> bool:
    """Whether the process runs; one that has ended and that nobody has waited for does not."""
    try:
        os.kill(pid, 0)
        stat = Path(f"/proc/{pid}/stat").read_text()
    except ProcessLookupError:
        return False
    except OSError:
        return True  # not ours to signal, or a system without /proc
    return stat.rpartition(")")[2].split()[0] != "Z"


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
