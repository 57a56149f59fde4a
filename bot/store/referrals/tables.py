"""Tables of invites and of who invited whom.

The tree is what `lineage.parent_id` says. Each node also stores its nearest ancestors, and the counters of `circle`
and `circle_money` are always the sums along these stored paths. After a move the paths below it are written anew in
chunks (`to_repath`); a node's own figures move with its path, in one transaction.
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

invite_place = Table(  # what became of making invites into a place of ours
    "invite_place",
    metadata,
    Column("place_id", ForeignKey("place.id"), primary_key=True),
    Column("home", String(64)),  # the chat or server into which its invites lead, once one was made
    Column("trouble", String(8)),  # rights, public, gone, full, busy; none: it works
    Column("looked_at", Utc, nullable=False),
)
left_before = Table(  # keyed hashes of who left a chat that people are invited to: a return brings nobody credit
    "left_before",
    metadata,
    Column("hash", String(32), primary_key=True),
    Column("at", Utc, nullable=False, index=True),
)
invite = Table(
    "invite",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),  # also the touch in its links
    Column("supporter_id", ForeignKey("supporter.id"), nullable=False, unique=True),
    Column("code", String(16), unique=True),  # none once its supporter was erased
    Column("made_at", Utc, nullable=False),
    Column("words", Text),  # what the donor wants to say with it; none: our own words
    Column("told_staff_at", Utc),  # that it brought very many
)
invite_link = Table(  # what a platform made for an invite
    "invite_link",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("invite_id", ForeignKey("invite.id"), nullable=False, index=True),
    Column("platform", String(16), nullable=False),
    Column("place", String(64), nullable=False),  # the chat or server it leads into
    Column("code", String(128), nullable=False),  # the platform's own link or code
    Column("made_at", Utc, nullable=False),
    Column("uses", Integer, nullable=False, server_default="0"),  # as the platform last said
    Column("used_at", Utc),  # when it last brought somebody
    Column("gone_at", Utc),  # revoked or recycled; who comes by it all the same is still theirs
    UniqueConstraint("platform", "code"),
    Index("ix_invite_link_place", "platform", "place", "gone_at"),
)
invite_count = Table(  # what happened to an invite, by day; nobody is named
    "invite_count",
    metadata,
    Column("invite_id", ForeignKey("invite.id"), primary_key=True),
    Column("day", Integer, primary_key=True, autoincrement=False),  # days since 1970, UTC
    Column("kind", String(8), primary_key=True),  # shared, opened, joined
    Column("campaign_id", BigInteger, primary_key=True, autoincrement=False),  # 0: none in particular
    Column("number", Integer, nullable=False),
    Index("ix_invite_count_day", "day"),
)
referral = Table(  # how a supporter came: at most one row for each, and never guessed
    "referral",
    metadata,
    Column("supporter_id", ForeignKey("supporter.id"), primary_key=True),
    Column("inviter_id", ForeignKey("supporter.id"), index=True),  # none: unknown
    Column("invite_id", ForeignKey("invite.id")),
    Column("how", String(12), nullable=False),  # bot.domain.referrals.How
    Column("certain", Boolean, nullable=False),
    Column("at", Utc, nullable=False, index=True),  # when they came
    Column("settled_at", Utc),  # when they said themselves who it was
    Column("campaign_id", ForeignKey("campaign.id")),  # what the invite they came by was about
    Column("candidates", JSON, nullable=False),  # supporters one of whom it may have been; only they may ask
    Column("told_at", Utc),  # when they let their inviter know that they gave
)
lineage = Table(  # a supporter who was brought, or who brought somebody
    "lineage",
    metadata,
    Column("supporter_id", ForeignKey("supporter.id"), primary_key=True),
    Column("parent_id", ForeignKey("supporter.id")),
    Column("ancestors", Text, nullable=False, server_default=""),  # ids, the nearest first, at most 32
    Index("ix_lineage_parent_id", "parent_id", sqlite_where=text("parent_id IS NOT NULL"),
          postgresql_where=text("parent_id IS NOT NULL")),
)  # fmt: skip
to_repath = Table(  # nodes whose stored path is behind the tree; what is below them follows
    "to_repath",
    metadata,
    Column("supporter_id", ForeignKey("supporter.id"), primary_key=True),
)
circle = Table(  # what came of somebody's invites, in people; `below` is all levels, the first one too
    "circle",
    metadata,
    Column("supporter_id", ForeignKey("supporter.id"), primary_key=True),
    Column("people_direct", Integer, nullable=False, server_default="0"),
    Column("people_below", Integer, nullable=False, server_default="0"),
    Column("donors_direct", Integer, nullable=False, server_default="0"),
    Column("donors_below", Integer, nullable=False, server_default="0"),
)
circle_money = Table(  # the same in gifts, by currency
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
circle_shown = Table(  # what somebody last saw of gifts in their circle: it changes at most once a day
    "circle_shown",
    metadata,
    Column("supporter_id", ForeignKey("supporter.id"), primary_key=True),
    Column("at", Utc, nullable=False),
    Column("figures", JSON, nullable=False),  # two of bot.domain.referrals.Gave, or none
)
share_prompt = Table(  # whether thanks propose to pass it on to somebody: to nine in ten, so that it can be measured
    "share_prompt",
    metadata,
    Column("supporter_id", ForeignKey("supporter.id"), primary_key=True),
    Column("gift_id", ForeignKey("gift.id"), nullable=False),  # whose thanks it was drawn for
    Column("shown", Boolean, nullable=False),
    Column("at", Utc, nullable=False, index=True),
)
recognition = Table(  # a thank-you for people brought, once for each number
    "recognition",
    metadata,
    Column("supporter_id", ForeignKey("supporter.id"), primary_key=True),
    Column("people", Integer, primary_key=True, autoincrement=False),
    Column("at", Utc, nullable=False),
)
