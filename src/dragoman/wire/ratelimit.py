"""Rate counters in a small mapped file that the workers of one machine share.

So a limit means the same with one worker or many; each machine counts alone. A slot holds a key's
hash, an amount and a time; a key that finds no free slot near its own takes the oldest.
"""

import fcntl
import hashlib
import mmap
import os
import struct
import threading
import time

_SLOTS = 1 << 15
_SLOT = struct.Struct("<Qdd")
_NEAR = 8


class RateLimits:
    """Counters in the file at `path` (made when missing)."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.ftruncate(self._file, _SLOTS * _SLOT.size)
        self._map = mmap.mmap(self._file, _SLOTS * _SLOT.size)
        self._lock = threading.Lock()

    def take(self, key: str, *, per_second: float, burst: float) -> float:
        """Take one from a token bucket. Returns 0.0, or the seconds until there is one."""
        now = time.time()
        with self._lock:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                at, amount, then = self._slot(key)
                left = (
                    burst if then == 0.0 else min(burst, amount + max(0.0, now - then) * per_second)
                )
                if left < 1.0:
                    return (1.0 - left) / per_second
                self._keep(at, key, left - 1.0, now)
                return 0.0
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)

    def hit(self, key: str, *, limit: int, window_s: int) -> int:
        """Count one in the window that began with the key's first hit. Returns 0, or the seconds
        until it ends.
        """
        now = time.time()
        with self._lock:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                at, amount, then = self._slot(key)
                if then == 0.0 or now - then >= window_s:
                    amount, then = 0.0, now
                if amount >= limit:
                    return max(1, int(window_s - (now - then) + 0.999))
                self._keep(at, key, amount + 1, then)
                return 0
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)

    def full(self, key: str, *, limit: int, window_s: int) -> int:
        """What `hit` would answer, without counting."""
        now = time.time()
        with self._lock:
            _, amount, then = self._slot(key)
        if then == 0.0 or now - then >= window_s or amount < limit:
            return 0
        return max(1, int(window_s - (now - then) + 0.999))

    def forget(self, key: str) -> None:
        """Start a key anew."""
        with self._lock:
            at, _, _ = self._slot(key)
            self._keep(at, key, 0.0, 0.0)

    def close(self) -> None:
        """Unmap the file."""
        self._map.close()
        os.close(self._file)

    def _slot(self, key: str) -> tuple[int, float, float]:
        mark = _mark(key)
        oldest, oldest_at = float("inf"), 0
        for step in range(_NEAR):
            at = ((mark + step) % _SLOTS) * _SLOT.size
            held, amount, then = _SLOT.unpack_from(self._map, at)
            if held == mark:
                return at, amount, then
            if then < oldest:
                oldest, oldest_at = then, at
        return oldest_at, 0.0, 0.0

    def _keep(self, at: int, key: str, amount: float, then: float) -> None:
        _SLOT.pack_into(self._map, at, _mark(key), amount, then)


def _mark(key: str) -> int:
    return (
        int.from_bytes(
            hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=8).digest(), "little"
        )
        or 1
    )
