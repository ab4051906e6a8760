"""HTTP kit that knows no product."""
