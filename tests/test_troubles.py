"""What the command line says when something is wrong: which, how to mend it, and no traceback."""

import ctypes
import fcntl
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import typer
from typer.testing import CliRunner, Result

from dragoman import backup, demo, migrations, positions, readiness
from dragoman.cli import main
from dragoman.config import Data, Settings
from dragoman.core import tables
from dragoman.core.database import open_database
from dragoman.core.tx import Origin
from tests.support.server import ROOT

NOWHERE = "postgresql://nobody:secret@127.0.0.1:1/x"


class Command:
    """The command over one data folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.environ: dict[str, str | None] = {
            "DRAGOMAN_DATA_DIR": str(self.data),
            "COLUMNS": "200",
            **{name: None for name in os.environ if name.startswith("DRAGOMAN_TEST")},
        }

    def run(self, *arguments: str, code: int = 0, **environ: str) -> Result:
        """One command with its exit code."""
        result = CliRunner().invoke(main, list(arguments), env={**self.environ, **environ})
        assert result.exit_code == code, result.output
        assert "Traceback" not in result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    def refused(self, *arguments: str, **environ: str) -> str:
        """What a command says that refuses, in two lines at most."""
        said = self.run(*arguments, code=2, **environ).output
        assert said.startswith("dragoman: "), said
        assert said.count("\n") <= 2, said
        return said.removeprefix("dragoman: ").rstrip("\n")

    def started(self, *arguments: str, **more: Any) -> subprocess.Popen[str]:
        """A command in a process of its own."""
        environ = {name: text for name, text in self.environ.items() if text is not None}
        return subprocess.Popen(
            [sys.executable, "-m", "dragoman", *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT / "src"), **environ}, **more,
        )  # fmt: skip

    def wait_for(self, process: subprocess.Popen[str], there: Callable[[], bool]) -> None:
        """Until something is there; the process must not end before."""
        end = time.monotonic() + 60
        while not there():
            assert process.poll() is None, process.communicate()[0]
            assert time.monotonic() < end
            time.sleep(0.01)


@pytest.fixture
def command(tmp_path: Path) -> Command:
    """Nothing there yet."""
    return Command(tmp_path)


KNOWN = "there are console, cartum, altcraft, rightech, chautec, opensupports"
SETTINGS: list[tuple[str, str]] = [
    ("x = [", "not a TOML file: Invalid value (at end of document)"),
    (
        "[server]\nworkerz = 2",
        "unknown setting server.workerz (did you mean workers?); docs/settings.md lists them",
    ),
    ("[servr]\nport = 1", "unknown setting servr (did you mean server?); docs/settings.md lists"),
    ("[server]\nworkers = 'two'", "setting server.workers: expected int, got str"),
    ("[server]\nworkers = 0", "setting server.workers: from 1 to 256"),
    ("server = 5", "setting server: expected object, got int"),
    (
        "[server]\nconsole_port = 65533",
        "port 65536 (rightech): ports go from 1 to 65535; server.console_port (--port)",
    ),
    ("[server.ports]\ncartum = 8000", "port 8000 is given to both console and cartum"),
    ("[server.ports]\ncartun = 9", f"no dialect 'cartun' (did you mean cartum?); {KNOWN}"),
    ("[server]\ndisabled = ['x']", f"setting server.disabled: no dialect 'x'; {KNOWN}"),
    ("[server.hosts]\n'a.b' = 'shop'", f"setting server.hosts: no dialect 'shop'; {KNOWN}"),
    ("[dialects.chautek]\na = 1", "dialects: no dialect 'chautek' (did you mean chautec?)"),
    ("[data]\ndatabase = 'mysql://x'", "setting data.database: starts with sqlite:/// or postgres"),
    ("[log]\ndays = -1", "setting log.days: from 0"),
    ("[admin]\nemail = 'ann'", "setting admin.email: not an e-mail address"),
]


@pytest.mark.parametrize(("text", "said"), SETTINGS)
@pytest.mark.parametrize("name", ["check", "serve", "migrate"])
def test_a_mistake_in_the_settings_is_named(
    command: Command, name: str, text: str, said: str
) -> None:
    file = command.folder / "dragoman.toml"
    file.write_text(text)
    assert said in command.refused(name, "--config", str(file))
    assert not command.data.exists()


def test_settings_that_only_a_dialect_knows(command: Command) -> None:
    file = command.folder / "dragoman.toml"
    file.write_text("[dialects.chautec]\nsession_hour = 2\n")
    said = (
        "unknown setting dialects.chautec.session_hour (did you mean session_hours?); "
        "docs/settings.md lists them"
    )
    assert command.refused("serve", "--config", str(file)) == said
    found = command.run("check", "--running", "--config", str(file), code=1).output
    assert f"BAD  settings of chautec: {said}\n" in found
    file.write_text("[dialects.altcraft.limits]\nrequests_per_second = 'many'\n")
    assert command.refused("serve", "-c", str(file)).startswith(
        "setting dialects.altcraft.limits.requests_per_second: expected "
    )


def test_files_and_variables_that_hold_no_settings(command: Command) -> None:
    binary = command.folder / "binary.toml"
    binary.write_bytes(b"\xff\xfe")
    for path, said in (
        (str(command.folder / "none.toml"), "No such file or directory"),
        (str(command.folder), "Is a directory"),
        (str(binary), "this is no text in UTF-8, so no TOML file"),
    ):
        assert command.refused("check", "--config", path) == f"{path}: {said}"
    for name in ("DRAGOMAN_FOO", "DRAGOMAN_SERVR_PORT"):
        assert command.refused("check", **{name: "1"}).startswith(f"variable {name}: no such")
    assert "workerz" in command.refused("check", DRAGOMAN_SERVER_WORKERZ="1")


COMMANDS = (
    ("account", "list"), ("account", "create", "a@b.de"), ("account", "disable", "a@b.de"),
    ("token", "list"), ("token", "revoke", "1"), ("backup", "@/b.tar"),
)  # fmt: skip
WRITERS = (("migrate",), ("load", "@/x.json"), ("serve", "--port", "1025"))


def _at(arguments: tuple[str, ...], folder: Path) -> list[str]:
    return [one.replace("@", str(folder)) if "/" in one else one for one in arguments]


@pytest.mark.parametrize("arguments", [*COMMANDS, *WRITERS[:2]])
def test_a_database_out_of_reach_is_told_at_once(
    command: Command, arguments: tuple[str, ...]
) -> None:
    started = time.monotonic()
    environ = {"DRAGOMAN_DATA_DATABASE": NOWHERE}
    said = command.refused(*_at(arguments, command.folder), **environ)
    assert said.startswith("cannot use the database postgresql://nobody@127.0.0.1:1/x: connection")
    assert said.endswith("(DRAGOMAN_DATA_DATABASE, or a file with --config).")
    assert "secret" not in said
    assert time.monotonic() - started < 10
    found = command.run("check", "--running", code=1, **environ).output
    assert "BAD  database postgresql://nobody@127.0.0.1:1/x: connection failed" in found
    assert "1 problem," in found


@pytest.mark.parametrize("arguments", COMMANDS)
def test_a_database_that_is_not_ready(command: Command, arguments: tuple[str, ...]) -> None:
    run = _at(arguments, command.folder)
    assert "does not exist" in command.refused(*run)
    assert not command.data.exists()
    command.data.mkdir()
    assert command.refused(*run).endswith(
        "is empty\n`dragoman serve` fills it at its first start. Is another data.dir meant, or "
        "--config?"
    )
    command.run("migrate")
    url = f"sqlite:///{command.data / 'dragoman.db'}"
    migrations.stamp(url, "0001")
    assert command.refused(*run).endswith("`dragoman migrate` brings it up to date.")
    migrations.stamp(url, "9999")
    newer = f"the database has schema 9999, this Dragoman knows {migrations.HEAD}; update Dragoman"
    assert command.refused(*run).startswith(newer)
    assert command.refused("load", "x.json").startswith(newer)
    assert "was made by a newer Dragoman" in command.run("check", "--running", code=1).output
    assert not list(command.folder.glob("*.tar"))


@pytest.mark.parametrize("arguments", [*COMMANDS, *WRITERS[:2]])
def test_a_file_that_is_no_database(command: Command, arguments: tuple[str, ...]) -> None:
    command.data.mkdir()
    file = command.data / "dragoman.db"
    file.write_text("this is no database, it is a text of some length\n" * 40)
    before = file.read_bytes()
    assert "file is not a database" in command.refused(*_at(arguments, command.folder))
    assert "file is not a database" in command.run("check", "--running", code=1).output
    assert file.read_bytes() == before


def test_folders_that_cannot_be_used(command: Command) -> None:
    text = command.folder / "text"
    text.write_text("x")
    for name in ("migrate", "load", "restore"):
        arguments = [name] if name == "migrate" else [name, str(text)]
        said = command.refused(*arguments, DRAGOMAN_DATA_DIR=str(text))
        assert said == f"{text} is no folder; choose another data.dir"
        said = command.refused(*arguments, DRAGOMAN_DATA_DIR="/proc/nowhere")
        assert said.startswith("cannot make the data folder: /proc/nowhere: ")
    assert "is no folder" in command.run(
        "check", "--running", code=1, DRAGOMAN_DATA_DIR=str(text)
    ).output  # fmt: skip
    nowhere = {"DRAGOMAN_DATA_DATABASE": f"sqlite:///{command.folder}/none/x.db"}
    assert "/none does not exist" in command.refused("migrate", **nowhere)
    assert "/none does not exist" in command.run("check", "--running", code=1, **nowhere).output


def _as_others() -> None:
    """In a child before it executes: root obeys the permissions of files as everybody does."""
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP; others have none


def test_folders_and_files_that_one_may_not_write_to(command: Command) -> None:
    def said(*arguments: str) -> str:
        process = command.started(*arguments, preexec_fn=_as_others)
        output = process.communicate(timeout=60)[0]
        assert process.returncode == (1 if arguments[0] == "check" else 2), output
        assert "Traceback" not in output
        return output

    command.data.mkdir(mode=0o500)
    assert f"the folder {command.data} is not writable" in said("migrate")
    assert "serving.lock: permission denied; give this user" in said("serve", "--port", "1025")
    assert f"BAD  data folder {command.data}: cannot be written to" in said("check", "--running")
    command.environ["DRAGOMAN_DATA_DIR"] = str(command.data / "sub")
    assert "cannot make the data folder: " in said("migrate")
    assert "sub: cannot be made\n     make it, or give user " in said("check", "--running")
    command.data.chmod(0o700)
    command.environ["DRAGOMAN_DATA_DIR"] = str(command.data)
    command.run("migrate")
    (command.data / "dragoman.db").chmod(0o400)
    for arguments in (("account", "list"), ("check", "--running"), ("migrate",)):
        assert "dragoman.db is not readable and writable" in said(*arguments)


def test_looking_makes_nothing(command: Command) -> None:
    found = command.run("check", "--running").output
    assert f"ok   data folder {command.data}, not there: the first start makes it\n" in found
    assert not command.data.exists()
    command.data.mkdir()
    command.run("check", "--running")
    assert list(command.data.iterdir()) == []


def test_a_new_data_folder_is_for_its_owner(command: Command) -> None:
    command.run("migrate")
    assert command.data.stat().st_mode & 0o777 == 0o700


@pytest.fixture
def taken() -> Iterator[int]:
    """A port somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def test_ports_that_cannot_be_had(command: Command, taken: int) -> None:
    for arguments, said in (
        (("serve",), f"port {taken} (console) on 127.0.0.1: Address already in use"),
        (("demo", "--data-dir", str(command.data)), f"port {taken} (console) on 127.0.0.1"),
    ):
        found = command.refused(*arguments, "--port", str(taken))
        assert found.startswith(said)
        assert found.endswith("\nStop what listens there, or choose another --port.")
    found = command.refused("serve", "--port", str(taken), DRAGOMAN_SERVER_HOST="192.0.2.1")
    assert found.endswith("\nThis machine has no such address; look at the setting server.host.")
    found = command.run("check", code=1, DRAGOMAN_SERVER_CONSOLE_PORT=str(taken)).output
    assert f"BAD  port {taken} (console) on 127.0.0.1: Address already in use\n     Stop " in found


