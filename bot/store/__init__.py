"""The only SQL: tables, migrations and plain async functions that take a connection. No rules, no sentences."""
