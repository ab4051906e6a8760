"""A missing program skips a test, with the command that installs it, and fails it in CI."""

from pathlib import Path

import pytest

from tests.support import postgres, programs


@pytest.fixture
def nothing_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.mark.usefixtures("nothing_installed")
@pytest.mark.parametrize("name", sorted(programs.PROGRAMS))
def test_missing_program_is_skipped_with_its_command(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception) as skipped:
        programs.require(name)
    command = programs.PROGRAMS[name].install
    assert str(skipped.value) == f"{name} is not installed: {command}"
    assert programs.missing_reason(name) == f"{name} is not installed: {command}"


@pytest.mark.usefixtures("nothing_installed")
@pytest.mark.parametrize("name", sorted(programs.PROGRAMS))
def test_missing_program_fails_in_ci(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="sudo apt-get install -y"):
        programs.require(name)


def test_program_is_found_by_its_other_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "chromium-browser"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert programs.require("chromium") == program


def test_a_server_named_in_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(postgres.SERVER_VARIABLE, "postgresql://somewhere/postgres")
    assert postgres.missing_reason() is None
    assert postgres.require() == "postgresql://somewhere/postgres"
