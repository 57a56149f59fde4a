"""Public holidays of a region, written as ISO 3166 does: a country, or a country and its part (CA-QC)."""

from datetime import date
from functools import lru_cache

import holidays


class UnknownRegion(ValueError):
    """No public holidays are known for this region."""


def check_region(region: str) -> None:
    """Raise UnknownRegion unless the region's holidays are known; empty means a region without any."""
    if region:
        _days(region, 2026)


def is_holiday(region: str, day: date) -> bool:
    """Return whether a day is a public holiday there."""
    return bool(region) and day in _days(region, day.year)


@lru_cache(maxsize=8)
def _days(region: str, year: int) -> frozenset[date]:
    country, _, part = region.partition("-")
    try:
        return frozenset(holidays.country_holidays(country, subdiv=part or None, years=year))
    except NotImplementedError as error:
        raise UnknownRegion(f"no public holidays are known for {region}") from error
