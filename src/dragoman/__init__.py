"""Dragoman: one backend that speaks five business APIs over one database."""

__version__ = "0.1.0"