# What stands in the file, and what is said behind the file's name.
FIXTURES: list[tuple[str, str]] = [
    ("", ", line 1, column 1: not JSON: Expecting value"),
    ('{"format": 1,\n "content": {"spaces": [,]}}', ", line 2, column 25: not JSON: Expecting val"),
    ("[" * 100_000, ": not JSON that can be loaded: "),
    ('{"format":1,"x":"\\ud800"}', ": not JSON that can be loaded: "),
    ("[]", ': not a fixture of format 1; it begins with {"format": 1'),
    ('{"format":1,\n"kontent":{}}', ", line 2: kontent: unknown part; there are accounts, content"),
    ('{"format":1,\n"accounts":5}', ", line 2: accounts: not a list"),
    ('{"format":1,\n"content":5}', ", line 2: content: not an object"),
    (
        '{"format":1,"accounts":[\n{"email":"a@b.de"},\n{"email":"x"}]}',
        ", line 3: accounts[1].email: not an e-mail address",
    ),
    (
        '{"format":1,"accounts":[\n{"email":"a@b.de",\n"memberships":5}]}',
        ", line 3: accounts[0].memberships: not a list",
    ),
    (
        '{"format":1,"accounts":[{"email":"a@b.de","memberships":[\n{"domain":"nix"}]}]}',
        ", line 2: accounts[0].memberships[0]: nix: cannot join here; there are content, shop",
    ),
    (
        '{"format":1,"accounts":[{"email":"a@b.de","memberships":[\n'
        '{"domain":"content",\n"login":5}]}]}',
        ", line 2: accounts[0].memberships[0]: memberships.content.login: not a text",
    ),
    (
        '{"format":1,"accounts":[{"email":"a@b.de","memberships":[{"domain":{}}]}]}',
        ", line 1: accounts[0].memberships[0]: {}: cannot join here",
    ),
    (
        '{"format":1,"accounts":[{"email":"a@b.de",\n"active":"yes"}]}',
        ", line 2: accounts[0].active: not true or false",
    ),
    (
        '{"format":1,"content":{"spaces":[{"name":"x","components":[\n{"key":"a","type":"t"},\n'
        '{"key":"b",\n"typ":"t"}]}]}}',
        ", line 4: content.spaces[0].components[1].typ: unknown member; there are children, con",
    ),
    (
        '{"format":1,"content":{"spaces":[{"name":"x","components":[\n{"key":"UP","type":"t"}]}]}}',
        ", line 2: content.spaces[0].components[0]: 'UP': A key has other characters than a-z",
    ),
    (
        '{"format":1,"content":{"spaces":[{"name":"x","components":[{"key":"a","type":"t",\n'
        '"sequence":99999999999999999999}]}]}}',
        ", line 2: content.spaces[0].components[0].sequence: does not fit into 64 bits",
    ),
    (
        '{"format":1,"content":{"spaces":[{"name":"x","components":[{"key":"a","type":"t",\n'
        '"file":"../../etc/passwd"}]}]}}',
        ", line 2: content.spaces[0].components[0].file: no file '../../etc/passwd' beside the",
    ),
    (
        '{"format":1,"content":{"spaces":[{"name":"x","components":[{"key":"a","type":"t",\n'
        '"published":"yes"}]}]}}',
        ", line 2: content.spaces[0].components[0].published: not true or false",
    ),
]


