"""The story told with sandbox and app: one web page and one terminal tour."""
