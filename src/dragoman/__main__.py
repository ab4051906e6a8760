"""`python -m dragoman`, and the command `dragoman`."""

import gc
import signal
import sys
from types import FrameType


def run() -> None:
    """Run one command.

    Start-up makes objects that stay: until the command begins, collections would walk them for
    nothing, at a sixth of the time.
    """
    gc.disable()
    signal.signal(signal.SIGTERM, _end)
    from dragoman.cli import main

    main()


def _end(number: int, _frame: FrameType | None) -> None:
    """Leave through every `finally`: half a backup is removed. A server has handlers of its own."""
    sys.exit(128 + number)


if __name__ == "__main__":
    run()
