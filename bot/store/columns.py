"""Column types shared by all tables. Times are UTC microseconds in a BigInteger; money is in minor units."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Integer, MetaData, TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_FIRST_DAY = _EPOCH.toordinal()


class Utc(TypeDecorator[datetime]):
    """An aware datetime, stored as microseconds since 1970 so that both engines compare it alike."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> int | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone: {value!r}")
        return (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: Any, dialect: Any) -> datetime | None:
        return None if value is None else _EPOCH + timedelta(microseconds=value)


class Day(TypeDecorator[date]):
    """A day in the charity's time zone, stored as days since 1970."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Any) -> int | None:
        return None if value is None else day_number(value)

    def process_result_value(self, value: Any, dialect: Any) -> date | None:
        return None if value is None else date.fromordinal(value + _FIRST_DAY)


def day_number(day: date) -> int:
    """Return the number that stands for a day in the database."""
    return day.toordinal() - _FIRST_DAY


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
# SQLite generates ids only for an INTEGER column.
AutoId = BigInteger().with_variant(Integer, "sqlite")
Minor = BigInteger