def test_a_bad_fixture_names_file_line_and_place(command: Command) -> None:
    _load_nothing(command)
    before = _counts(command)
    for text, said in FIXTURES:
        file = command.folder / "x.json"
        file.write_text(text)
        assert command.refused("load", str(file)).startswith(f"{file}{said}"), text[:80]
    file.write_bytes(b'{"format":1,"x":"\xff"}')
    assert command.refused("load", str(file)) == f"{file}: not text in UTF-8 (byte 17)"
    assert command.refused("load", str(command.folder)) == f"{command.folder}: Is a directory"
    assert command.refused("load", "none.json") == "none.json: No such file or directory"
    assert _counts(command) == before


def _load_nothing(command: Command) -> None:
    """What every `load` makes first: the schema, repeating jobs, what each domain begins with."""
    file = command.folder / "nothing.json"
    file.write_text('{"format": 1}')
    command.run("load", str(file))


def _counts(command: Command) -> dict[str, int]:
    database = open_database(f"sqlite:///{command.data / 'dragoman.db'}")
    with database.begin(Origin("test"), writes=False) as tx:
        found = {
            table.name: int(tx.scalar(sa.select(sa.func.count()).select_from(table)))
            for table in tables.metadata.sorted_tables
        }
    database.close()
    return found


def test_people_and_tokens_that_cannot_be(command: Command) -> None:
    command.run("migrate")
    for arguments, said in (
        ("account create notmail", "'notmail' is not an e-mail address"),
        ("account create a@b.de --in nonsense", "nonsense: cannot join here; there are content,"),
        ("account create a@b.de --in os.path", "os.path: cannot join here; there are content,"),
        ("account create a@b.de --in content:active=maybe", "memberships.content.active: not true"),
        ("account create a@b.de --in content:active", "'active': write member=value, as in desk"),
        (
            "account create a@b.de --in console:role=boss",
            "memberships.console.role: no role 'boss'",
        ),
        ("account disable a@b.de", "no account a@b.de; `dragoman account list` shows them"),
        ("token create nonsense", "nonsense: cannot issue here; there are content, profiles"),
        ("token create content --for nobody@x", "no user with login 'nobody@x'"),
        ("token create things --for nobody", "no user with login 'nobody'"),
        ("token create content --with x=1", "no option with name 'x'"),
        ("token revoke 9", "no active token 9; `dragoman token list` shows them"),
    ):
        assert command.refused(*arguments.split()).startswith(said), arguments
    command.run("token", "revoke", "99999999999999999999999", code=2)
    assert command.run("account", "list").output == ""


