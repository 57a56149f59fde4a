"""Adapters between the chat platforms and the use cases; one folder a platform, which never import each other."""
