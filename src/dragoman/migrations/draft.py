"""`python -m dragoman.migrations.draft NUMBER NAME [DOMAIN...]`: from last schema to the tables.

For developers; what it writes is read and kept by hand from then on. With domains (or `core`), or
names of tables, it looks at those only.
"""

import importlib
import importlib.util
import pkgutil
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

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


def owners() -> dict[str, str]:
    """Table name -> the domain it belongs to, or `core`."""
    found = dict.fromkeys(tables.metadata.tables, "core")
    for domain in pkgutil.iter_modules(dragoman.domains.__path__):
        if importlib.util.find_spec(f"dragoman.domains.{domain.name}.tables"):
            importlib.import_module(f"dragoman.domains.{domain.name}.tables")
            for name in tables.metadata.tables:
                found.setdefault(name, domain.name)
    return found


def main(number: str, name: str, *domains: str) -> None:
    """Write versions/NUMBER_NAME.py."""
    owned = owners()
    before = migrations.NAMES[-1].partition("_")[0] if migrations.NAMES else None

    def wanted(thing: Any, thing_name: str | None, kind: str, *_: Any) -> bool:
        table = thing.name if kind == "table" else thing.table.name
        return table in owned and (not domains or owned[table] in domains or table in domains)

    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/draft.db"
        if before:
            migrations.upgrade(url, to=before)
        engine = sa.create_engine(url)
        with engine.connect() as connection:
            options = {"render_item": _kind, "include_object": wanted}
            context = MigrationContext.configure(connection, opts=options)
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