def test_ports_of_the_server_that_runs_are_no_trouble(command: Command, taken: int) -> None:
    command.run("migrate")
    environ = {"DRAGOMAN_SERVER_CONSOLE_PORT": str(taken)}
    command.run("check", code=1, **environ)
    with readiness.hold(Settings(data=Data(dir=str(command.data)))):
        found = command.run("check", **environ).output
    assert "ok   server, runs on this folder: its ports are not looked at\n" in found
    assert "0 problems," in found
    command.run("check", code=1, **environ)


@pytest.fixture
def saved(command: Command) -> Path:
    """A backup of a database with one account and one file."""
    (command.folder / "note.txt").write_text("a note")
    component = {"key": "home", "type": "page", "file": "note.txt"}
    spaces = [{"name": "Site", "components": [component]}]
    file = command.folder / "site.json"
    file.write_text(json.dumps({"format": 1, "content": {"spaces": spaces}}))
    command.run("load", str(file))
    saved = command.folder / "saved.tar"
    command.run("backup", str(saved))
    return saved


def test_a_backup_is_whole_and_for_its_owner(command: Command, saved: Path) -> None:
    assert saved.stat().st_mode & 0o777 == 0o600
    before = sorted(command.folder.iterdir())
    assert command.refused("backup", str(saved)) == (
        f"{saved} exists; choose another name, or remove it first"
    )
    none = command.folder / "none"
    assert command.refused("backup", str(none / "b.tar")) == (
        f"there is no folder {none}; make it first"
    )

    whole = saved.stat().st_size
    for most in (1000, 300_000, whole - 1000):  # no room for the log, the copy, the archive

        def small(most: int = most) -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

        process = command.started("backup", str(command.folder / "b.tar"), preexec_fn=small)
        said = process.communicate(timeout=60)[0]
        assert process.returncode == 2, said
        assert said.startswith("dragoman: ")
        assert "not an error" not in said
        assert "Traceback" not in said
        assert sorted(command.folder.iterdir()) == before


