"""Multipart bodies for tests."""

from collections.abc import Sequence


def multipart(
    fields: Sequence[tuple[str, str]] = (), files: Sequence[tuple[str, str, str, bytes]] = ()
) -> tuple[bytes, dict[str, str]]:
    """A multipart body and its headers. files: (field, file name, media type, bytes)."""
    mark = "dragoman-test-boundary"
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields
    ]
    for field, name, kind, content in files:
        head = f'--{mark}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
        parts.append(f"{head}Content-Type: {kind}\r\n\r\n".encode() + content + b"\r\n")
    parts.append(f"--{mark}--\r\n".encode())
    return b"".join(parts), {"content-type": f"multipart/form-data; boundary={mark}"}
