"""The console's own state: who may sign in with which role, saved drafts, views, preferences."""
