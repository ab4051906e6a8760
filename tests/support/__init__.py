"""What tests lean on: programs of the machine and a throw-away PostgreSQL."""