def test_a_restore_without_room_changes_nothing(command: Command, saved: Path) -> None:
    held = _held(command.data)

    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))

    process = command.started("restore", "--overwrite", str(saved), preexec_fn=small)
    said = process.communicate(timeout=60)[0]
    assert (process.returncode, said) == (2, "dragoman: file too large\n")
    assert _held(command.data) == held
    assert not list(command.data.glob(".dragoman-*"))


def test_what_is_no_whole_backup_changes_nothing(command: Command, saved: Path) -> None:
    whole = saved.read_bytes()
    cut = command.folder / "cut.tar"
    held = _held(command.data)
    for content in (b"", b"text", whole[:100_000], whole[: len(whole) - 11_000], whole[5000:]):
        cut.write_bytes(content)
        said = command.refused("restore", "--overwrite", str(cut))
        assert "no whole backup" in said or "no backup of Dragoman" in said
        assert _held(command.data) == held
    assert command.refused("restore", str(saved)) == (
        "the database is not empty; --overwrite replaces it"
    )
    assert command.refused("restore", "none.tar") == "none.tar is not there"
    assert command.refused("restore", str(command.folder)) == f"{command.folder} is no file"
    assert _held(command.data) == held


def _held(folder: Path) -> dict[str, bytes]:
    names = [path for path in folder.rglob("*") if path.is_file() and "lock" not in path.name]
    return {
        str(path): path.read_bytes() for path in names if not path.name.endswith(("wal", "shm"))
    }


