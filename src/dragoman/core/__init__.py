"""What is true for every domain: transactions, journal, accounts, files, jobs, ids, time."""
