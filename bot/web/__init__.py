"""Webhooks, health, short links, landing and return pages. Bytes in, use case, bytes out."""
