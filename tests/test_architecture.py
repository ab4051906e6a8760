"""Rules of the code that no linter knows. import-linter checks the layers, ruff the rest.

Every test lists all offenders, as `file:line what`, so that one run shows the whole work.
"""

import ast
import importlib
import importlib.util
import io
import pkgutil
import re
import subprocess
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "dragoman"
MIGRATIONS = PACKAGE / "migrations"

MAX_LINES = 400
MAX_COLUMNS = 120
VAGUE_NAMES = re.compile(
    r"(utils?|helpers?|commons?|misc|managers?|services?|bases?)", re.IGNORECASE
)
DIALECT_FILES = (
    "__init__.py",
    "endpoints.py",
    "auth.py",
    "envelope.py",
    "refusals.py",
    "README.md",
)
DOMAINS = {
    "cartum": {"shop"},
    "altcraft": {"profiles"},
    "rightech": {"things"},
    "chautec": {"content"},
    "opensupports": {"desk"},
    "console": {"shop", "profiles", "things", "content", "desk"},
}

# Broad `except` clauses that do not raise again, by file, each with its reason.
BROAD_EXCEPT = {
    "core/engines/groupcommit.py": "a group commit hands each exchange its own error, and goes on",
    "core/jobs.py": "whatever a job ends with is kept in its row",
    "core/live.py": "the hub outlives a database that is away for a while",
}

# Nobody else's machine has these, and the index that pip and npm use is the user's choice.
ELSEWHERE = {
    "a package registry": re.compile(
        r"\b(pypi\.org|pythonhosted\.org|registry\.npmjs\.org|registry\.yarnpkg\.com"
        r"|(deb|security)\.debian\.org|proxy\.golang\.org|crates\.io)\b"
    ),
    "a path of one machine": re.compile(r"(?<![\w.$}])/(?:root|home|work)/|\.\./shared\b"),
}
UNNUMBERED_TODO = re.compile(r"\b(TODO|FIXME|XXX)\b(?!:? ?\(?#\d+)")
SQL_TEXT = re.compile(
    r"\s*(SELECT\s|INSERT\s+(OR\s+\w+\s+)?INTO\s|UPDATE\s+\S+\s+SET\s|DELETE\s+FROM\s|WITH\s+\w+\s+AS\s"
    r"|(CREATE|ALTER|DROP)\s+(UNIQUE\s+)?(TABLE|INDEX|VIEW|TRIGGER|SEQUENCE|DATABASE)\s|PRAGMA\s)"
)
SQL_HOMES = ("core/sql.py", "core/database.py", "core/engines/", "migrations/")


# Size and names


def test_modules_are_at_most_400_lines() -> None:
    found = [
        f"{_show(path)} {lines} lines"
        for path in _python("src", "bench")
        if (lines := len(path.read_text().splitlines())) > MAX_LINES
    ]
    assert not found, _lines(found)


def test_pages_styles_and_scripts_fit_a_screen() -> None:
    console = ROOT / "src" / "dragoman" / "dialects" / "console"
    found = [
        f"{_show(path)}:{number} {len(line)} columns"
        for path in sorted([*console.glob("templates/*"), *console.glob("static/*.[jc]s*")])
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > MAX_COLUMNS
    ]
    assert not found, _lines(found)


def test_modules_are_named_after_their_subject() -> None:
    names = {
        part
        for path in _python("src", "bench", "tests")
        for part in path.relative_to(ROOT).with_suffix("").parts
    }
    assert sorted(name for name in names if VAGUE_NAMES.fullmatch(name)) == []


def test_public_code_has_docstrings() -> None:
    missing = []
    for path in _python("src"):
        tree = _tree(path)
        if tree.body and not ast.get_docstring(tree):
            missing.append(f"{_show(path)}:1 module")
        if path.is_relative_to(MIGRATIONS):
            continue  # upgrade() is what its module's docstring says
        missing += [
            f"{_show(path)}:{node.lineno} {node.name}"
            for node in tree.body
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            and not node.name.startswith("_")
            and not _is_overload(node)
            and not ast.get_docstring(node)
        ]
    assert not missing, _lines(missing)


# Text


def test_todos_have_an_issue_number() -> None:
    found = [
        f"{_show(path)}:{token.start[0]} {token.string}"
        for path in _python("src", "bench", "tests", "docs")
        for token in tokenize.generate_tokens(io.StringIO(path.read_text()).readline)
        if token.type == tokenize.COMMENT and UNNUMBERED_TODO.search(token.string)
    ]
    assert not found, _lines(found)


def test_files_name_no_registry_and_no_machine() -> None:
    found = [
        f"{_show(path)}:{number} {what}: {match.group()}"
        for path in _files()
        for number, line in enumerate(_text(path).splitlines(), 1)
        for what, pattern in ELSEWHERE.items()
        if (match := pattern.search(line))
    ]
    assert not found, _lines(found)


def test_sql_text_stands_in_few_places() -> None:
    found = []
    for path in _python("src"):
        if path.relative_to(PACKAGE).as_posix().startswith(SQL_HOMES):
            continue
        tree = _tree(path)
        docstrings = _docstrings(tree)
        found += [
            f"{_show(path)}:{node.lineno} {node.value.strip()[:40]!r}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in docstrings
            and SQL_TEXT.match(node.value)
        ]
    assert not found, _lines(found)


