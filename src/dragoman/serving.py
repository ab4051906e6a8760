"""The parent process: binds every port, starts workers, restarts one that dies, ends them on SIGTERM."""

import contextlib
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from types import FrameType

from dragoman.config import Settings

_RESTART_WAIT_S = 0.5


class PortTaken(Exception):
    """A port cannot be listened on; the text says which and why."""


def bind(settings: Settings) -> list[socket.socket]:
    """Open every port before anything else is done. Raises PortTaken."""
    opened = []
    for name, port in settings.ports().items():
        kind = socket.AF_INET6 if ":" in settings.server.host else socket.AF_INET
        listening = socket.socket(kind, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            listening.bind((settings.server.host, port))
        except OSError as error:
            raise PortTaken(
                f"port {port} ({name}) on {settings.server.host}: {error.strerror}"
            ) from None
        listening.listen(2048)
        listening.set_inheritable(True)
        opened.append(listening)
    return opened


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

    def run(self) -> int:
        """Start the workers and wait until they are told to end. Returns the exit code."""
        for number in range(self._settings.server.workers):
            self._start(number, wait=True)
        self._announce()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._end)
        while self._pids:
            try:
                pid, status = os.wait()
            except ChildProcessError:
                break
            except InterruptedError:
                continue
            number = self._pids.pop(pid, None)
            if number is None or self._ending:
                continue
            print(f"worker {number} ended ({status}), starting it again", file=sys.stderr)
            time.sleep(_RESTART_WAIT_S)
            self._start(number, wait=False)
        return 0

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        self._ending = True
        for pid in self._pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)

    def _start(self, number: int, *, wait: bool) -> None:
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reading)
            self._work(number, writing)
        os.close(writing)
        self._pids[pid] = number
        if wait and os.read(reading, 1) != b"1":
            os.close(reading)
            self._end(0, None)
            raise SystemExit(f"worker {number} did not start")
        os.close(reading)

    def _work(self, number: int, writing: int) -> None:
        from dragoman.app import run_worker

        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN if number else signal.default_int_handler)
        code = 1
        try:
            run_worker(self._settings, self._sockets, number, lambda: self._ready(writing))
            code = 0
        except KeyboardInterrupt:
            code = 0
        except BaseException:  # the last stop of a forked process
            sys.excepthook(*sys.exc_info())
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    @staticmethod
    def _ready(writing: int) -> None:
        os.write(writing, b"1")
        os.close(writing)
