"""The throw-away server: databases, templates, one server a run, and none afterwards."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from tests.support import postgres, postgres_keeper

pytestmark = pytest.mark.postgres

ROOT = Path(__file__).parents[2]
SCRIPT = """
import sys, time
from tests.support import postgres
postgres.begin()
print(postgres.postgres_url(), flush=True)
sys.stdin.readline()
postgres.end()
"""


@pytest.mark.usefixtures("postgres_server")
def test_fresh_databases_are_empty_and_apart() -> None:
    first, second = (postgres.fresh_database("Same name!") for _ in range(2))
    try:
        with psycopg.connect(first) as connection:
            connection.execute("CREATE TABLE only_here (id bigint)")
        with psycopg.connect(second) as connection:
            found = connection.execute("SELECT to_regclass('only_here')").fetchone()
        assert first != second
        assert found == (None,)
    finally:
        postgres.drop_database(first)
        postgres.drop_database(second)


def test_dropped_database_is_gone_although_in_use(postgres_server: str) -> None:
    url = postgres.fresh_database("doomed")
    with psycopg.connect(url) as connection:
        postgres.drop_database(url)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    with psycopg.connect(postgres_server) as connection:
        names = [row[0] for row in connection.execute("SELECT datname FROM pg_database")]
    assert url.rpartition("/")[2] not in names


@pytest.mark.usefixtures("postgres_server")
def test_template_is_laid_out_once_and_copied() -> None:
    prepared = []

    def prepare(url: str) -> None:
        prepared.append(url)
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE copied AS SELECT 7 AS n")

    key = f"test-{os.getpid()}-{time.monotonic_ns()}"
    names = [postgres.template_database(key, prepare) for _ in range(2)]
    copy = postgres.fresh_database("copy", template=names[0])
    with psycopg.connect(copy) as connection:
        row = connection.execute("SELECT n FROM copied").fetchone()
    postgres.drop_database(copy)
    assert len(prepared) == 1
    assert names[0] == names[1]
    assert row == (7,)


def test_server_is_set_up_as_the_tests_need_it(postgres_server: str) -> None:
    with psycopg.connect(postgres_server) as connection:
        shown = [
            connection.execute("SELECT current_setting(%s)", [name]).fetchone()
            for name in ("max_connections", "jit", "fsync", "server_encoding", "lc_collate")
        ]
    assert shown == [("200",), ("off",), ("off",), ("UTF8",), ("C",)]


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGKILL, None], ids=["killed", "ended"])
@pytest.mark.skipif(postgres.SERVER_VARIABLE in os.environ, reason="the server is not ours to end")
@pytest.mark.usefixtures("postgres_server")
def test_server_ends_with_its_run(how: signal.Signals | None) -> None:
    run = subprocess.Popen(
        [sys.executable, "-c", SCRIPT],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert run.stdin is not None
    assert run.stdout is not None
    with run:
        with psycopg.connect(run.stdout.readline().strip()) as connection:
            row = connection.execute("SHOW data_directory").fetchone()
        assert row is not None
        data = Path(row[0])
        server = int((data / "postmaster.pid").read_text().splitlines()[0])
        if how:
            run.send_signal(how)
        else:
            run.stdin.write("\n")
            run.stdin.flush()
        deadline = time.monotonic() + 20
        while (postgres_keeper.alive(server) or data.exists()) and time.monotonic() < deadline:
            time.sleep(0.05)
    assert not postgres_keeper.alive(server)
    assert not data.parent.exists()
