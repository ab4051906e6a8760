"""Server processes and what they cost: CPU time from /proc, resident memory."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


def free_ports(count: int) -> int:
    """The first of `count` neighbouring free ports on loopback."""
    for first in range(21000, 60000, 100):
        try:
            for port in range(first, first + count):
                with socket.socket() as trial:
                    trial.bind(("127.0.0.1", port))
        except OSError:
            continue
        return first
    raise RuntimeError("no free ports")


class Server:
    """A process that answers on a port; stopped by its own process id."""

    def __init__(self, arguments: list[str], port: int, **environ: str) -> None:
        self.port = port
        self.process = subprocess.Popen(  # our own arguments
            [sys.executable, *arguments],
            # as an installed copy runs: with its bytecode cached
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "", **environ},
            stdout=subprocess.DEVNULL,
        )
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + 30
        while time.monotonic() < until:
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", self.port)) == 0:
                    time.sleep(0.3)
                    return
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError("the server did not start")

    def pids(self) -> list[int]:
        """The process and its children."""
        own = self.process.pid
        children = Path(f"/proc/{own}/task/{own}/children").read_text().split()
        return [own, *map(int, children)]

    def cpu_s(self) -> float:
        """User and system time of all of it, in seconds."""
        total = 0
        for pid in self.pids():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
        return total / _TICK

    def rss_mib(self) -> float:
        """Resident memory of the largest worker, or of a process that has none."""
        sizes = []
        own, *workers = self.pids()
        for pid in workers or [own]:
            for line in Path(f"/proc/{pid}/status").read_text().splitlines():
                if line.startswith("VmRSS"):
                    sizes.append(int(line.split()[1]) / 1024)
        return max(sizes)

    def stop(self) -> None:
        """End it."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
