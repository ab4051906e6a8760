"""The command line: serve, demo, migrate, account, token, load, backup, restore, check."""

import gc
import os
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from dragoman import __version__, config
from dragoman.config import Settings
from dragoman.plain import Bars, Plainly, examples, fail

main = typer.Typer(
    cls=Plainly,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # of a fault of ours the plain traceback is wanted
    help="One backend that speaks five business APIs.",
    epilog=examples(
        "dragoman demo                      # try it, nothing to set up",
        "dragoman serve --data-dir /var/lib/dragoman",
        "dragoman check --config /etc/dragoman.toml",
        "dragoman account create ann@example.com --in console:role=owner",
    ),
)

# Limits within reach, so that their refusals can be seen too.
DEMO_OPTIONS: dict[str, dict[str, Any]] = {
    "console": {"organisation": "Livada"},
    "altcraft": {"limits": {"requests_per_second": 50}, "tariff": {"max_profiles": 500}},
}

ConfigFile = Annotated[
    str | None,
    typer.Option(
        "--config",
        "-c",
        help="TOML file, see docs/settings.md. DRAGOMAN_* variables win over it.",
        envvar="DRAGOMAN_CONFIG",
    ),
]


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"dragoman {__version__}")
        raise typer.Exit


@main.callback()
def begin(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say it and exit.")
    ] = False,
) -> None:
    """Let garbage be collected again, but for servers: their workers do when they are ready."""
    if context.invoked_subcommand not in ("serve", "demo"):
        gc.enable()


def settings_from(path: str | None) -> Settings:
    """Settings. Raises BadSettings, which the command tells in one line."""
    environ = {name: text for name, text in os.environ.items() if name != "DRAGOMAN_CONFIG"}
    return config.read(path, environ)


@main.command(
    epilog=examples(
        "dragoman serve",
        "dragoman serve --config /etc/dragoman.toml",
        "dragoman serve --data-dir /var/lib/dragoman --port 9000 --workers 4",
    )
)
def serve(
    config_file: ConfigFile = None,
    workers: Annotated[
        int | None, typer.Option(help="Worker processes; a core each is plenty. Default 1.")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(help="The console's port; the five dialects follow it. Default 8000."),
    ] = None,
    data_dir: Annotated[
        str | None, typer.Option(help="Folder for database and files. Default ./data.")
    ] = None,
) -> None:
    """Serve every dialect until Ctrl+C or SIGTERM, which finish what is in flight.

    The first start makes an administrator and prints the password once.
    """
    settings = settings_from(config_file)
    _override(settings, workers=workers, port=port, data_dir=data_dir)
    _serve(settings, lambda: _announce(settings))


@main.command(epilog=examples("dragoman demo", "dragoman demo --port 9000 --data-dir /tmp/try"))
def demo(
    data_dir: Annotated[str, typer.Option(help="Folder for the demo.")] = "./.demo",
    port: Annotated[int, typer.Option(help="The console's port; dialects follow it.")] = 8000,
    workers: Annotated[int, typer.Option(help="Worker processes.")] = 1,
) -> None:
    """Load a demo organisation and serve it; prints addresses, credentials and curl lines."""
    settings = settings_from(None)
    _override(settings, workers=workers, port=port, data_dir=data_dir)
    for dialect, options in DEMO_OPTIONS.items():
        settings.dialects[dialect] = {**options, **settings.dialects.get(dialect, {})}
    _serve(settings, lambda: _announce_demo(settings), with_demo=True)


def _override(
    settings: Settings, *, workers: int | None, port: int | None, data_dir: str | None
) -> None:
    if workers is not None:
        settings.server.workers = workers
    if port is not None:
        settings.server.console_port = port
    if data_dir is not None:
        settings.data.dir = data_dir
    config.refuse_odd(settings)


def _serve(settings: Settings, announce: Any, *, with_demo: bool = False) -> None:
    # Before the forks: the child that prepares and the workers share what is imported here.
    from dragoman import app, readiness, serving  # noqa: F401 # as above

    gc.freeze()

    refuse_odd_options(settings)
    with readiness.hold(settings):
        try:
            sockets = serving.bind(settings)
        except serving.CannotListen as error:
            fail(str(error))
        serving.in_child(lambda: _prepare(settings, with_demo=with_demo))
        raise typer.Exit(serving.Workers(settings, sockets, announce).run())


def refuse_odd_options(settings: Settings) -> None:
    """Raise BadSettings for a setting that a dialect does not take."""
    from dragoman import doctor

    for name in sorted(settings.dialects):
        found = doctor.of_dialect(settings, name)
        if found.problem:
            raise config.BadSettings(found.problem)


def _prepare(settings: Settings, *, with_demo: bool) -> None:
    from dragoman import readiness, setup

    readiness.refuse_unusable(settings)
    password = setup.prepare(settings, administrator=not with_demo)
    if password is not None:
        typer.echo(f"Administrator {settings.admin.email}, password (shown once): {password}")
    if with_demo:
        _load_demo(settings)


def _load_demo(settings: Settings) -> None:
    from dragoman import demo as demonstration
    from dragoman.demo import traffic

    gc.enable()
    if not demonstration.is_loaded(settings):
        with Bars() as show:
            parts = {name: at for at, name in enumerate(demonstration.PARTS)}
            demonstration.load(
                settings, lambda name: show("demo data", parts.get(name, 0), len(parts))
            )
            traffic.load(settings)
    demonstration.write(settings)