# Errors


def test_only_the_top_catches_everything() -> None:
    found = [
        f"{_show(path)}:{node.lineno}"
        for path in _python("src")
        if path.relative_to(PACKAGE).parts[0] in ("bridges", "core", "dialects", "domains")
        and path.relative_to(PACKAGE).as_posix() not in BROAD_EXCEPT
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.ExceptHandler) and _is_broad(node) and not _raises_again(node)
    ]
    assert not found, _lines(found)


def test_exemptions_are_still_needed() -> None:
    needed = {
        path.relative_to(PACKAGE).as_posix()
        for path in _python("src")
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.ExceptHandler) and _is_broad(node) and not _raises_again(node)
    }
    assert set(BROAD_EXCEPT) - needed == set()


# Domains and dialects


def test_domains_import_no_other_domain() -> None:
    found = []
    for path in _python("src"):
        place = path.relative_to(PACKAGE).parts
        if place[0] != "domains" or len(place) < 3:
            continue
        found += [
            f"{_show(path)}:{line} {name}"
            for line, name in _imports(_tree(path))
            if re.match(r"dragoman\.domains\.\w", name) and name.split(".")[2] != place[1]
        ]
    assert not found, _lines(found)


def test_dialect_folders_have_the_same_files() -> None:
    missing = [
        f"{_show(folder)}/{name}"
        for folder in _dialect_folders()
        for name in DIALECT_FILES
        if not (folder / name).is_file()
    ]
    assert not missing, _lines(missing)


def test_every_endpoint_names_its_source() -> None:
    unnamed = [
        f"{dialect.name}: {endpoint.method} {endpoint.path}"
        for dialect in _dialects()
        for endpoint in dialect.endpoints
        if not endpoint.source.strip()
    ]
    assert not unnamed, _lines(unnamed)


def test_every_dialect_folder_is_put_into_the_application() -> None:
    assert sorted(dialect.name for dialect in _dialects()) == sorted(
        folder.name for folder in _dialect_folders()
    )


def test_every_fault_has_words_in_every_dialect_that_meets_it() -> None:
    unanswered = []
    for dialect in _dialects():
        for fault in _faults(dialect.name):
            row = next((cls for cls in fault.__mro__ if cls in dialect.refusals), None)
            if row is None or row.__name__ == "Fault":
                unanswered.append(f"{dialect.name}: {fault.__module__}.{fault.__name__}")
    assert not unanswered, _lines(unanswered)


# Looking


@cache
def _files() -> tuple[Path, ...]:
    """Every file of the repository, and those that would be if all were committed now."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607 - git is where the user has it
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listing.returncode != 0:
        pytest.skip("not a git work tree")
    paths = (ROOT / name for name in listing.stdout.split("\0") if name)
    return tuple(sorted(path for path in paths if path.is_file() and not path.is_symlink()))


def _python(*folders: str) -> list[Path]:
    return sorted(
        path
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
        if not {"node_modules", "__pycache__"} & set(path.parts)
    )


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def _text(path: Path) -> str:
    content = path.read_bytes()
    return "" if b"\0" in content[:8192] else content.decode(errors="replace")


def _show(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _lines(found: list[str]) -> str:
    return "\n" + "\n".join(found)


def _is_overload(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    return any(ast.unparse(decorator).endswith("overload") for decorator in node.decorator_list)


def _docstrings(tree: ast.Module) -> set[int]:
    """The ids of the nodes that are docstrings, or strings that stand alone like them."""
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def _is_broad(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(ast.unparse(name) in ("Exception", "BaseException") for name in caught)


def _raises_again(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def _imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def _dialect_folders() -> list[Path]:
    folders = (PACKAGE / "dialects").iterdir()
    return sorted(path for path in folders if (path / "__init__.py").is_file())


def _dialects() -> tuple[Any, ...]:
    if not importlib.util.find_spec("dragoman.app"):
        pytest.skip("dragoman.app is not written yet")
    app: Any = importlib.import_module("dragoman.app")
    return tuple(app.DIALECTS)


def _faults(dialect: str) -> list[type[Exception]]:
    """The fault classes that can reach a dialect, the root left out."""
    areas = ["dragoman.core", "dragoman.bridges", "dragoman.wire", f"dragoman.dialects.{dialect}"]
    areas += [f"dragoman.domains.{domain}" for domain in sorted(DOMAINS.get(dialect, ()))]
    for area in areas:
        _import_all(area)
    faults = importlib.import_module("dragoman.core.faults")
    return [
        fault
        for fault in _descendants(faults.Fault)
        if any(f"{fault.__module__}.".startswith(f"{area}.") for area in areas)
    ]


def _descendants(cls: type[Exception]) -> list[type[Exception]]:
    return [found for child in cls.__subclasses__() for found in (child, *_descendants(child))]


def _import_all(name: str) -> None:
    if not importlib.util.find_spec(name):
        return
    module: ModuleType = importlib.import_module(name)
    for found in pkgutil.walk_packages(getattr(module, "__path__", []), f"{name}."):
        importlib.import_module(found.name)
