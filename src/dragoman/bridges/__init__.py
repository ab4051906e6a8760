"""What joins two domains."""
