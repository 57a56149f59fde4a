"""People, and the talk with them: domain, store, use cases, delivery, platforms, web, sandbox and demo."""
