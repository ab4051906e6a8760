"""Databases behind `core.database`: one module per driver."""
