"""`dragoman demo`: a believable organisation, loaded once, and what a stranger needs to call it."""

import json
from pathlib import Path
from typing import Any

from dragoman import fixtures
from dragoman.config import Settings
from dragoman.core.database import open_database
from dragoman.core.files import Files
from dragoman.core.identity import accounts
from dragoman.core.tx import Origin

_HERE = Path(__file__).parent
PARTS = ("people", "content", "shop", "profiles", "things", "desk")
_LOADED = Origin("demo")

ADMIN, ADMIN_PASSWORD = "admin@livada.example", "Demo-admin-01"
EDITOR, EDITOR_PASSWORD = "editor@livada.example", "Demo-editor-01"
SHOP, SHOP_PASSWORD = "shop", "Demo-shop-01"
OPERATOR, OPERATOR_PASSWORD = "operator", "Demo-operator-01"
STAFF, STAFF_PASSWORD = "daniel.grigore@livada.example", "Demo-desk-03"
USER, USER_PASSWORD = "ana.popescu@mail.example", "Demo-customer-01"
API_KEY = "LIVADA0DEMO0KEY0OF0THE0EDITOR0NOT0FOR0PRODUCTION00000000000001"
TOKEN, TOKEN_LIMITED = "d3a0c0ffee5eed1e55ba5e11ab1e0001", "d3a0c0ffee5eed1e55ba5e11ab1e0002"


def is_loaded(settings: Settings) -> bool:
    """Whether this database holds the demo already."""
    database = open_database(settings.database_url)
    try:
        with database.begin(_LOADED, writes=False) as tx:
            return accounts.by_email(tx, ADMIN) is not None
    finally:
        database.close()


def load(settings: Settings, step: fixtures.Step) -> None:
    """Load every part in order, all or none: what `is_loaded` finds is whole."""
    database = open_database(settings.database_url)
    store = Files(settings.files_url, **settings.data.files_options)
    try:
        fixtures.load_files(database, store, [_HERE / f"{part}.json" for part in PARTS], step=step)
    finally:
        database.close()


def description(settings: Settings) -> dict[str, dict[str, Any]]:
    """Addresses and credentials, as in `demo.json`."""
    url = settings.origin
    return {
        "console": {"url": url("console"), "login": ADMIN, "password": ADMIN_PASSWORD},
        "cartum": {"url": url("cartum"), "login": SHOP, "password": SHOP_PASSWORD},
        "altcraft": {
            "url": url("altcraft"), "token": TOKEN, "token_limited": TOKEN_LIMITED, "db_id": 1,
            "db_id_other_group": 2, "resource_id": 1,
        },
        "rightech": {"url": url("rightech"), "login": OPERATOR, "password": OPERATOR_PASSWORD},
        "chautec": {
            "url": url("chautec"), "email": EDITOR, "password": EDITOR_PASSWORD, "api_key": API_KEY,
            "space_id": 1,
        },
        "opensupports": {
            "url": url("opensupports") + "/api", "staff_email": STAFF,
            "staff_password": STAFF_PASSWORD, "user_email": USER, "user_password": USER_PASSWORD,
        },
    }  # fmt: skip


def write(settings: Settings) -> Path:
    """Write `demo.json` into the data folder."""
    path = Path(settings.data.dir) / "demo.json"
    path.write_text(json.dumps(description(settings), indent=2) + "\n", encoding="utf-8")
    return path


def curls(settings: Settings) -> dict[str, str]:
    """One ready line for each dialect."""
    url = settings.origin
    as_json = "-H 'Content-Type: application/json'"
    return {
        "console": f"curl -s -o /dev/null -w '%{{http_code}}\\n' {url('console')}/edit/login.php",
        "cartum": (
            f"curl -s {url('cartum')}/api/auth/ {as_json} "
            f'-d \'{{"login":"{SHOP}","password":"{SHOP_PASSWORD}"}}\''
        ),
        "altcraft": (
            f"curl -s {url('altcraft')}/api/v1.1/profiles/get {as_json} "
            f'-d \'{{"token":"{TOKEN}","db_id":1,"matching":"email","email":"{USER}"}}\''
        ),
        "rightech": (
            f"curl -s {url('rightech')}/api/v1/auth/token {as_json} "
            f'-d \'{{"login":"{OPERATOR}","password":"{OPERATOR_PASSWORD}"}}\''
        ),
        "chautec": (
            f"curl -s '{url('chautec')}/api/v1/component/1/root?children=summary&levels=1' "
            f"-H 'X-CHAUTEC-API-KEY: {API_KEY}'"
        ),
        "opensupports": (
            f"curl -s {url('opensupports')}/api/user/login "
            f"-d email={USER} -d password={USER_PASSWORD}"
        ),
    }
