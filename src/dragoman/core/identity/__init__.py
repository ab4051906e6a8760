"""Accounts and what opens them: memberships, passwords, keys, tokens, sessions, grants."""
