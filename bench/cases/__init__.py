"""One module per dialect, each with a `PART`."""
