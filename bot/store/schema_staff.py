"""Tables of the staff: who they are, what they did, what they are writing, where they work. Conventions: schema.py."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.store.schema import AutoId, Utc, metadata

# --- who ------------------------------------------------------------------------------------------
staff = Table(
    "staff",
    metadata,
    Column("id", AutoId, primary_key=True),
    Column("platform", String(16), nullable=False),
    Column("external_id", String(64), nullable=False),
    Column("role", String(8), nullable=False),  # owner, editor, viewer
    Column("label", String(80), nullable=False),  # how colleagues call them; chosen by staff, for staff
    Column("locale", String(2), nullable=False),
    Column("added_by", ForeignKey("staff.id")),  # none: by a code from the terminal or on paper
    Column("added_at", Utc, nullable=False),
    Column("removed_at", Utc),
    Column("expects", Text),  # what their next text answers, `verb:argument`; survives a restart
    Column("expects_until", Utc),  # a text that comes later answers nothing
    Column("role_guild", String(64)),  # staff only by a role they hold in this Discord server; none: by themselves
    UniqueConstraint("platform", "external_id"),
)
staff_role = Table(  # a Discord role whose holders are staff; at most editors
    "staff_role",
    metadata,
    Column("guild_id", String(64), primary_key=True),
    Column("role_id", String(64), primary_key=True),
    Column("name", String(100), nullable=False),  # as Discord showed it when it was chosen
    Column("role", String(8), nullable=False),
    Column("added_at", Utc, nullable=False),
)
staff_code = Table(  # one-time codes; only their hash is kept
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
audit = Table(
    "audit",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Utc, nullable=False, index=True),
    Column("staff_id", ForeignKey("staff.id")),  # none: the terminal, or Obole by itself
    Column("actor", String(80), nullable=False),  # the label at that time, "terminal" or "obole"
    Column("action", String(40), nullable=False),
    Column("details", JSON, nullable=False),
)
# --- what they are writing ------------------------------------------------------------------------
draft = Table(
    "draft",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),  # campaign, broadcast, match
    Column("body", JSON, nullable=False),
    Column("picture", LargeBinary),
    Column("version", Integer, nullable=False),  # two people who edit at once: the later one is told
    Column("changed_at", Utc, nullable=False),
    Column("changed_by", ForeignKey("staff.id")),
)
# --- where -----------------------------------------------------------------------------------------
place = Table(  # channels and groups that staff have made known
    "place",
    metadata,
    Column("id", AutoId, primary_key=True),
    Column("platform", String(16), nullable=False),
    Column("chat_id", String(64), nullable=False),
    Column("title", String(200), nullable=False),
    Column("purpose", String(8), nullable=False),  # public (posts go there), staff (the inbox), off (not used)
    Column("is_open", Boolean, nullable=False),  # more than a circle of invited people may read along
    Column("locales", String(5), nullable=False),  # fr, en or fr+en
    Column("added_at", Utc, nullable=False),
    Column("lost_at", Utc),  # our rights there were taken
    UniqueConstraint("platform", "chat_id"),
)
# --- what reaches them -----------------------------------------------------------------------------
notice = Table(  # one message to staff about one thing; its words are made when it is sent
    "notice",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("key", String(120), nullable=False, unique=True),  # the same thing is said once
    Column("kind", String(40), nullable=False),
    Column("args", JSON, nullable=False),
    Column("made_at", Utc, nullable=False),
    Column("due_at", Utc, nullable=False),
    Column("said_at", Utc),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("stale", Boolean, nullable=False, server_default=text("false")),  # its copies say what is no longer so
    Index("ix_notice_kind_made_at", "kind", "made_at"),
    Index("ix_notice_made_at", "made_at"),
    Index("ix_notice_stale", "id", sqlite_where=text("stale"), postgresql_where=text("stale")),
    Index("ix_notice_due", "due_at", sqlite_where=text("said_at IS NULL"), postgresql_where=text("said_at IS NULL")),
)  # fmt: skip
notice_copy = Table(  # where a notice stands, so that a reply to it finds whom it is about
    "notice_copy",
    metadata,
    Column("platform", String(16), primary_key=True),
    Column("chat_id", String(64), primary_key=True),
    Column("message_id", String(64), primary_key=True),
    Column("notice_id", ForeignKey("notice.id"), nullable=False, index=True),
    Column("target", String(64), nullable=False),  # whom or where it was said to; a DM's chat has another id
)
relay = Table(  # an answer of staff on its way to a supporter, until it is known what became of it
    "relay",
    metadata,
    Column("delivery_id", ForeignKey("delivery.id"), primary_key=True),
    Column("at", Utc, nullable=False),
)
blocked = Table(  # supporters whose words no longer reach staff
    "blocked",
    metadata,
    Column("supporter_id", ForeignKey("supporter.id"), primary_key=True),
    Column("at", Utc, nullable=False),
    Column("by", ForeignKey("staff.id")),
)
name_hidden = Table(  # supporters whom staff do not want named in public, whatever they agreed to
    "name_hidden",
    metadata,
    Column("supporter_id", ForeignKey("supporter.id"), primary_key=True),
    Column("at", Utc, nullable=False),
    Column("by", ForeignKey("staff.id")),
)
switch = Table(  # what staff have turned: the freeze, and numbers that the owner sets
    "switch",
    metadata,
    Column("name", String(40), primary_key=True),  # freeze, approve_above, ...
    Column("on", Boolean, nullable=False),
    Column("value", JSON),
    Column("at", Utc, nullable=False),
    Column("by", ForeignKey("staff.id")),
)
# --- money that goes back ---------------------------------------------------------------------------
refund_order = Table(  # that we want money to go back; written before Stripe is asked, its id is the idempotency key
    "refund_order",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("gift_id", ForeignKey("gift.id"), nullable=False, index=True),
    Column("minor", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),  # one of a few words, or what staff wrote
    Column("staff_id", ForeignKey("staff.id")),  # none: the donor, about two like gifts
    Column("made_at", Utc, nullable=False),
    Column("confirmed_at", Utc),  # none: asked once more, and nobody has said yes
    Column("try_at", Utc),  # when to ask Stripe again; none: nothing is left to do
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("refund_id", String(255)),  # Stripe's; its event says what became of it
    Column("refused", Text),  # why it never will be
    Index("ix_refund_order_try_at", "try_at", sqlite_where=text("try_at IS NOT NULL"),
          postgresql_where=text("try_at IS NOT NULL")),
)  # fmt: skip
