"""How the command line talks: one or two plain lines when something is wrong, and progress bars."""

from typing import Any, NoReturn

import typer
from typer.core import TyperGroup

INTERRUPTED = 130  # as shells have it: 128 and the signal


def fail(problem: str) -> NoReturn:
    """Say what is wrong and exit with 2."""
    typer.echo(f"dragoman: {problem}", err=True)
    raise typer.Exit(2)


class Plainly(TyperGroup):
    """Commands whose troubles are told in words; only a fault of ours shows a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            typer.echo("dragoman: stopped", err=True)
            raise typer.Exit(INTERRUPTED) from None
        except Exception as error:
            from dragoman.troubles import explained

            said = explained(error)
            if said is None:
                raise
            fail(said)


def examples(*lines: str) -> str:
    """Commands to copy, below a help text."""
    return "\n\n".join(["Examples:", *(f"  {line}" for line in lines)])


class Bars:
    """Progress bars by name: `with Bars() as show: show("files", 3, 10)`."""

    def __enter__(self) -> Any:
        from rich.console import Console
        from rich.progress import Progress

        self._progress = Progress(transient=True, console=Console(stderr=True))
        self._tasks: dict[str, Any] = {}
        if self._progress.console.is_terminal:  # elsewhere it would leave an empty line
            self._progress.start()
        return self._show

    def _show(self, name: str, done: int, total: int | None) -> None:
        if name not in self._tasks:
            self._tasks[name] = self._progress.add_task(name, total=total)
        self._progress.update(self._tasks[name], completed=done, total=total)

    def __exit__(self, *_: object) -> None:
        if self._progress.live.is_started:
            self._progress.stop()
