"""Simulations: supporters and outcome tables generated from seeds, run through the real rules."""
