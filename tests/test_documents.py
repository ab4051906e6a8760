"""What README and docs tell people to type is true: settings are taken, commands exist."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from dragoman import config, doctor
from dragoman.cli import main
from tests.support.server import ROOT

DOCUMENTS = ("README.md", "docs/operations.md")
_NAMES = "|".join(typer.main.get_command(main).commands)  # type: ignore[attr-defined] # a group
_COMMAND = re.compile(rf"\bdragoman ((?:{_NAMES})\b[^`\n#|;]*)")
_NAMED = re.compile(r"`dragoman ([a-z]+)")


def _blocks(text: str) -> Iterator[str]:
    """Indented code, a paragraph each; blank lines between two indented ones belong to it."""
    for block in re.findall(r"(?:^    .*\n(?:\n(?=    ))*)+", text, re.MULTILINE):
        yield re.sub(r"^    ", "", block, flags=re.MULTILINE)


def _settings(text: str) -> Iterator[str]:
    """Blocks in TOML, or the part of one: from a section of ours on."""
    for block in _blocks(text):
        found = re.search(r"^\[(server|data|log|admin|dialects)\b.*", block, re.MULTILINE | re.S)
        if found is not None:
            yield found[0]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_settings_in_documents_are_taken(name: str, tmp_path: Path) -> None:
    shown = list(_settings((ROOT / name).read_text()))
    assert len(shown) >= (1 if name == "README.md" else 4)
    for text in shown:
        file = tmp_path / "dragoman.toml"
        file.write_text(text)
        settings = config.read(str(file), {})
        for dialect in settings.dialects:
            assert not doctor.of_dialect(settings, dialect).problem


def _words(line: str) -> list[str]:
    return shlex.split(line.replace("$(date +\\%F)", "today").replace("$(date +%F)", "today"))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_commands_in_documents_exist_with_their_options(name: str) -> None:
    text = (ROOT / name).read_text()
    assert set(_NAMED.findall(text)) <= set(_NAMES.split("|"))
    found = [_words(line) for line in _COMMAND.findall(text)]
    assert len(found) >= 8
    for words in found:
        command: Any = typer.main.get_command(main)
        for word in words:
            inner = getattr(command, "commands", None)
            if inner is not None:
                assert word in inner, f"{name}: dragoman {' '.join(words)}"
                command = inner[word]
        options = {option for param in command.params for option in param.opts}
        used = {word.partition("=")[0] for word in words if word.startswith("-")}
        assert used <= options, f"{name}: dragoman {' '.join(words)}"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_in_documents_lead_somewhere(name: str) -> None:
    folder = (ROOT / name).parent
    links = re.findall(r"\]\((?!https?:)([^)#]+)", (ROOT / name).read_text())
    assert links
    for link in links:
        assert (folder / link).exists(), f"{name}: {link}"
