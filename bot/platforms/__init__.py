"""Adapters between chat platforms and use cases: one folder per platform. They never import each other."""
