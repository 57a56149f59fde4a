"""Discord: interaction to use case, Card to message. The only place that imports discord."""
