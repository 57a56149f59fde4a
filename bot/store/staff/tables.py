"""Tables of staff: members, Discord roles, one-time codes and drafts."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from bot.store.columns import AutoId, Utc, metadata

staff = Table(
    "staff",
    metadata,
    Column("id", AutoId, primary_key=True),
    Column("platform", String(16), nullable=False),
    Column("external_id", String(64), nullable=False),
    Column("role", String(8), nullable=False),  # owner, editor, viewer
    Column("label", String(80), nullable=False),  # the name that colleagues see; chosen by staff
    Column("locale", String(2), nullable=False),
    Column("added_by", ForeignKey("staff.id")),  # null: by a code from the terminal or on paper
    Column("added_at", Utc, nullable=False),
    Column("removed_at", Utc),
    Column("expects", Text),  # the prompt that their next text answers, `verb:argument`
    Column("expects_until", Utc),  # texts after this time answer nothing
    Column("role_guild", String(64)),  # staff only through a role in this Discord server; null: added individually
    Column("finance", Boolean, nullable=False, server_default=false()),  # was given the finance right
    UniqueConstraint("platform", "external_id"),
)
staff_role = Table(  # a Discord role whose holders are staff; at most editors
    "staff_role",
    metadata,
    Column("guild_id", String(64), primary_key=True),
    Column("role_id", String(64), primary_key=True),
    Column("name", String(100), nullable=False),  # as Discord showed it when it was selected
    Column("role", String(8), nullable=False),
    Column("added_at", Utc, nullable=False),
    Column("finance", Boolean, nullable=False, server_default=false()),  # from before this was a right of its own
)
staff_code = Table(  # hashes of one-time codes
    "staff_code",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("role", String(8), nullable=False),
    Column("purpose", String(8), nullable=False),  # first (printed at start), recovery (on paper), invite
    Column("made_by", ForeignKey("staff.id")),
    Column("made_at", Utc, nullable=False),
    Column("ends_at", Utc),
    Column("used_at", Utc),
)
draft = Table(
    "draft",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),  # campaign, broadcast, match
    Column("body", JSON, nullable=False),
    Column("picture", LargeBinary),
    Column("version", Integer, nullable=False),  # detects concurrent edits: the later one is refused
    Column("changed_at", Utc, nullable=False),
    Column("changed_by", ForeignKey("staff.id")),
)
