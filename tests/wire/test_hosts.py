"""Which dialect a request is for: port, host name, prefix. Source: DESIGN.md, the first table."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dragoman.config import Server
from dragoman.core.database import open_database
from tests.support.site import TestSite

MISSING = "/api/v1/component/99999"  # chautec says so in JSON of its own
CHAUTEC = "chautec.component.not.found.id"


@pytest.fixture
def make(database_url: str, tmp_path: Path) -> Iterator[Callable[..., TestSite]]:
    """Sites with settings of the server."""
    made: list[TestSite] = []

    def one(**server: object) -> TestSite:
        site = TestSite(open_database(database_url), tmp_path, server=Server(**server))  # type: ignore[arg-type]
        made.append(site)
        return site

    yield one
    for site in made:
        site.close()


def test_a_port_decides(make: Callable[..., TestSite]) -> None:
    site = make()
    assert CHAUTEC in site.request("chautec", "GET", MISSING).text
    assert CHAUTEC not in site.request("rightech", "GET", MISSING).text
    moved = make(ports={"chautec": 9999})
    assert CHAUTEC in moved.request("chautec", "GET", MISSING, port=9999).text


def test_a_prefix_decides_on_the_console_s_port_alone(make: Callable[..., TestSite]) -> None:
    site = make()
    assert CHAUTEC in site.request("console", "GET", f"/chautec{MISSING}").text
    assert CHAUTEC not in site.request("console", "GET", f"/chautecs{MISSING}").text
    assert CHAUTEC not in site.request("rightech", "GET", f"/chautec{MISSING}").text
    for path in ("/chautec", "/chautec/"):  # the dialect's own root, in its own words
        assert site.request("console", "GET", path).json["success"] is False


def test_a_host_name_decides_on_every_port(make: Callable[..., TestSite]) -> None:
    site = make(hosts={"CMS.example": "chautec"})
    for host in ("cms.example", "CMS.EXAMPLE", "cms.example:8000"):
        for port in ("console", "rightech"):
            answer = site.request(port, "GET", MISSING, headers={"host": host})
            assert CHAUTEC in answer.text, (host, port)
    other = site.request("console", "GET", MISSING, headers={"host": "cms.example.evil.example"})
    assert CHAUTEC not in other.text
    assert CHAUTEC in site.request("chautec", "GET", MISSING, headers={"host": "x.example"}).text


def test_a_dialect_that_is_switched_off_answers_nowhere(make: Callable[..., TestSite]) -> None:
    site = make(disabled=["chautec"])
    assert "chautec" not in site.ports
    for path in (MISSING, f"/chautec{MISSING}"):
        assert CHAUTEC not in site.request("console", "GET", path).text
