"""What processes of tests import, in all: the process that they are forked from has it (see forks.py)."""

import gc
from importlib import import_module
from pathlib import Path

from content.catalog import Catalog

BENCH = Path(__file__).parent / "bench"
ALSO = ("bot.cli", "bot.sandbox", "bot.store.migrate", "tests.commands")

for name in (*ALSO, *(f"tests.bench.{file.stem}" for file in BENCH.glob("[a-z]*.py") if file.stem != "test_smoke")):
    import_module(name)

# Forks share what is read once: the sentences, and all objects as long as no collection touches them.
Catalog.load()
gc.collect()
gc.freeze()
