"""CPU per request of the real server, as ratios to bare ASGI functions in the same run. `python -m bench`."""
