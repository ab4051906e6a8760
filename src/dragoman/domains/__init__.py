"""Business rules, one package per domain, each free of HTTP and of the others."""
