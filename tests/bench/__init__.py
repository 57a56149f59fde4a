"""Benchmarks: `python -m tests.bench NAME` runs ours beside what people would write, in one run.

Ratios count, absolute figures drift with the machine. Nothing here is imported by the product.
"""
