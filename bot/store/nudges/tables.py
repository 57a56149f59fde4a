"""Tables of reminders: policies set by staff, and the decisions for both arms."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from bot.store.columns import Utc, metadata

nudge_policy = Table(  # only policies that staff changed; the others follow bot.domain.nudges
    "nudge_policy",
    metadata,
    Column("name", String(24), primary_key=True),
    Column("on", Boolean, nullable=False),
    Column("numbers", JSON, nullable=False),  # bot.domain.nudges.PolicySettings
    Column("texts", JSON, nullable=False),  # one or two of {"fr": ..., "en": ...}; empty: the catalog's text
    Column("texts_at", Utc, nullable=False),  # when these texts were written; comparisons start there
    Column("held_out", Float, nullable=False),  # share of supporters held out
    Column("changed_at", Utc, nullable=False),
    Column("changed_by", ForeignKey("staff.id")),
)
decision = Table(  # a supporter was due for a reminder; written for both arms
    "decision",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),  # also the id of the touch in its links
    Column("supporter_id", ForeignKey("supporter.id"), nullable=False),
    Column("campaign_id", ForeignKey("campaign.id"), nullable=False),
    Column("policy", String(24), nullable=False),
    Column("text", BigInteger, nullable=False),  # 0 or 1
    Column("arm", String(8), nullable=False),  # sent, held_out
    Column("propensity", Float, nullable=False),  # probability of being sent a reminder
    Column("reason", String(64), nullable=False),
    Column("due_at", Utc, nullable=False),
    UniqueConstraint("supporter_id", "reason"),
    Index("ix_decision_policy", "policy", "due_at"),
    Index("ix_decision_supporter_id_due_at", "supporter_id", "due_at"),
)
secret = Table(
    "secret",
    metadata,
    Column("name", String(24), primary_key=True),
    Column("value", LargeBinary, nullable=False),
)
nudge_end = Table(  # outcomes of reminders other than gifts: stopped, blocked, later
    "nudge_end",
    metadata,
    Column("decision_id", ForeignKey("decision.id"), primary_key=True),
    Column("kind", String(12), primary_key=True),
    Column("at", Utc, nullable=False),
)
one_time_message = Table(  # messages that a supporter gets only once
    "one_time_message",
    metadata,
    Column("supporter_id", ForeignKey("supporter.id"), primary_key=True),
    Column("about", String(300), primary_key=True),  # bilan:<campaign>, year:<year>, ended:<Stripe's id>, ...
    Column("at", Utc, nullable=False),
)
