"""The first schema."""

from alembic import op

from bot.store import (  # noqa: F401 - their tables belong to the metadata
    schema_arrivals,
    schema_broadcast,
    schema_nudges,
    schema_referrals,
    schema_staff,
)
from bot.store.schema import metadata

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Until 1.0 the first revision is the schema itself; from then on each change is a revision of its own.
    metadata.create_all(op.get_bind())
