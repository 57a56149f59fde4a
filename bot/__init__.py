"""People and conversations: domain, store, use cases, delivery, platforms, web, sandbox and demo."""
