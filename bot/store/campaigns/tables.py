"""Tables of campaigns: totals, milestones, posted cards, and the places that take them."""

from sqlalchemy import (
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
    text,
)

from bot.store.columns import AutoId, Minor, Utc, metadata

campaign = Table(
    "campaign",
    metadata,
    Column("id", AutoId, primary_key=True),
    Column("slug", String(40), nullable=False, unique=True),
    Column("state", String(8), nullable=False),
    Column("authored", Text, nullable=False),  # content.campaign.Campaign as JSON
    Column("currency", String(3), nullable=False),
    Column("ends_at", Utc),
    Column("published_at", Utc, nullable=False),
    Column("closed_at", Utc),
    Column("raised_minor", Minor, nullable=False, server_default="0"),
    Column("gift_count", Integer, nullable=False, server_default="0"),
    Column("donor_count", Integer, nullable=False, server_default="0"),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("has_match", Boolean, nullable=False, server_default=text("false")),  # a sponsor has ever matched its gifts
    Column("extended", Boolean, nullable=False, server_default=text("false")),  # its end was moved to a later day
    Column("given_at", Utc),  # its latest gift, until cards have stopped to say so
)
campaign_picture = Table(  # the campaign's own picture; apart, since only drawing needs it
    "campaign_picture",
    metadata,
    Column("campaign_id", ForeignKey("campaign.id"), primary_key=True),
    Column("image", LargeBinary, nullable=False),
)
campaign_donor = Table(
    "campaign_donor",
    metadata,
    Column("campaign_id", ForeignKey("campaign.id"), primary_key=True),
    Column("supporter_id", ForeignKey("supporter.id"), primary_key=True, index=True),
    Column("gift_count", Integer, nullable=False),  # counted gifts; at zero they are no donor any more
)
campaign_other = Table(  # what came in other currencies: shown beside, never added
    "campaign_other",
    metadata,
    Column("campaign_id", ForeignKey("campaign.id"), primary_key=True),
    Column("currency", String(3), primary_key=True),
    Column("raised_minor", Minor, nullable=False),
    Column("gift_count", Integer, nullable=False),
)
milestone = Table(
    "milestone",
    metadata,
    Column("campaign_id", ForeignKey("campaign.id"), primary_key=True),
    Column("threshold_minor", Minor, primary_key=True),
    Column("crossed_at", Utc),  # set once; a refund that goes back below does not unset it
    Column("announced_at", Utc),  # its announcement was made, or staff chose that there be none
)
posted_card = Table(
    "posted_card",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("campaign_id", ForeignKey("campaign.id"), nullable=False, index=True),
    Column("platform", String(16), nullable=False),
    Column("chat_id", String(64), nullable=False),
    Column("message_id", String(64)),
    Column("locale", String(5), nullable=False),  # fr, en, or fr+en
    Column("shown_version", Integer, nullable=False, server_default="0"),
    Column("edited_at", Utc),
    Column("gone_at", Utc),  # deleted, or our rights were taken
    Column("posted_at", Utc, nullable=False),
    Column("asked_at", Utc),  # staff asked for it in chat, and nobody has begun to post it
    Column("away_at", Utc),  # staff want it taken away
)
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
