"""CPU per request of the real server, as ratios to bare ASGI functions. `python -m bench`."""
