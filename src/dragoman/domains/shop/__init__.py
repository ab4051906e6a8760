"""The shop: catalogue, stock, orders, customers, dictionaries, subscriptions."""
