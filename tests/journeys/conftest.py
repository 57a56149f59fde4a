"""What journeys ask for: a town that is up, and each kind of person."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from content.catalog import Locale
from tests.journeys.people import Person
from tests.journeys.town import Town, open_town

KINDS: tuple[tuple[str, Locale], ...] = (("telegram", "fr"), ("telegram", "en"), ("discord", "fr"), ("discord", "en"))


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Town]:
    """Both platforms, a web address, one campaign."""
    async with open_town(tmp_path) as opened:
        yield opened


@pytest.fixture(params=KINDS, ids=["-".join(kind) for kind in KINDS])
def donor(request: pytest.FixtureRequest, here: Town) -> Person:
    """Somebody new, on each platform in each language where a test does not choose (see `TWO_KINDS`)."""
    platform, locale = request.param
    return here.person(platform, locale)
