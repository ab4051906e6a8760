"""`python -m dragoman.migrations.draft NUMBER NAME`: the way from the last schema to the tables.

For developers; what it writes is read and kept by hand from then on.
"""

import importlib
import importlib.util
import pkgutil
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import sqlalchemy as sa
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext

import dragoman.domains
from dragoman import migrations
from dragoman.core import tables

_HEAD = '''"""{title}"""

import sqlalchemy as sa
from alembic import op

from dragoman.migrations.kinds import Id, Text

revision = "{number}"
down_revision = {before!r}


def upgrade() -> None:
    """Apply."""
{body}
'''


def main(number: str, name: str) -> None:
    """Write versions/NUMBER_NAME.py."""
    for found in pkgutil.iter_modules(dragoman.domains.__path__):
        if importlib.util.find_spec(f"dragoman.domains.{found.name}.tables"):
            importlib.import_module(f"dragoman.domains.{found.name}.tables")
    before = migrations.NAMES[-1].partition("_")[0] if migrations.NAMES else None
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/draft.db"
        if before:
            migrations.upgrade(url, to=before)
        engine = sa.create_engine(url)
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"render_item": _kind})
            script = produce_migrations(context, tables.metadata)
        body = render_python_code(script.upgrade_ops, render_item=_kind)  # type: ignore[arg-type] # either kind of operations
    body = re.sub(r"\n *info=\{[^}]*\},?", "", re.sub(r" *# ###.*\n?", "", body))
    text = _HEAD.format(title=name.replace("-", " "), number=number, before=before, body=body)
    target = Path(migrations.__file__).parent / "versions" / f"{number}_{name.replace('-', '_')}.py"
    target.write_text(text, encoding="utf-8")
    subprocess.run(["ruff", "format", "--quiet", str(target)], check=True)  # noqa: S603, S607 # ours


def _kind(kind: str, item: object, context: object) -> str | bool:
    if kind == "type":
        if isinstance(item, tables.Json) or item is tables.Text:
            return "Text" if item is tables.Text else "sa.Text()"
        if item is tables.Id:
            return "Id"
    return False


if __name__ == "__main__":
    main(*sys.argv[1:])
