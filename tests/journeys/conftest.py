"""Fixtures of the journeys: a running environment, and a donor of each kind."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from content.catalog import Locale
from tests.journeys.environment import Environment, running_environment
from tests.journeys.people import Person, new_person

KINDS: tuple[tuple[str, Locale], ...] = (("telegram", "fr"), ("telegram", "en"), ("discord", "fr"), ("discord", "en"))


@pytest.fixture
async def env(tmp_path: Path) -> AsyncIterator[Environment]:
    """Yield an environment with both platforms, a web address and one campaign."""
    async with running_environment(tmp_path) as opened:
        yield opened


@pytest.fixture(params=KINDS, ids=["-".join(kind) for kind in KINDS])
def donor(request: pytest.FixtureRequest, env: Environment) -> Person:
    """Return a new person, on each platform in each language unless a test chooses (see `TWO_KINDS`)."""
    platform, locale = request.param
    return new_person(env, platform, locale)
