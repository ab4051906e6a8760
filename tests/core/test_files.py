"""The file store, in a folder and in S3."""

import datetime
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

from dragoman.core import files
from dragoman.core.database import Database
from dragoman.core.files import Files, media_type_of
from dragoman.core.tx import Origin

ORIGIN = Origin("test")


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Files:
    if request.param == "folder":
        return Files(f"file://{tmp_path / 'made' / 'here'}")
    endpoint = request.getfixturevalue("s3")
    import httpx

    httpx.put(f"{endpoint}/bucket")
    return Files(
        "s3://bucket/prefix",
        endpoint=endpoint,
        access_key_id="k",
        secret_access_key="s",
        region="us-east-1",
        client_options={"allow_http": True},
    )


@pytest.mark.parametrize("size", [0, 1, 5000, 6_000_001])
def test_bytes_come_back(store: Files, size: int) -> None:
    content = bytes(at % 251 for at in range(size))
    for source in (content, io.BytesIO(content)):
        stored = store.put(source)
        assert stored.size_bytes == size
        assert stored.head == content[:4096]
        assert store.read(stored.path) == content
        assert b"".join(store.stream(stored.path)) == content
        assert stored.path in set(store.paths())
        store.remove(stored.path)
        store.remove(stored.path)
        with pytest.raises(FileNotFoundError):
            store.read(stored.path)


def test_paths_by_age(store: Files) -> None:
    stored = store.put(b"x")
    now = datetime.datetime.now(datetime.UTC)
    hour = datetime.timedelta(hours=1)
    assert stored.path not in set(store.paths(older_than=now - hour))
    assert stored.path in set(store.paths(older_than=now + hour))


def test_a_path_cannot_leave_the_folder(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("sesame")
    store = Files(f"file://{tmp_path / 'store'}")
    for path in ("../secret", "/etc/passwd", "a/../../secret"):
        with pytest.raises(Exception, match=r".") as found:
            store.read(path)
        assert "sesame" not in str(found.value)


def test_a_file_is_forgotten_a_day_after_it_was_unlinked(
    database: Database, tmp_path: Path
) -> None:
    stored = Files(f"file://{tmp_path / 'store'}").put(b"x")
    with database.begin(ORIGIN, writes=True) as tx:
        id = files.link(tx, stored, name="a.txt", media_type="text/plain")
        assert files.unlinked(tx) == []
        files.unlink(tx, id)
        assert files.unlinked(tx) == []
        tx.now_ms += 86_400_001
        assert [row.id for row in files.unlinked(tx)] == [id]
        assert files.unknown(tx, [stored.path, "other"]) == {"other"}
        files.forget(tx, id)
        assert files.fetch(tx, id) is None
        assert files.unknown(tx, [stored.path]) == {stored.path}


@pytest.mark.parametrize(
    ("head", "name", "declared", "expected"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 20, "a.txt", "text/plain", "image/png"),
        (b"%PDF-1.7\n", "", "", "application/pdf"),
        (b"<svg xmlns='x'>", "a.png", "image/png", "image/svg+xml"),
        (b"<!DOCTYPE html><script>", "a.png", "image/png", "text/html"),
        (b"hello", "a.css", "", "text/css"),
        (b"hello", "", "text/x-own; charset=x", "text/x-own"),
        (b"hello", "", "nonsense", "application/octet-stream"),
        (b"", "", "", "application/octet-stream"),
    ],
)
def test_media_type(head: bytes, name: str, declared: str, expected: str) -> None:
    assert media_type_of(head, name, declared) == expected


def test_a_span_of_the_bytes(store: Files) -> None:
    content = bytes(range(256)) * 4096
    path = store.put(content).path
    for first, end in ((0, 1), (0, len(content)), (255, 700_000), (len(content) - 1, len(content))):
        assert b"".join(store.stream(path, (first, end))) == content[first:end]
    assert b"".join(store.stream(path)) == content
