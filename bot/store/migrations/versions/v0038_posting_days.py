"""The posting day of an entry is stored, so that a change of the charity's time zone moves no earlier posting.

Earlier entries get the day of the zone set now.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import context, op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

_AT_ONCE = 50_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)


def upgrade() -> None:
    op.add_column("entry", sa.Column("day", sa.Integer(), nullable=False, server_default="0"))
    set_days(op.get_bind(), context.config.attributes["zone"], _AT_ONCE)


def set_days(conn: sa.Connection, zone: str, at_once: int) -> None:
    """Set the day of every entry, so many at once in the order of their ids, which is nearly that of time."""
    after = -1
    while (last := conn.execute(sa.text(_LAST), {"after": after, "at_once": at_once}).scalar_one()) is not None:
        piece = {"after": after, "last": last}
        first_at, last_at = (_time(at) for at in conn.execute(sa.text(_TIMES), piece).one())
        day, zone_info = first_at.astimezone(ZoneInfo(zone)).date(), ZoneInfo(zone)
        while day <= last_at.astimezone(zone_info).date():
            since, until = (_micros(datetime(d.year, d.month, d.day, tzinfo=zone_info)) for d in (day, day + _DAY))
            number = (day - _EPOCH.date()).days
            conn.execute(sa.text(_SET), {**piece, "since": since, "until": until, "day": number})
            day += _DAY
        after = last


def _time(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)


def _micros(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)


_LAST = "SELECT max(id) FROM (SELECT id FROM entry WHERE id > :after ORDER BY id LIMIT :at_once) piece"
_TIMES = "SELECT min(at), max(at) FROM entry WHERE id > :after AND id <= :last"
_SET = "UPDATE entry SET day = :day WHERE id > :after AND id <= :last AND at >= :since AND at < :until"