def test_a_backup_that_names_files_elsewhere(command: Command, saved: Path) -> None:
    import tarfile

    odd = command.folder / "odd.tar"
    with tarfile.open(saved) as tar, tarfile.open(odd, "w") as out:
        for member in tar.getmembers():
            content = tar.extractfile(member)
            if member.name.startswith("files/"):
                member.name = "files/../../stolen"
            out.addfile(member, content)
    assert "in other places" in command.refused("restore", "--overwrite", str(odd))
    assert not list(command.folder.rglob("stolen"))


def test_nothing_is_restored_under_a_running_server(command: Command, saved: Path) -> None:
    settings = Settings(data=Data(dir=str(command.data)))
    held = _held(command.data)
    with readiness.hold(settings), readiness.hold(settings):  # two may run on one folder
        said = command.refused("restore", "--overwrite", str(saved))
        assert said == (
            f"a server runs on {command.data}\nStop it first: what it still writes would be lost."
        )
        assert _held(command.data) == held
    command.run("restore", "--overwrite", str(saved))
    with (command.data / "serving.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "is being restored" in command.refused("serve", "--port", "1025")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_command_that_is_stopped_leaves_nothing_half_done(
    command: Command, number: signal.Signals, code: int
) -> None:
    components = [{"key": f"k{at}", "type": "t", "content": "x" * 2000} for at in range(30_000)]
    spaces = [{"name": "Large", "components": components}]
    file = command.folder / "large.json"
    file.write_text(json.dumps({"format": 1, "content": {"spaces": spaces}}))
    _load_nothing(command)
    before = _counts(command)
    process = command.started("load", str(file))
    wal = command.data / "dragoman.db-wal"
    command.wait_for(process, lambda: wal.exists() and wal.stat().st_size > 5_000_000)
    process.send_signal(number)
    said = process.communicate(timeout=60)[0]
    assert (process.returncode, "Traceback" in said) == (code, False), said
    assert _counts(command) == before
    command.run("load", str(file))
    for _ in range(5):
        process = command.started("backup", str(command.folder / "b.tar"))
        command.wait_for(process, lambda: bool(list(command.folder.glob(".b.tar.part-*"))))
        process.send_signal(number)
        said = process.communicate(timeout=60)[0]
        if process.returncode:
            break
        (command.folder / "b.tar").unlink()  # it was done before the signal came: once more
    assert (process.returncode, "Traceback" in said) == (code, False), said
    assert not list(command.folder.glob("*b.tar*"))
    assert not list(command.folder.glob(".dragoman-*"))


