"""One file a verb: what a person or the clock sets in motion. Knows the ports, never a platform or SQL text."""
