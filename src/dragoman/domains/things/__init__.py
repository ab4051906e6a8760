"""Connected things: models, objects and their telemetry, geofences, events, and who may see
them.
"""
