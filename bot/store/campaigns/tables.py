"""Tables of campaigns: totals, milestones, posted cards, and the places they are posted in."""

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
    Column("offline_minor", Minor, nullable=False, server_default="0"),  # of raised_minor: from outside Stripe
    Column("gift_count", Integer, nullable=False, server_default="0"),
    Column("donor_count", Integer, nullable=False, server_default="0"),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("has_match", Boolean, nullable=False, server_default=text("false")),  # a sponsor has ever matched its gifts
    Column("extended", Boolean, nullable=False, server_default=text("false")),  # its end was moved to a later day
    Column("given_at", Utc),  # time of the latest gift, while cards mention it
)
campaign_picture = Table(  # the campaign's own picture; a separate table, since only drawing needs it
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
    Column("gift_count", Integer, nullable=False),  # counted gifts; at zero the supporter is no longer a donor
)
campaign_other = Table(  # received in other currencies: shown beside the total, never added to it
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
    Column("crossed_at", Utc),  # set once; a refund that takes the total below does not clear it
    Column("announced_at", Utc),  # announced, or staff chose not to announce it
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
    Column("gone_at", Utc),  # deleted, or the bot lost its rights
    Column("posted_at", Utc, nullable=False),
    Column("asked_at", Utc),  # staff asked for it in chat, and nobody has started posting it
    Column("away_at", Utc),  # staff want it removed
)
place = Table(  # channels and groups that staff have connected
    "place",
    metadata,
    Column("id", AutoId, primary_key=True),
    Column("platform", String(16), nullable=False),
    Column("chat_id", String(64), nullable=False),
    Column("title", String(200), nullable=False),
    Column("purpose", String(8), nullable=False),  # public (posts go there), staff (the inbox), off (not used)
    Column("is_open", Boolean, nullable=False),  # people who were not invited can read it
    Column("locales", String(5), nullable=False),  # fr, en or fr+en
    Column("added_at", Utc, nullable=False),
    Column("lost_at", Utc),  # when the bot lost its rights there
    Column("thread_id", String(64)),  # the topic of a Telegram group that messages go to; null: General, or no topics
    UniqueConstraint("platform", "chat_id"),
)
