"""Programs that some tests need and that pip does not install.

A test asks with `require("chromium")`. Where the program is missing the test is skipped with the
one command that installs it; in continuous integration (the environment variable CI is set) it
fails, so that nothing is left untested unnoticed.
"""

import os
import shutil
from pathlib import Path
from typing import NamedTuple, NoReturn

import pytest


class Program(NamedTuple):
    """A program by the names it goes by, and the command that installs it on Debian."""

    commands: tuple[str, ...]
    install: str


PROGRAMS = {
    "chromium": Program(
        ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
        "sudo apt-get install -y chromium",
    ),
    "node": Program(("node", "nodejs"), "sudo apt-get install -y nodejs npm"),
    "npm": Program(("npm",), "sudo apt-get install -y nodejs npm"),
    "wrk": Program(("wrk",), "sudo apt-get install -y wrk"),
}


def find(name: str) -> Path | None:
    """Where the program is, or None."""
    for command in PROGRAMS[name].commands:
        if path := shutil.which(command):
            return Path(path)
    return None


def missing_reason(name: str) -> str | None:
    """Why tests that need the program cannot run here, with the cure; None if they can."""
    if find(name):
        return None
    return f"{name} is not installed: {PROGRAMS[name].install}"


def require(name: str) -> Path:
    """The program's path; without it the test is skipped, or fails in continuous integration."""
    path = find(name)
    if path is None:
        skip_or_fail(f"{name} is not installed: {PROGRAMS[name].install}")
    return path


def skip_or_fail(reason: str) -> NoReturn:
    """Skip the test; fail it in continuous integration."""
    if in_ci():
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def in_ci() -> bool:
    """Whether the run must not leave anything out."""
    return os.environ.get("CI", "").lower() not in ("", "0", "false")
