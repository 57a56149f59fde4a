"""Benchmarks: `python -m tests.bench NAME` measures our code and the usual way to write it in one run.

Ratios count; absolute figures vary with the machine. The product imports nothing from here.
"""
