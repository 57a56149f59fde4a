"""The catalog, built once since it is immutable."""

import pytest

from content.catalog import Catalog


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return Catalog.load()
