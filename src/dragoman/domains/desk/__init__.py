"""Help desk: tickets, customers, staff, articles, settings and mail."""