def test_a_demo_that_is_stopped_while_it_loads_is_not_taken_for_loaded(command: Command) -> None:
    _load_nothing(command)
    settings = Settings(data=Data(dir=str(command.data)))
    before = _counts(command)

    def stop(name: str) -> None:
        if name == "things":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        demo.load(settings, stop)
    assert _counts(command) == before
    assert not demo.is_loaded(settings)
    process = command.started("demo", "--data-dir", str(command.data), "--port", "1024")
    process.send_signal(signal.SIGTERM)  # at its very start, whatever it does there
    said = process.communicate(timeout=60)[0]
    assert process.returncode in (143, -signal.SIGTERM), said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("a", 2), ("b", 3), ("b[0]", 3), ("b[1]", 4), ("b[1].c", 5), ("b[1].c[0].d", 5),
        ("e.f", 7), ("e.none", 6), ("none", None), ("b[9].c", 3), ("a.b.c", 2), ("", None),
        ("é\\", 8),
    ],
)  # fmt: skip
def test_lines_of_places(place: str, line: int | None) -> None:
    text = (
        '{\n"a": "}]{[\\"",\n"b": [1,\n{"c": 0,\n"c": [{"d": []}]}],\n'
        '"e": {"x": {},\n"f": null},\n"\\u00e9\\\\": 1}'
    )
    json.loads(text)
    assert positions.line_of(text, place) == line


def test_passwords_in_addresses_are_not_shown() -> None:
    for url, shown in (
        ("postgresql://a:b%40c@h/d", "postgresql://a@h/d"), ("sqlite:////x/y", "sqlite:////x/y"),
        ("postgresql://a@h:5432/d?x=y:z@q", "postgresql://a@h:5432/d?x=y:z@q"),
    ):  # fmt: skip
        assert readiness.shown(url) == shown


def test_everything_is_explained_with_examples(command: Command) -> None:
    group = typer.main.get_command(main)
    waiting: list[tuple[list[str], Any]] = [([], group)]
    seen = []
    while waiting:
        path, found = waiting.pop()
        for name, inner in getattr(found, "commands", {}).items():
            waiting.append(([*path, name], inner))
        if not getattr(found, "commands", None):
            seen.append(" ".join(path))
            assert found.help, path
            for param in found.params:
                assert getattr(param, "help", None), (path, param.name)
            shown = command.run(*path, "--help").output
            assert "Usage: " in shown
            if path[0] not in ("account", "token") or path[1] == "create":
                assert f"dragoman {' '.join(path)}" in shown.partition("Examples:")[2], path
    assert len(seen) == 14
    assert command.run("--version").output.startswith("dragoman ")


def test_a_backup_of_a_newer_version_is_refused(command: Command, saved: Path) -> None:
    settings = Settings(data=Data(dir=str(command.data)))
    url = settings.database_url
    migrations.stamp(url, "9999")
    newer = command.folder / "newer.tar"
    backup.backup(settings, newer, lambda *_: None)
    migrations.stamp(url, migrations.HEAD)
    said = command.refused("restore", "--overwrite", str(newer))
    assert said.startswith(
        f"the backup has schema 9999, this Dragoman knows {migrations.HEAD}: use"
    )
