"""Tests of Dragoman. They mirror the package; documents are data in tests/documented."""
