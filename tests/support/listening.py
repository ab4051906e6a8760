"""The unmodified npm client in a process of its own, told and heard by lines of JSON."""

import json
import queue
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

from tests.support.programs import require

CLIENTS = Path(__file__).parents[1] / "clients"


class NodeClient:
    """One `socket.io-client`. Close it when done."""

    def __init__(
        self, url: str, *, transports: str = "", authorization: str = "", cookie: str = ""
    ) -> None:
        command = [
            require("node"),
            str(CLIENTS / "listen.js"),
            url,
            transports,
            authorization,
            cookie,
        ]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.heard: list[tuple[str, Any]] = []
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._pump, daemon=True)
        self._reader.start()

    def _pump(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)

    def wait(self, what: str, timeout_s: float = 10.0) -> Any:
        """The data of the next `what`; everything before it is kept in `heard`."""
        until = time.monotonic() + timeout_s
        while (left := until - time.monotonic()) > 0:
            try:
                line = self._lines.get(timeout=left)
            except queue.Empty:
                break
            try:
                name, data = json.loads(line)
            except ValueError:
                name, data = "output", line
            self.heard.append((name, data))
            if name == what:
                return data
        raise AssertionError(f"no {what}, but {self.heard}")

    def emit(self, name: str, argument: Any) -> Any:
        """Send an event and return the answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([name, argument]) + "\n")
        self._process.stdin.flush()
        return self.wait("ack")

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        self._reader.join(5)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
