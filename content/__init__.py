"""Sentences, cards and pictures, for all platforms. No I/O except reading its own files."""
