"""Tables of invites and referrals.

`lineage.parent_id` defines the tree. Each node also stores its nearest ancestors, and the counters of `circle` and
`circle_money` are always the sums along these stored paths. After a move, the paths below are rebuilt in chunks
(`to_repath`); a node's own figures move with its path, in one transaction.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.store.columns import Minor, Utc, metadata

invite_place = Table(  # the last attempt to create an invite link into a place
    "invite_place",
    metadata,
    Column("place_id", ForeignKey("place.id"), primary_key=True),
    Column("home", String(64)),  # the chat or server that its links lead into, once one was created
    Column("trouble", String(8)),  # rights, public, gone, full, busy; null: links can be created
    Column("looked_at", Utc, nullable=False),
)
left_before = Table(  # keyed hashes of people who left a chat: coming back is no referral
    "left_before",
    metadata,
    Column("hash", String(32), primary_key=True),
    Column("at", Utc, nullable=False, index=True),
)
invite = Table(
    "invite",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),  # also the id of the touch in its links
    Column("supporter_id", ForeignKey("supporter.id"), nullable=False, unique=True),
    Column("code", String(16), unique=True),  # null once its supporter was erased
    Column("made_at", Utc, nullable=False),
    Column("words", Text),  # the donor's own text; null: the default text
    Column("told_staff_at", Utc),  # when staff were notified of its many newcomers
)
invite_link = Table(  # an invite's own link on a platform
    "invite_link",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("invite_id", ForeignKey("invite.id"), nullable=False, index=True),
    Column("platform", String(16), nullable=False),
    Column("place", String(64), nullable=False),  # the chat or server it leads into
    Column("code", String(128), nullable=False),  # the platform's own link or code
    Column("made_at", Utc, nullable=False),
    Column("uses", Integer, nullable=False, server_default="0"),  # as last reported by the platform
    Column("used_at", Utc),  # when someone last joined by it
    Column("gone_at", Utc),  # revoked; anyone who still joins by it counts for the invite
    UniqueConstraint("platform", "code"),
    Index("ix_invite_link_place", "platform", "place", "gone_at"),
)
invite_count = Table(  # events of an invite by day, without names
    "invite_count",
    metadata,
    Column("invite_id", ForeignKey("invite.id"), primary_key=True),
    Column("day", Integer, primary_key=True, autoincrement=False),  # days since 1970, UTC
    Column("kind", String(8), primary_key=True),  # shared, opened, joined
    Column("campaign_id", BigInteger, primary_key=True, autoincrement=False),  # 0: no particular campaign
    Column("number", Integer, nullable=False),
    Index("ix_invite_count_day", "day"),
)
referral = Table(  # how a supporter was referred: at most one row each, never guessed
    "referral",
    metadata,
    Column("supporter_id", ForeignKey("supporter.id"), primary_key=True),
    Column("inviter_id", ForeignKey("supporter.id"), index=True),  # null: unknown
    Column("invite_id", ForeignKey("invite.id")),
    Column("how", String(12), nullable=False),  # bot.domain.referrals.JoinedVia
    Column("certain", Boolean, nullable=False),
    Column("at", Utc, nullable=False, index=True),  # when they joined
    Column("settled_at", Utc),  # when they named the inviter themselves
    Column("campaign_id", ForeignKey("campaign.id")),  # the campaign that the invite was about
    Column("candidates", JSON, nullable=False),  # supporters, one of whom may be the inviter
    Column("told_at", Utc),  # when they let their inviter know about a gift
)
lineage = Table(  # a supporter who was referred or who referred others
    "lineage",
    metadata,
    Column("supporter_id", ForeignKey("supporter.id"), primary_key=True),
    Column("parent_id", ForeignKey("supporter.id")),
    Column("ancestors", Text, nullable=False, server_default=""),  # ids, nearest first, at most 32
    Index("ix_lineage_parent_id", "parent_id", sqlite_where=text("parent_id IS NOT NULL"),
          postgresql_where=text("parent_id IS NOT NULL")),
)  # fmt: skip
outdated_path = Table(  # nodes whose stored path is out of date, as are those of the nodes below
    "to_repath",
    metadata,
    Column("supporter_id", ForeignKey("supporter.id"), primary_key=True),
)
circle = Table(  # results of a supporter's invites, in people; `below` covers all levels, including the first
    "circle",
    metadata,
    Column("supporter_id", ForeignKey("supporter.id"), primary_key=True),
    Column("people_direct", Integer, nullable=False, server_default="0"),
    Column("people_below", Integer, nullable=False, server_default="0"),
    Column("donors_direct", Integer, nullable=False, server_default="0"),
    Column("donors_below", Integer, nullable=False, server_default="0"),
)
circle_money = Table(  # results in gifts, by currency
    "circle_money",
    metadata,
    Column("supporter_id", ForeignKey("supporter.id"), primary_key=True),
    Column("currency", String(3), primary_key=True),
    Column("gifts_direct", Integer, nullable=False, server_default="0"),
    Column("gifts_below", Integer, nullable=False, server_default="0"),
    Column("minor_direct", Minor, nullable=False, server_default="0"),
    Column("minor_below", Minor, nullable=False, server_default="0"),
    sqlite_with_rowid=False,  # a set of gifts writes hundreds of these
)
circle_shown = Table(  # figures about gifts that a supporter last saw: they change at most once a day
    "circle_shown",
    metadata,
    Column("supporter_id", ForeignKey("supporter.id"), primary_key=True),
    Column("at", Utc, nullable=False),
    Column("figures", JSON, nullable=False),  # two values of bot.domain.referrals.RoundedGifts or null
)
share_prompt = Table(  # whether thank-yous suggest inviting someone: nine in ten do, to measure the effect
    "share_prompt",
    metadata,
    Column("supporter_id", ForeignKey("supporter.id"), primary_key=True),
    Column("gift_id", ForeignKey("gift.id"), nullable=False),  # the gift whose thank-you it was drawn for
    Column("shown", Boolean, nullable=False),
    Column("at", Utc, nullable=False, index=True),
)
recognition = Table(  # thank-yous for referrals, one for each number of people
    "recognition",
    metadata,
    Column("supporter_id", ForeignKey("supporter.id"), primary_key=True),
    Column("people", Integer, primary_key=True, autoincrement=False),
    Column("at", Utc, nullable=False),
)
