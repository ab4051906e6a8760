"""Vendors' APIs, one package each: words and order of checks, no business rules."""
