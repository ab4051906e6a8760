"""The parent process: binds every port, starts workers, restarts one that dies, ends them on
SIGTERM.
"""

import contextlib
import errno
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType

import typer

from dragoman.config import Settings
from dragoman.troubles import explained

_RESTART_WAIT_S = 0.5
_ENDS = (signal.SIGTERM, signal.SIGINT)


class CannotListen(Exception):
    """A port cannot be listened on; the text says which, why, and the cure."""


_CURES = {
    errno.EADDRINUSE: "Stop what listens there, or choose another --port.",
    errno.EACCES: "Ports below 1024 are for root: choose another, and put a proxy before it.",
    errno.EADDRNOTAVAIL: "This machine has no such address; look at the setting server.host.",
}


def cure_of(error: OSError) -> str:
    """What to do about a port that cannot be listened on."""
    return _CURES.get(error.errno or 0, "Look at the setting server.host.")


def bind(settings: Settings) -> list[socket.socket]:
    """Open every port before anything else is done. Raises CannotListen."""
    opened: list[socket.socket] = []
    for name, port in settings.ports().items():
        kind = socket.AF_INET6 if ":" in settings.server.host else socket.AF_INET
        listening = socket.socket(kind, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            listening.bind((settings.server.host, port))
        except OSError as error:
            for one in (*opened, listening):
                one.close()
            raise CannotListen(
                f"port {port} ({name}) on {settings.server.host}: {error.strerror}\n"
                f"{cure_of(error)}"
            ) from None
        listening.listen(2048)
        listening.set_inheritable(True)
        opened.append(listening)
    return opened


def in_child(work: Callable[[], None]) -> None:
    """Do something in a forked child and wait: what it opens and imports does not stay in the
    parent. The signals that end the parent end the child first.

    Raises SystemExit with the child's code when it failed.
    """
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        for name in _ENDS:
            signal.signal(name, signal.SIG_DFL)
        code = 1
        try:
            work()
            code = 0
        except (SystemExit, typer.Exit) as end:
            code = getattr(end, "exit_code", None) or getattr(end, "code", None) or 1
        except BaseException as error:
            code = _tell(error)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    held = {name: signal.signal(name, lambda number, _: _pass_on(pid, number)) for name in _ENDS}
    try:
        _, status = os.waitpid(pid, 0)
    finally:
        for name, handler in held.items():
            signal.signal(name, handler)
    code = os.waitstatus_to_exitcode(status)
    if code:
        raise SystemExit(code if code > 0 else 128 - code)


def _pass_on(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _tell(error: BaseException) -> int:
    """Say what ended a child: in words where it can be mended. Returns its exit code."""
    said = explained(error)
    if said is None:
        sys.excepthook(*sys.exc_info())
        return 1
    sys.stderr.write(f"dragoman: {said}\n")
    return 2


class Workers:
    """Forked workers of one parent. announce: called once, when all of them accept requests."""

    def __init__(
        self, settings: Settings, sockets: list[socket.socket], announce: Callable[[], None]
    ) -> None:
        self._settings = settings
        self._sockets = sockets
        self._announce = announce
        self._pids: dict[int, int] = {}
        self._ending = False
        # Nothing is ever written: it ends when the parent does, however that happens.
        self._parent, self._lifeline = os.pipe()

    def run(self) -> int:
        """Start the workers and wait until they are told to end. Returns the exit code."""
        for name in _ENDS:
            signal.signal(name, self._end)
        for number in range(self._settings.server.workers):
            if self._goes_on():
                self._start(number, wait=True)
        if self._goes_on():
            self._announce()
        while self._pids:
            try:
                pid, status = os.wait()
            except ChildProcessError:
                break
            except InterruptedError:
                continue
            number = self._pids.pop(pid, -1)
            if number < 0 or self._ending:
                continue
            sys.stderr.write(f"worker {number} ended ({status}), starting it again\n")
            time.sleep(_RESTART_WAIT_S)
            if self._goes_on():
                self._start(number, wait=False)
        return 0

    def _goes_on(self) -> bool:
        return not self._ending  # which a signal may change at any moment

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        self._ending = True
        for pid in self._pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)

    def _start(self, number: int, *, wait: bool) -> None:
        reading, writing = os.pipe()
        # A signal between the fork and the child's own handlers would be lost.
        signal.pthread_sigmask(signal.SIG_BLOCK, _ENDS)
        pid = os.fork()
        if pid == 0:
            os.close(reading)
            self._work(number, writing)
        self._pids[pid] = number
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDS)
        os.close(writing)
        if wait and os.read(reading, 1) != b"1" and self._goes_on():
            os.close(reading)
            self._end(0, None)
            raise SystemExit(f"worker {number} did not start")
        os.close(reading)

    def _work(self, number: int, writing: int) -> None:
        from dragoman.app import run_worker

        os.close(self._lifeline)
        threading.Thread(target=self._end_with_parent, name="parent", daemon=True).start()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN if number else signal.default_int_handler)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDS)
        code = 1
        try:
            run_worker(self._settings, self._sockets, number, lambda: self._ready(writing))
            code = 0
        except KeyboardInterrupt:
            code = 0
        except BaseException as error:  # the last stop of a forked process
            code = _tell(error)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _end_with_parent(self) -> None:
        os.read(self._parent, 1)
        os.kill(os.getpid(), signal.SIGTERM)

    @staticmethod
    def _ready(writing: int) -> None:
        with contextlib.suppress(BrokenPipeError):  # nobody waits for a worker that is replaced
            os.write(writing, b"1")
        os.close(writing)
