"""Content: spaces that hold trees of components."""
