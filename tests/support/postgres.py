"""A throw-away PostgreSQL server, one for a whole test run.

The first test that asks for it starts it, whichever pytest process it is in; the others wait and
share it. A keeper process (postgres_keeper.py) ends it when the run asks it to, or when the run's
first process is gone, however that ended. tests/conftest.py calls begin() and end().

Set DRAGOMAN_TEST_POSTGRES to the address of a server on which databases may be created and
dropped, and that one is used instead.
"""

import fcntl
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import LiteralString
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from tests.support import programs

SERVER_VARIABLE = "DRAGOMAN_TEST_POSTGRES"
RUN_VARIABLE = "DRAGOMAN_TEST_POSTGRES_RUN"
INSTALL = "sudo apt-get install -y postgresql"
KEEPER = Path(__file__).with_name("postgres_keeper.py")
STOP_TIMEOUT_S = 20.0


def missing_reason() -> str | None:
    """Why tests on PostgreSQL cannot run here, with the command that mends it; None if they can."""
    if os.environ.get(SERVER_VARIABLE) or _bin_dir():
        return None
    return f"PostgreSQL is not installed: {INSTALL}"


def require() -> str:
    """As postgres_url(); without PostgreSQL the test is skipped, or fails in CI."""
    if reason := missing_reason():
        programs.skip_or_fail(reason)
    return postgres_url()


def postgres_url() -> str:
    """The address of the server's administration database. The first caller starts the server.

    Raises RuntimeError, with what the server printed, if it does not start.
    """
    if url := os.environ.get(SERVER_VARIABLE):
        return url
    run_dir = _run_dir()
    address = run_dir / "url"
    with _locked(run_dir / "lock"):
        if not address.exists():
            _start(run_dir)
        return address.read_text()


def fresh_database(name_hint: str = "test", *, template: str = "template0") -> str:
    """Create a database that nobody else uses and return its address.

    template: name of the database to copy, as from template_database(); template0 is empty.
    """
    admin = postgres_url()
    name = f"{_plain(name_hint)[:40]}_{secrets.token_hex(5)}"
    _execute(admin, "CREATE DATABASE {} TEMPLATE {}", name, template)
    return _with_database(admin, name)


def template_database(key: str, prepare: Callable[[str], None]) -> str:
    """Return the name of a database that `prepare` lays out, once in a run.

    key: names the layout; one key must always mean the same layout.
    prepare: is given the database's address and must leave no connection open.
    """
    admin = postgres_url()
    run_dir = _run_dir()
    name = _template_prefix(run_dir) + _plain(key)[:30]
    made = run_dir / name
    with _locked(run_dir / "template-lock"):
        if not made.exists():
            _drop(admin, name)
            _execute(admin, "CREATE DATABASE {} TEMPLATE template0", name)
            prepare(_with_database(admin, name))
            made.touch()
    return name


def drop_database(url: str) -> None:
    """Drop a database by its address, closing whatever connections to it are still open."""
    _drop(postgres_url(), urlsplit(url).path.removeprefix("/"))


@contextmanager
def for_server(engine: str, name_hint: str) -> Iterator[str]:
    """An empty database for a server that makes it ready; "" on sqlite: a file in its folder."""
    if engine == "sqlite":
        yield ""
        return
    require()
    url = fresh_database(name_hint)
    try:
        yield url
    finally:
        drop_database(url)


def begin() -> None:
    """Prepare for a test run, in its first process. Starts nothing yet."""
    run_dir = Path(tempfile.mkdtemp(prefix="dragoman-test-run-"))
    (run_dir / "owner").write_text(str(os.getpid()))
    os.environ[RUN_VARIABLE] = str(run_dir)


def end() -> None:
    """Stop the server, if this run started one, and remove what the run left."""
    if RUN_VARIABLE not in os.environ:
        return
    run_dir = Path(os.environ.pop(RUN_VARIABLE))
    keeper = run_dir / "keeper"
    with suppress(FileNotFoundError, ProcessLookupError):
        os.kill(int(keeper.read_text()), signal.SIGTERM)
        deadline = time.monotonic() + STOP_TIMEOUT_S
        while keeper.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
    if admin := os.environ.get(SERVER_VARIABLE):
        for template in run_dir.glob(f"{_template_prefix(run_dir)}*"):
            _drop(admin, template.name)
    shutil.rmtree(run_dir, ignore_errors=True)


def _bin_dir() -> Path | None:
    """The folder that holds both initdb and postgres: in PATH, or Debian's newest."""
    in_path = shutil.which("initdb")
    folders = [Path(in_path).parent] if in_path else []
    versions = [path for path in Path("/usr/lib/postgresql").glob("*") if path.name.isdecimal()]
    folders += [path / "bin" for path in sorted(versions, key=lambda path: -int(path.name))]
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    return None


def _run_dir() -> Path:
    try:
        return Path(os.environ[RUN_VARIABLE])
    except KeyError:
        raise RuntimeError("tests/conftest.py has not called postgres.begin()") from None


def _start(run_dir: Path) -> None:
    bin_dir = _bin_dir()
    if bin_dir is None:
        raise RuntimeError(missing_reason())
    owner = (run_dir / "owner").read_text()
    log = run_dir / "log"
    # A file and not a pipe: the keeper stays behind, and a pipe would not close before it does.
    with log.open("wb") as output:
        keeper = subprocess.run(
            [sys.executable, KEEPER, bin_dir, run_dir, owner],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            check=False,
        )
    if keeper.returncode != 0:
        raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text(errors='replace')}")


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _template_prefix(run_dir: Path) -> str:
    return f"template_{_plain(run_dir.name.rpartition('-')[2])}_"


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def _drop(admin: str, name: str) -> None:
    _execute(admin, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _execute(admin: str, statement: LiteralString, *names: str) -> None:
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _with_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