def _announce(settings: Settings) -> None:
    for name in settings.ports():
        typer.echo(f"{name:<14}{settings.origin(name)}")


def _announce_demo(settings: Settings) -> None:
    from rich.console import Console
    from rich.table import Table

    from dragoman import demo as demonstration

    table = Table(title="Dragoman demo", title_justify="left")
    for heading in ("dialect", "address", "credentials"):
        table.add_column(heading, overflow="fold")
    for name, facts in demonstration.description(settings).items():
        shown = "\n".join(f"{key}: {value}" for key, value in facts.items() if key != "url")
        table.add_row(name, str(facts["url"]), shown)
    console = Console(soft_wrap=False)
    console.print(table)
    for name, line in demonstration.curls(settings).items():
        typer.echo(f"# {name}\n{line}")
    typer.echo(f"\nAlso in {Path(settings.data.dir) / 'demo.json'}. Ctrl+C stops.")
    sys.stdout.flush()


@main.command(epilog=examples("dragoman migrate --config /etc/dragoman.toml"))
def migrate(config_file: ConfigFile = None) -> None:
    """Bring the database up to date; a SQLite file is backed up before it changes.

    `serve` does it at its start; this is for doing it apart. Older servers have to be stopped.
    """
    from dragoman import migrations, readiness, setup

    settings = settings_from(config_file)
    readiness.make_folder(settings)
    readiness.refuse_unusable(settings)
    setup.migrate(settings, say=typer.echo)
    typer.echo(f"schema {migrations.HEAD}")


@main.command(
    epilog=examples("dragoman load shop.json", "dragoman load people.json --reset-passwords")
)
def load(
    file: Annotated[Path, typer.Argument(help="A JSON file, see docs/fixtures.md.")],
    config_file: ConfigFile = None,
    reset_passwords: Annotated[
        bool, typer.Option("--reset-passwords", help="Also of accounts that exist.")
    ] = False,
) -> None:
    """Load a fixture, whole or not at all; loading it again changes what has changed in it."""
    from dragoman import fixtures, readiness, setup
    from dragoman.core.database import open_database
    from dragoman.core.files import Files

    settings = settings_from(config_file)
    readiness.make_folder(settings)
    readiness.refuse_unusable(settings)
    setup.prepare(settings, administrator=False)
    database = open_database(settings.database_url)
    store = Files(settings.files_url, **settings.data.files_options)
    try:
        with Bars() as show:
            fixtures.load_file(
                database,
                store,
                file,
                reset_passwords=reset_passwords,
                step=lambda name: show(f"{file.name}: {name}", 0, None),
            )
    finally:
        database.close()
    typer.echo(f"loaded {file}")


@main.command(epilog=examples("dragoman backup /backups/dragoman-$(date +%F).tar"))
def backup(
    dest: Annotated[Path, typer.Argument(help="The file to write; it must not exist.")],
    config_file: ConfigFile = None,
) -> None:
    """Back up database and files into one file, while the server runs.

    It holds passwords' hashes and everything else: only its owner may read it.
    """
    from dragoman import backup as backups
    from dragoman import readiness

    settings = settings_from(config_file)
    if dest.exists():
        fail(f"{dest} exists; choose another name, or remove it first")
    if not dest.absolute().parent.is_dir():
        fail(f"there is no folder {dest.absolute().parent}; make it first")
    readiness.refuse_unready(settings)
    with Bars() as show:
        backups.backup(settings, dest, show)
    typer.echo(f"wrote {dest}, {dest.stat().st_size} bytes")


@main.command(
    epilog=examples(
        "dragoman restore /backups/dragoman-2026-01-31.tar --config /etc/dragoman.toml",
        "dragoman restore --overwrite /backups/dragoman-2026-01-31.tar",
    )
)
def restore(
    src: Annotated[Path, typer.Argument(help="A file that `backup` wrote.")],
    config_file: ConfigFile = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace what is there.")] = False,
) -> None:
    """Bring a backup back; refuses to overwrite unless told. Stop the server first."""
    from dragoman import backup as backups
    from dragoman import readiness

    settings = settings_from(config_file)
    if not src.is_file():
        fail(f"{src} is not there" if not src.exists() else f"{src} is no file")
    with readiness.alone(settings):
        readiness.refuse_unusable(settings)
        with Bars() as show:
            backups.restore(settings, src, show, overwrite=overwrite)
    typer.echo(f"restored {src}")


@main.command(
    epilog=examples("dragoman check", "dragoman check --running --config /etc/dragoman.toml")
)
def check(
    config_file: ConfigFile = None,
    running: Annotated[
        bool, typer.Option("--running", help="The server runs: leave its ports alone.")
    ] = False,
) -> None:
    """Look at configuration, database, disk and permissions; say how to mend what is wrong.

    Exits with 1 when something is wrong, with 2 when the settings cannot be read at all.
    """
    from dragoman import doctor

    bad = 0
    started = time.monotonic()
    for finding in doctor.examine(settings_from(config_file), running=running):
        if finding.problem:
            bad += 1
            typer.echo(f"BAD  {finding.subject}: {finding.problem}\n     {finding.cure}")
        else:
            typer.echo(f"ok   {finding.subject}")
    typer.echo(f"{bad} problem{'' if bad == 1 else 's'}, {time.monotonic() - started:.1f} s")
    raise typer.Exit(1 if bad else 0)


def _add_people() -> None:
    from dragoman import people

    main.add_typer(people.accounts_app, name="account")
    main.add_typer(people.tokens_app, name="token")


_add_people()
