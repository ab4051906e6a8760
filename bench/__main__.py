"""`python -m bench [--seconds S] [--only TEXT]`: budgets and the ratios measured.

It never fails a build.
"""

import argparse
import http.client
import importlib
import os
import pkgutil
import tempfile
import time
from pathlib import Path

from bench import cases, load
from bench.case import Case, Part, Request
from bench.process import Server, free_ports
from dragoman import setup
from dragoman.config import Admin, Data, Settings
from dragoman.config import Server as ServerSettings
from dragoman.core.database import open_database
from dragoman.core.tx import Origin


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    parts: list[Part] = [
        importlib.import_module(f"bench.cases.{found.name}").PART
        for found in pkgutil.iter_modules(cases.__path__)
    ]
    with tempfile.TemporaryDirectory() as folder:
        _serve(_settings(Path(folder) / "warm")).stop()  # the first start compiles and caches
        _start_cost(Path(folder) / "empty")
        _measure(parts, Path(folder) / "bench", options.seconds, options.only)


def _settings(folder: Path) -> Settings:
    return Settings(
        server=ServerSettings(console_port=free_ports(8)),
        data=Data(dir=str(folder)),
        admin=Admin(password="bench-admin-42"),
    )


def _serve(settings: Settings) -> Server:
    arguments = ["-m", "dragoman", "serve", "--data-dir", settings.data.dir]
    arguments += ["--port", str(settings.server.console_port)]
    return Server(arguments, settings.server.console_port, DRAGOMAN_ADMIN_PASSWORD="bench-admin-42")


def _start_cost(folder: Path) -> None:
    settings = _settings(folder)
    server = _serve(settings)
    try:
        _first_answer(settings)
        ended = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
        spent = server.cpu_s() + (int(ended[13]) + int(ended[14])) / os.sysconf("SC_CLK_TCK")
        print(f"{'start to first answer, empty database':<44}{spent:8.2f} s CPU   (1.0)")
        time.sleep(1)
        print(f"{'memory, idle worker':<44}{server.rss_mib():8.1f} MiB     (80)", flush=True)
    finally:
        server.stop()


def _first_answer(settings: Settings) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", settings.ports()["chautec"])
    connection.request("GET", "/api/v1/component/1")
    connection.getresponse().read()
    connection.close()


def _measure(parts: list[Part], folder: Path, seconds: float, only: str) -> None:
    settings = _settings(folder)
    setup.prepare(settings)
    database = open_database(settings.database_url)
    values: dict[str, str] = {}
    with database.begin(Origin("bench"), writes=True) as tx:
        for part in parts:
            values.update(part.prepare(tx))
    database.close()
    path = settings.database_url.removeprefix("sqlite:///")
    floors: dict[str, float] = {}
    server = _serve(settings)
    try:
        for part in parts:
            for case in part.cases:
                if only in case.name:
                    _one(case, settings, server, path, values, floors, seconds)
    finally:
        server.stop()


def _one(
    case: Case,
    settings: Settings,
    server: Server,
    path: str,
    values: dict[str, str],
    floors: dict[str, float],
    seconds: float,
) -> None:
    request = _filled(case.request, values)
    if case.floor:
        port = free_ports(1)
        floor = Server(["-m", "bench.floor", case.floor, path, str(port)], port)
        try:
            cost = _cost(floor, f"http://127.0.0.1:{port}", request, case, seconds, 1_000_000)
            floors[case.name] = cost
        finally:
            floor.stop()
    cost = _cost(server, _url(settings, case.dialect), request, case, seconds, 50_000_000)
    if case.budget_ms:
        over = "  OVER" if cost / 1000 > case.budget_ms else ""
        print(f"{case.name:<44}{cost / 1000:8.1f} ms   ({case.budget_ms:g}){over}", flush=True)
        return
    base = floors.get(case.of or case.name)
    if base is None:
        print(f"{case.name:<44}{cost:8.1f} us  (its floor, that of {case.of!r}, was left out)")
        return
    ratio, mark = cost / base, ""
    if ratio > case.budget:
        mark = "  OVER"
    print(
        f"{case.name:<44}{cost:8.1f} us  floor {base:6.1f}  {ratio:5.2f} x ({case.budget:g})"
        f"  {server.rss_mib():5.0f} MiB{mark}",
        flush=True,
    )


def _cost(
    server: Server, url: str, request: Request, case: Case, seconds: float, start: int
) -> float:
    load.run(url, request, clients=case.clients, seconds=1, start=start)
    before = server.cpu_s()
    done, bad = load.run(
        url, request, clients=case.clients, seconds=seconds, start=start + 10_000_000
    )
    time.sleep(0.4)  # the request log's last flush belongs to it
    spent = server.cpu_s() - before
    if bad:
        print(f"{case.name}: {bad} of {done} answers were refusals")
    return spent / done * 1e6


def _filled(request: Request, values: dict[str, str]) -> Request:
    path, body, headers = request.path, request.body, dict(request.headers)
    for name, value in values.items():
        path, body = path.replace(f"{{{name}}}", value), body.replace(f"{{{name}}}", value)
        headers = {key: text.replace(f"{{{name}}}", value) for key, text in headers.items()}
    return Request(request.method, path, headers, body)


def _url(settings: Settings, dialect: str) -> str:
    return settings.origin(dialect)


main()
