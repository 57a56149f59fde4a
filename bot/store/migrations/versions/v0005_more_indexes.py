"""Indexes for what is looked up every second, and for what is deleted when its time is over."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_OVER = "state IN ('sent', 'failed', 'dropped') AND message <> 'nudge'"


def upgrade() -> None:
    op.create_index("ix_stripe_event_received_at", "stripe_event", ["received_at"])
    op.create_index("ix_error_case_supporter_id", "error_case", ["supporter_id"])
    op.create_index("ix_notice_kind_made_at", "notice", ["kind", "made_at"])
    op.create_index("ix_notice_made_at", "notice", ["made_at"])
    op.create_index("ix_broadcast_opt_out_supporter_id", "broadcast_opt_out", ["supporter_id"])
    op.create_index("ix_tap_count_touch", "tap_count", ["touch_kind", "touch_id"])
    op.create_index("ix_left_before_at", "left_before", ["at"])
    op.drop_index("ix_notice_stale", "notice")
    _partial("ix_notice_stale", "notice", ["id"], "stale")
    _partial("ix_error_case_open", "error_case", ["opened_at"], "closed_at IS NULL")
    _partial("ix_delivery_sending", "delivery", ["platform", "claimed_at"], "state = 'sending'")
    _partial("ix_delivery_over", "delivery", ["done_at"], _OVER)


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
