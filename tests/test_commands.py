"""The command line, on both databases: first start, accounts, tokens, load, backup, check."""

import json
import os
import re
from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from dragoman import demo, migrations, setup
from dragoman.cli import main
from dragoman.config import Data, Server, Settings
from dragoman.core import tables
from dragoman.core.database import open_database
from dragoman.core.identity import accounts, credentials, memberships
from dragoman.core.tx import Origin
from dragoman.demo import traffic
from dragoman.domains.content import trees, users
from tests.support import postgres

LOOK = Origin("test")
WEBSITE = {
    "format": 1,
    "accounts": [
        {
            "email": "ann@example.com",
            "name": "Ann",
            "password": "Secret-42",
            "memberships": [{"domain": "content", "api_key": "K" * 62}],
        }
    ],
    "content": {
        "spaces": [
            {
                "name": "Site",
                "components": [
                    {"key": "home", "type": "page", "content": "Hello", "file": "note.txt"}
                ],
            }
        ]
    },
}


class Installation:
    """A data folder, a database that starts empty, and the command over them."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.url = url
        self.environ: dict[str, str | None] = {
            "DRAGOMAN_DATA_DIR": str(folder),
            "DRAGOMAN_DATA_DATABASE": url,
            **{name: None for name in os.environ if name.startswith("DRAGOMAN_TEST")},
        }

    def run(self, *arguments: str, fails: bool = False) -> Result:
        """The command; it must succeed unless told."""
        result = CliRunner().invoke(main, list(arguments), env=self.environ)
        assert (result.exit_code != 0) == fails, result.output
        return result

    def settings(self) -> Settings:
        """The same as settings."""
        return Settings(data=Data(dir=str(self.folder), database=self.url))


@pytest.fixture(params=["sqlite", "postgresql"])
def installation(request: pytest.FixtureRequest, tmp_path: Path) -> Installation:
    """Nothing there yet."""
    folder = tmp_path / "data"
    if request.param == "sqlite":
        return Installation(folder, f"sqlite:///{folder / 'dragoman.db'}")
    request.getfixturevalue("postgres_server")
    url = postgres.fresh_database("commands")
    request.addfinalizer(lambda: postgres.drop_database(url))  # noqa: PT021 # after either branch
    return Installation(folder, url)


def test_first_start_makes_an_administrator_once(installation: Installation) -> None:
    password = setup.prepare(installation.settings())
    assert password is not None
    assert setup.prepare(installation.settings()) is None
    database = open_database(installation.url)
    with database.begin(LOOK, writes=False) as tx:
        held = accounts.listed(tx)
        doors = {row.domain for row in memberships.of_account(tx, held[0].id)}
    database.close()
    assert [row.email for row in held] == ["admin@example.com"]
    assert doors >= {"console", "content", "shop", "things", "desk"}


def test_first_start_takes_the_password_from_settings(installation: Installation) -> None:
    settings = installation.settings()
    settings.admin.password = "Chosen-42"
    assert setup.prepare(settings) is None


def test_migrate_says_where_it_is(installation: Installation) -> None:
    assert installation.run("migrate").output.endswith(f"schema {migrations.HEAD}\n")
    assert installation.run("migrate").output == f"schema {migrations.HEAD}\n"


def test_a_newer_schema_is_refused(installation: Installation) -> None:
    installation.run("migrate")
    migrations.stamp(installation.url, "9999")
    result = installation.run("migrate", fails=True)
    assert "the database has schema 9999" in result.output


def test_load_is_whole_and_harmless_twice(installation: Installation, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("a note")
    file = tmp_path / "site.json"
    file.write_text(json.dumps(WEBSITE))
    for _ in range(2):
        assert installation.run("load", str(file)).output.endswith(f"loaded {file}\n")
    database = open_database(installation.url)
    with database.begin(LOOK, writes=False) as tx:
        assert trees.by_key(tx, 1, "home", drafts=True).content == "Hello"
        assert [row.login for row in users.listed(tx)] == ["ann@example.com"]
        assert credentials.find(tx, domain="content", kind="key", secret="K" * 62) is not None
    database.close()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"format": 2}, "not a fixture of format 1"),
        ({"nonsense": {}}, "nonsense: unknown part"),
        ({"accounts": [{"name": "No address"}]}, "accounts[0]: an account needs an email"),
        ({"accounts": [{"email": "x@y.z", "shoe": 9}]}, "accounts[0].shoe: unknown member"),
        ({"accounts": [{"email": "x@y.z", "memberships": [{}]}]}, "memberships[0]"),
        ({"desk": {"departments": [{"name": 5}]}}, ": desk: a value of another kind than docs/fix"),
        ({"desk": {"tickets": [{"number": ""}]}}, ": desk: a value of another kind than docs/fix"),
        (
            {"profiles": {"suppression_lists": [{"name": "a", "number": None, "key": "a"}]}},
            ": profiles: a value is missing, or there twice (",
        ),
    ],
)
def test_a_bad_fixture_names_the_place_and_leaves_nothing(
    installation: Installation, tmp_path: Path, change: dict[str, object], problem: str
) -> None:
    (tmp_path / "note.txt").write_text("a note")
    file = tmp_path / "site.json"
    file.write_text(json.dumps({**WEBSITE, **change}))
    assert problem in installation.run("load", str(file), fails=True).output
    database = open_database(installation.url)
    with database.begin(LOOK, writes=False) as tx:
        assert accounts.listed(tx) == []
    database.close()


def test_accounts_are_created_listed_disabled(installation: Installation) -> None:
    installation.run("migrate")
    setup.prepare(installation.settings())
    made = installation.run(
        "account", "create", "bo@example.com", "--in", "content", "--in", "desk:kind=staff,level=2"
    )
    assert "password (shown once): " in made.output
    assert "bo@example.com" in installation.run("account", "list").output
    installation.run("account", "disable", "bo@example.com")
    assert re.search(r"disabled\s+bo@example.com", installation.run("account", "list").output)
    assert (
        "set"
        in installation.run(
            "account", "password", "bo@example.com", "--password", "Other-42x"
        ).output
    )
    assert "no account" in installation.run("account", "password", "no@one.x", fails=True).output


def test_tokens_are_shown_once_and_revoked(installation: Installation) -> None:
    setup.prepare(installation.settings())
    made = installation.run("token", "create", "content", "--for", "admin@example.com")
    secret = made.output.strip().rpartition(" ")[2]
    listed = installation.run("token", "list").output
    assert secret not in listed
    assert f"…{secret[-4:]}" in listed
    number = listed.split()[0]
    installation.run("token", "revoke", number)
    assert "revoked" in installation.run("token", "list").output
    assert "no active token" in installation.run("token", "revoke", number, fails=True).output
    nobody = installation.run("token", "create", "content", fails=True)
    assert nobody.output == "dragoman: no user with login ''\n"


def test_backup_and_restore_bring_everything_back(
    installation: Installation, tmp_path: Path
) -> None:
    (tmp_path / "note.txt").write_text("a note")
    file = tmp_path / "site.json"
    file.write_text(json.dumps(WEBSITE))
    installation.run("load", str(file))
    saved = tmp_path / "saved.tar"
    installation.run("backup", str(saved))
    assert "exists" in installation.run("backup", str(saved), fails=True).output
    before = _rows(installation.url)
    assert "not empty" in installation.run("restore", str(saved), fails=True).output
    installation.run("account", "create", "later@example.com", "--in", "content")
    installation.run("restore", "--overwrite", str(saved))
    assert _rows(installation.url) == before
    installation.run("account", "create", "later@example.com", "--in", "content")
    settings = installation.settings()
    stored = [path for path in Path(settings.files_url[7:]).rglob("*") if path.is_file()]
    assert b"a note" in [path.read_bytes() for path in stored]


def test_restore_refuses_what_is_no_backup(installation: Installation, tmp_path: Path) -> None:
    import tarfile

    odd = tmp_path / "odd.tar"
    with tarfile.open(odd, "w") as tar:
        tar.add(__file__, "something")
    assert "no backup" in installation.run("restore", str(odd), fails=True).output


def test_check_finds_nothing_and_something(installation: Installation) -> None:
    setup.prepare(installation.settings())
    fine = installation.run("check", "--running")
    assert "0 problems" in fine.output
    installation.environ["DRAGOMAN_CHAUTEC_SESSION_HOURS"] = '"many"'
    bad = installation.run("check", "--running", fails=True)
    assert "BAD  settings of chautec" in bad.output


def test_unknown_settings_are_refused() -> None:
    result = CliRunner().invoke(main, ["check"], env={"DRAGOMAN_SERVER_WROKERS": "2"})
    assert result.exit_code == 2
    assert "wrokers" in result.output


def test_demo_loads_and_describes_itself(installation: Installation) -> None:
    settings = installation.settings()
    settings.server = Server(console_port=8000)
    setup.prepare(settings, administrator=False)
    assert not demo.is_loaded(settings)
    demo.load(settings, lambda _: None)
    assert demo.is_loaded(settings)
    written = json.loads(demo.write(settings).read_text())
    assert list(written) == [
        "console", "cartum", "altcraft", "rightech", "chautec", "opensupports",
    ]  # fmt: skip
    assert written["opensupports"]["url"] == "http://127.0.0.1:8005/api"
    assert all(value is not None for facts in written.values() for value in facts.values())
    traffic.load(settings)
    database = open_database(settings.database_url)
    with database.begin(LOOK, writes=False) as tx:
        calls = tx.all(tables.request_log.select().order_by(tables.request_log.c.id))
        minutes = tx.all(tables.request_minutes.select())
        now_ms = tx.now_ms
    database.close()
    assert len(calls) == sum(row.calls for row in minutes) == traffic.CALLS
    assert {row.dialect for row in calls} == set(written) - {"console"}
    assert all(traffic.AGENT in row.request_headers for row in calls)
    assert [row.at_ms for row in calls] == sorted(row.at_ms for row in calls)
    assert now_ms - 26 * 3_600_000 < calls[0].at_ms < calls[-1].at_ms <= now_ms
    by_outcome = Counter(row.outcome for row in calls)
    assert by_outcome["success"] > by_outcome["client_error"] > 100
    assert by_outcome["server_error"] == 0
    assert not any(demo.ADMIN_PASSWORD in str(row) or demo.TOKEN in str(row) for row in calls)


def _rows(url: str) -> dict[str, int]:
    database = open_database(url)
    with database.begin(LOOK, writes=False) as tx:
        found = {table.name: len(tx.all(table.select())) for table in tables.metadata.sorted_tables}
    database.close()
    return found
