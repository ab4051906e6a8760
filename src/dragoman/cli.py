"""The command line: serve, demo, migrate, account, token, load, backup, restore, check."""

import gc
import os
import sys
import time
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from dragoman import config
from dragoman.config import BadSettings, Settings

main = typer.Typer(
    no_args_is_help=True, add_completion=False, help="One backend that speaks five business APIs."
)

# Limits within reach, so that their refusals can be seen too.
DEMO_OPTIONS: dict[str, dict[str, Any]] = {
    "console": {"organisation": "Livada"},
    "altcraft": {"limits": {"requests_per_second": 50}, "tariff": {"max_profiles": 500}},
}

ConfigFile = Annotated[
    str | None, typer.Option("--config", "-c", help="TOML file.", envvar="DRAGOMAN_CONFIG")
]


@main.callback()
def begin(context: typer.Context) -> None:
    """Let garbage be collected again, but for servers: their workers do when they are ready."""
    if context.invoked_subcommand not in ("serve", "demo"):
        gc.enable()


def settings_from(path: str | None) -> Settings:
    """Settings, or one clear line and exit code 2."""
    environ = {name: text for name, text in os.environ.items() if name != "DRAGOMAN_CONFIG"}
    try:
        return config.read(path, environ)
    except BadSettings as error:
        fail(str(error))


def fail(problem: str) -> NoReturn:
    """Say what is wrong and exit with 2."""
    typer.echo(f"dragoman: {problem}", err=True)
    raise typer.Exit(2)


@main.command()
def serve(
    config_file: ConfigFile = None,
    workers: Annotated[int | None, typer.Option(help="Worker processes.")] = None,
    port: Annotated[int | None, typer.Option(help="The console's port; others follow it.")] = None,
    data_dir: Annotated[str | None, typer.Option(help="Folder for database and files.")] = None,
) -> None:
    """Serve every dialect. The first start makes an administrator and prints the password once."""
    settings = settings_from(config_file)
    _override(settings, workers=workers, port=port, data_dir=data_dir)
    _serve(settings, lambda: _announce(settings))


@main.command()
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


def _serve(settings: Settings, announce: Any, *, with_demo: bool = False) -> None:
    # Before the forks: the child that prepares and the workers share what is imported here.
    from dragoman import app, serving  # noqa: F401 # as above

    gc.freeze()

    try:
        sockets = serving.bind(settings)
    except serving.PortTaken as error:
        fail(f"{error}. Stop what listens there, or choose another --port.")
    serving.in_child(lambda: _prepare(settings, with_demo=with_demo))
    raise typer.Exit(serving.Workers(settings, sockets, announce).run())


def _prepare(settings: Settings, *, with_demo: bool) -> None:
    from dragoman import setup
    from dragoman.migrations import TooNew

    try:
        password = setup.prepare(settings, administrator=not with_demo)
    except TooNew as error:
        fail(str(error))
    if password is not None:
        typer.echo(f"Administrator {settings.admin.email}, password (shown once): {password}")
    if with_demo:
        _load_demo(settings)


def _load_demo(settings: Settings) -> None:
    from rich.progress import Progress

    from dragoman import demo as demonstration

    gc.enable()
    if not demonstration.is_loaded(settings):
        with Progress(transient=True) as progress:
            task = progress.add_task("demo data", total=len(demonstration.PARTS))

            def step(name: str) -> None:
                progress.update(task, advance=1, description=f"demo data: {name}")

            demonstration.load(settings, step)
        from dragoman.demo import traffic

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


@main.command()
def migrate(config_file: ConfigFile = None) -> None:
    """Bring the database up to date; a SQLite file is backed up before it changes."""
    from dragoman import migrations

    settings = settings_from(config_file)
    Path(settings.data.dir).mkdir(parents=True, exist_ok=True)
    try:
        migrations.upgrade(settings.database_url, say=typer.echo)
    except migrations.TooNew as error:
        fail(str(error))
    typer.echo(f"schema {migrations.HEAD}")


@main.command()
def load(
    file: Annotated[Path, typer.Argument(help="A fixture, see docs/fixtures.md.")],
    config_file: ConfigFile = None,
    reset_passwords: Annotated[bool, typer.Option(help="Also of accounts that exist.")] = False,
) -> None:
    """Load a fixture, whole or not at all."""
    from rich.progress import Progress

    from dragoman import fixtures, setup
    from dragoman.core.database import open_database
    from dragoman.core.files import Files
    from dragoman.core.loading import BadFixture

    settings = settings_from(config_file)
    setup.prepare(settings, administrator=False)
    database = open_database(settings.database_url)
    store = Files(settings.files_url, **settings.data.files_options)
    try:
        with Progress(transient=True) as progress:
            task = progress.add_task(file.name, total=None)
            fixtures.load_file(
                database,
                store,
                file,
                reset_passwords=reset_passwords,
                step=lambda name: progress.update(task, description=f"{file.name}: {name}"),
            )
    except BadFixture as error:
        fail(str(error))
    finally:
        database.close()
    typer.echo(f"loaded {file}")


@main.command()
def backup(
    dest: Annotated[Path, typer.Argument(help="The file to write.")], config_file: ConfigFile = None
) -> None:
    """Back up database and files, while the server runs."""
    from dragoman import backup as backups

    settings = settings_from(config_file)
    if dest.exists():
        fail(f"{dest} exists")
    with _bars() as progress:
        backups.backup(settings, dest, progress)
    typer.echo(f"wrote {dest}, {dest.stat().st_size} bytes")


@main.command()
def restore(
    src: Annotated[Path, typer.Argument(help="A file that `backup` wrote.")],
    config_file: ConfigFile = None,
    overwrite: Annotated[bool, typer.Option(help="Replace what is there.")] = False,
) -> None:
    """Bring a backup back; refuses to overwrite unless told. Stop the server first."""
    from dragoman import backup as backups

    settings = settings_from(config_file)
    if not src.exists():
        fail(f"{src} does not exist")
    try:
        with _bars() as progress:
            backups.restore(settings, src, progress, overwrite=overwrite)
    except backups.CannotRestore as error:
        fail(str(error))
    typer.echo(f"restored {src}")


class _bars:  # noqa: N801 # reads as a verb at the call
    def __enter__(self) -> Any:
        from rich.progress import Progress

        self._progress = Progress(transient=True)
        self._progress.start()
        self._tasks: dict[str, Any] = {}
        return self._show

    def _show(self, name: str, done: int, total: int) -> None:
        if name not in self._tasks:
            self._tasks[name] = self._progress.add_task(name, total=total)
        self._progress.update(self._tasks[name], completed=done, total=total)

    def __exit__(self, *_: object) -> None:
        self._progress.stop()


@main.command()
def check(
    config_file: ConfigFile = None,
    running: Annotated[bool, typer.Option(help="The server runs: leave its ports alone.")] = False,
) -> None:
    """Look at configuration, database, disk and permissions; say how to mend what is wrong."""
    from dragoman import doctor

    bad = 0
    started = time.monotonic()
    for finding in doctor.examine(settings_from(config_file), running=running):
        if finding.problem:
            bad += 1
            typer.echo(f"BAD  {finding.subject}: {finding.problem}\n     {finding.cure}")
        else:
            typer.echo(f"ok   {finding.subject}")
    typer.echo(f"{bad} problems, {time.monotonic() - started:.1f} s")
    raise typer.Exit(1 if bad else 0)


def _add_people() -> None:
    from dragoman import people

    main.add_typer(people.accounts_app, name="account")
    main.add_typer(people.tokens_app, name="token")


_add_people()
