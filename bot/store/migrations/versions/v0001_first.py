"""The schema as it stood when revisions began: a frozen list, whatever `bot/store/schema*.py` have become since.

Databases made before then bear this revision as well, so they are upgraded from here.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_AUTO_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "campaign",
        sa.Column("id", _AUTO_ID, nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("authored", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("ends_at", sa.BigInteger()),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger()),
        sa.Column("raised_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("gift_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("donor_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("has_match", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("extended", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("given_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("slug", name=op.f("uq_campaign_slug")),
    )
    op.create_table(
        "cursor",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_cursor")),
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "left_before",
        sa.Column("hash", sa.String(length=32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_left_before")),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("args", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("said_at", sa.BigInteger()),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("stale", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("key", name=op.f("uq_notice_key")),
    )
    op.create_index(
        "ix_notice_due",
        "notice",
        ["due_at"],
        sqlite_where=sa.text("said_at IS NULL"),
        postgresql_where=sa.text("said_at IS NULL"),
    )
    op.create_index(
        "ix_notice_stale", "notice", ["stale"], sqlite_where=sa.text("stale"), postgresql_where=sa.text("stale")
    )
    op.create_table(
        "place",
        sa.Column("id", _AUTO_ID, nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("chat_id", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("purpose", sa.String(length=8), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("locales", sa.String(length=5), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("lost_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
        sa.UniqueConstraint("platform", "chat_id", name=op.f("uq_place_platform_chat_id")),
    )
    op.create_table(
        "secret",
        sa.Column("name", sa.String(length=24), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_secret")),
    )
    op.create_table(
        "staff",
        sa.Column("id", _AUTO_ID, nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("external_id", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=8), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("locale", sa.String(length=2), nullable=False),
        sa.Column("added_by", _AUTO_ID),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.BigInteger()),
        sa.Column("expects", sa.Text()),
        sa.Column("role_guild", sa.String(length=64)),
        sa.ForeignKeyConstraint(["added_by"], ["staff.id"], name=op.f("fk_staff_added_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("platform", "external_id", name=op.f("uq_staff_platform_external_id")),
    )
    op.create_table(
        "staff_guess",
        sa.Column("id", _AUTO_ID, nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("external_id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_guess")),
    )
    op.create_index(op.f("ix_staff_guess_at"), "staff_guess", ["at"])
    op.create_table(
        "staff_role",
        sa.Column("guild_id", sa.String(length=64), nullable=False),
        sa.Column("role_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("role", sa.String(length=8), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "role_id", name=op.f("pk_staff_role")),
    )
    op.create_table(
        "stripe_event",
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("waits_for", sa.String(length=255)),
        sa.Column("error", sa.Text()),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("try_at", sa.BigInteger()),
        sa.Column("body", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stripe_event")),
    )
    op.create_index(
        "ix_stripe_event_try_at",
        "stripe_event",
        ["try_at"],
        sqlite_where=sa.text("state = 'failed'"),
        postgresql_where=sa.text("state = 'failed'"),
    )
    op.create_index(
        "ix_stripe_event_waits_for",
        "stripe_event",
        ["waits_for"],
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "supporter",
        sa.Column("id", _AUTO_ID, nullable=False),
        sa.Column("joined_at", sa.BigInteger(), nullable=False),
        sa.Column("merged_into", _AUTO_ID),
        sa.Column("erased_at", sa.BigInteger()),
        sa.Column("gift_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("first_gift_at", sa.BigInteger()),
        sa.Column("last_gift_at", sa.BigInteger()),
        sa.Column("next_nudge_at", sa.BigInteger()),
        sa.Column("snoozed_until", sa.BigInteger()),
        sa.Column("arm_of", sa.BigInteger()),
        sa.ForeignKeyConstraint(["merged_into"], ["supporter.id"], name=op.f("fk_supporter_merged_into_supporter")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supporter")),
    )
    op.create_index(
        "ix_supporter_next_nudge_at",
        "supporter",
        ["next_nudge_at"],
        sqlite_where=sa.text("next_nudge_at IS NOT NULL"),
        postgresql_where=sa.text("next_nudge_at IS NOT NULL"),
    )
    op.create_table(
        "address",
        sa.Column("id", _AUTO_ID, nullable=False),
        sa.Column("supporter_id", _AUTO_ID, nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("external_id", sa.String(length=64), nullable=False),
        sa.Column("locale", sa.String(length=2), nullable=False),
        sa.Column("locale_chosen", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("time_zone", sa.String(length=64)),
        sa.Column("reachable", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("unreachable_since", sa.BigInteger()),
        sa.Column("wrote_at", sa.BigInteger()),
        sa.Column("gave_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["supporter_id"], ["supporter.id"], name=op.f("fk_address_supporter_id_supporter")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address")),
        sa.UniqueConstraint("platform", "external_id", name=op.f("uq_address_platform_external_id")),
    )
    op.create_index(op.f("ix_address_supporter_id"), "address", ["supporter_id"])
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", _AUTO_ID),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_audit_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_at"), "audit", ["at"])
    op.create_table(
        "blocked",
        sa.Column("supporter_id", _AUTO_ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", _AUTO_ID),
        sa.ForeignKeyConstraint(["by"], ["staff.id"], name=op.f("fk_blocked_by_staff")),
        sa.ForeignKeyConstraint(["supporter_id"], ["supporter.id"], name=op.f("fk_blocked_supporter_id_supporter")),
        sa.PrimaryKeyConstraint("supporter_id", name=op.f("pk_blocked")),
    )
    op.create_table(
        "broadcast",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("once_key", sa.String(length=80)),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("campaign_id", _AUTO_ID, nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("picture", sa.LargeBinary()),
        sa.Column("segment", sa.JSON(), nullable=False),
        sa.Column("quiet", sa.String(length=10), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("made_by", _AUTO_ID),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("approved_by", _AUTO_ID),
        sa.Column("starts_at", sa.BigInteger()),
        sa.Column("prepared_to", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("started_at", sa.BigInteger()),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("changed_at", sa.BigInteger()),
        sa.Column("why", sa.Text()),
        sa.ForeignKeyConstraint(["approved_by"], ["staff.id"], name=op.f("fk_broadcast_approved_by_staff")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_broadcast_campaign_id_campaign")),
        sa.ForeignKeyConstraint(["made_by"], ["staff.id"], name=op.f("fk_broadcast_made_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcast")),
        sa.UniqueConstraint("once_key", name=op.f("uq_broadcast_once_key")),
    )
    op.create_index(
        "ix_broadcast_alive",
        "broadcast",
        ["state"],
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "campaign_donor",
        sa.Column("campaign_id", _AUTO_ID, nullable=False),
        sa.Column("supporter_id", _AUTO_ID, nullable=False),
        sa.Column("gift_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_donor_campaign_id_campaign")),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporter.id"], name=op.f("fk_campaign_donor_supporter_id_supporter")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "supporter_id", name=op.f("pk_campaign_donor")),
    )
    op.create_index(op.f("ix_campaign_donor_supporter_id"), "campaign_donor", ["supporter_id"])
    op.create_table(
        "campaign_other",
        sa.Column("campaign_id", _AUTO_ID, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("raised_minor", sa.BigInteger(), nullable=False),
        sa.Column("gift_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_other_campaign_id_campaign")),
        sa.PrimaryKeyConstraint("campaign_id", "currency", name=op.f("pk_campaign_other")),
    )
    op.create_table(
        "campaign_picture",
        sa.Column("campaign_id", _AUTO_ID, nullable=False),
        sa.Column("image", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_picture_campaign_id_campaign")
        ),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_campaign_picture")),
    )
    op.create_table(
        "circle",
        sa.Column("supporter_id", _AUTO_ID, nullable=False),
        sa.Column("people_direct", sa.Integer(), server_default="0", nullable=False),
        sa.Column("people_below", sa.Integer(), server_default="0", nullable=False),
        sa.Column("donors_direct", sa.Integer(), server_default="0", nullable=False),
        sa.Column("donors_below", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["supporter_id"], ["supporter.id"], name=op.f("fk_circle_supporter_id_supporter")),
        sa.PrimaryKeyConstraint("supporter_id", name=op.f("pk_circle")),
    )
    op.create_table(
        "circle_money",
        sa.Column("supporter_id", _AUTO_ID, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("gifts_direct", sa.Integer(), server_default="0", nullable=False),
        sa.Column("gifts_below", sa.Integer(), server_default="0", nullable=False),
        sa.Column("minor_direct", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("minor_below", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporter.id"], name=op.f("fk_circle_money_supporter_id_supporter")
        ),
        sa.PrimaryKeyConstraint("supporter_id", "currency", name=op.f("pk_circle_money")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "decision",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("supporter_id", _AUTO_ID, nullable=False),
        sa.Column("campaign_id", _AUTO_ID, nullable=False),
        sa.Column("policy", sa.String(length=24), nullable=False),
        sa.Column("text", sa.BigInteger(), nullable=False),
        sa.Column("arm", sa.String(length=8), nullable=False),
        sa.Column("propensity", sa.Float(), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_decision_campaign_id_campaign")),
        sa.ForeignKeyConstraint(["supporter_id"], ["supporter.id"], name=op.f("fk_decision_supporter_id_supporter")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("supporter_id", "reason", name=op.f("uq_decision_supporter_id_reason")),
    )
    op.create_index("ix_decision_policy", "decision", ["policy", "due_at"])
    op.create_index("ix_decision_supporter_id_due_at", "decision", ["supporter_id", "due_at"])
    op.create_table(
        "draft",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("picture", sa.LargeBinary()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", _AUTO_ID),
        sa.ForeignKeyConstraint(["changed_by"], ["staff.id"], name=op.f("fk_draft_changed_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
    )
    op.create_table(
        "gift",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("campaign_id", _AUTO_ID, nullable=False),
        sa.Column("supporter_id", _AUTO_ID),
        sa.Column("touch_kind", sa.String(length=1), nullable=False),
        sa.Column("touch_id", sa.BigInteger(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("counted", sa.BigInteger(), nullable=False),
        sa.Column("receipt_url", sa.Text()),
        sa.Column("balance_transaction", sa.String(length=255)),
        sa.Column("claimed_at", sa.BigInteger()),
        sa.Column("disowned_at", sa.BigInteger()),
        sa.Column("payment_intent", sa.String(length=255)),
        sa.Column("invoice", sa.String(length=255)),
        sa.Column("pledge", sa.String(length=255)),
        sa.Column("session", sa.String(length=255)),
        sa.Column("charge", sa.String(length=255)),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("settled", sa.Integer(), nullable=False),
        sa.Column("paid_at", sa.BigInteger()),
        sa.Column("refunds", sa.JSON(), nullable=False),
        sa.Column("charge_refunded", sa.BigInteger(), nullable=False),
        sa.Column("disputes", sa.JSON(), nullable=False),
        sa.Column("fee", sa.BigInteger()),
        sa.Column("fee_currency", sa.String(length=3)),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_gift_campaign_id_campaign")),
        sa.ForeignKeyConstraint(["supporter_id"], ["supporter.id"], name=op.f("fk_gift_supporter_id_supporter")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gift")),
        sa.UniqueConstraint("charge", name=op.f("uq_gift_charge")),
        sa.UniqueConstraint("invoice", name=op.f("uq_gift_invoice")),
        sa.UniqueConstraint("payment_intent", name=op.f("uq_gift_payment_intent")),
        sa.UniqueConstraint("session", name=op.f("uq_gift_session")),
    )
    op.create_index(
        "ix_gift_fee_wanted",
        "gift",
        ["balance_transaction"],
        sqlite_where=sa.text("fee IS NULL"),
        postgresql_where=sa.text("fee IS NULL"),
    )
    op.create_index(op.f("ix_gift_pledge"), "gift", ["pledge"])
    op.create_index("ix_gift_supporter_id", "gift", ["supporter_id", "paid_at", "campaign_id", "counted"])
    op.create_index(
        "ix_gift_touch",
        "gift",
        ["touch_kind", "touch_id"],
        sqlite_where=sa.text("touch_kind IN ('b', 'n', 'i')"),
        postgresql_where=sa.text("touch_kind IN ('b', 'n', 'i')"),
    )
    op.create_table(
        "invite",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("supporter_id", _AUTO_ID, nullable=False),
        sa.Column("code", sa.String(length=16)),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.Text()),
        sa.Column("told_staff_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["supporter_id"], ["supporter.id"], name=op.f("fk_invite_supporter_id_supporter")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invite")),
        sa.UniqueConstraint("code", name=op.f("uq_invite_code")),
        sa.UniqueConstraint("supporter_id", name=op.f("uq_invite_supporter_id")),
    )
    op.create_table(
        "invite_place",
        sa.Column("place_id", _AUTO_ID, nullable=False),
        sa.Column("home", sa.String(length=64)),
        sa.Column("trouble", sa.String(length=8)),
        sa.Column("looked_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_invite_place_place_id_place")),
        sa.PrimaryKeyConstraint("place_id", name=op.f("pk_invite_place")),
    )
    op.create_table(
        "lineage",
        sa.Column("supporter_id", _AUTO_ID, nullable=False),
        sa.Column("parent_id", _AUTO_ID),
        sa.Column("ancestors", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["supporter.id"], name=op.f("fk_lineage_parent_id_supporter")),
        sa.ForeignKeyConstraint(["supporter_id"], ["supporter.id"], name=op.f("fk_lineage_supporter_id_supporter")),
        sa.PrimaryKeyConstraint("supporter_id", name=op.f("pk_lineage")),
    )
    op.create_index(
        "ix_lineage_parent_id",
        "lineage",
        ["parent_id"],
        sqlite_where=sa.text("parent_id IS NOT NULL"),
        postgresql_where=sa.text("parent_id IS NOT NULL"),
    )
    op.create_table(
        "link_code",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("supporter_id", _AUTO_ID, nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["supporter_id"], ["supporter.id"], name=op.f("fk_link_code_supporter_id_supporter")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_link_code")),
    )
    op.create_index(op.f("ix_link_code_supporter_id"), "link_code", ["supporter_id"])
    op.create_table(
        "link_guess",
        sa.Column("supporter_id", _AUTO_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["supporter_id"], ["supporter.id"], name=op.f("fk_link_guess_supporter_id_supporter")),
        sa.PrimaryKeyConstraint("supporter_id", name=op.f("pk_link_guess")),
    )
    op.create_table(
        "looked_back",
        sa.Column("supporter_id", _AUTO_ID, nullable=False),
        sa.Column("about", sa.String(length=300), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["supporter_id"], ["supporter.id"], name=op.f("fk_looked_back_supporter_id_supporter")),
        sa.PrimaryKeyConstraint("supporter_id", "about", name=op.f("pk_looked_back")),
    )
    op.create_table(
        "match_period",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("campaign_id", _AUTO_ID, nullable=False),
        sa.Column("sponsor", sa.JSON(), nullable=False),
        sa.Column("pool_minor", sa.BigInteger(), nullable=False),
        sa.Column("left_minor", sa.BigInteger(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_match_period_campaign_id_campaign")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_period")),
    )
    op.create_index(op.f("ix_match_period_campaign_id"), "match_period", ["campaign_id"])
    op.create_table(
        "milestone",
        sa.Column("campaign_id", _AUTO_ID, nullable=False),
        sa.Column("threshold_minor", sa.BigInteger(), nullable=False),
        sa.Column("crossed_at", sa.BigInteger()),
        sa.Column("announced_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_milestone_campaign_id_campaign")),
        sa.PrimaryKeyConstraint("campaign_id", "threshold_minor", name=op.f("pk_milestone")),
    )
    op.create_table(
        "name_hidden",
        sa.Column("supporter_id", _AUTO_ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", _AUTO_ID),
        sa.ForeignKeyConstraint(["by"], ["staff.id"], name=op.f("fk_name_hidden_by_staff")),
        sa.ForeignKeyConstraint(["supporter_id"], ["supporter.id"], name=op.f("fk_name_hidden_supporter_id_supporter")),
        sa.PrimaryKeyConstraint("supporter_id", name=op.f("pk_name_hidden")),
    )
    op.create_table(
        "notice_copy",
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("chat_id", sa.String(length=64), nullable=False),
        sa.Column("message_id", sa.String(length=64), nullable=False),
        sa.Column("notice_id", sa.BigInteger(), nullable=False),
        sa.Column("target", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_notice_copy_notice_id_notice")),
        sa.PrimaryKeyConstraint("platform", "chat_id", "message_id", name=op.f("pk_notice_copy")),
    )
    op.create_index(op.f("ix_notice_copy_notice_id"), "notice_copy", ["notice_id"])
    op.create_table(
        "nudge_policy",
        sa.Column("name", sa.String(length=24), nullable=False),
        sa.Column("on", sa.Boolean(), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("texts_at", sa.BigInteger(), nullable=False),
        sa.Column("held_out", sa.Float(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", _AUTO_ID),
        sa.ForeignKeyConstraint(["changed_by"], ["staff.id"], name=op.f("fk_nudge_policy_changed_by_staff")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_nudge_policy")),
    )
    op.create_table(
        "payment_link",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("campaign_id", _AUTO_ID, nullable=False),
        sa.Column("minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("params_hash", sa.String(length=64), nullable=False),
        sa.Column("stripe_id", sa.String(length=64), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("suggested", sa.Boolean(), nullable=False),
        sa.Column("monthly", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_payment_link_campaign_id_campaign")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_link")),
        sa.UniqueConstraint("stripe_id", name=op.f("uq_payment_link_stripe_id")),
    )
    op.create_index("ix_payment_link_warm", "payment_link", ["campaign_id", "minor", "currency"])
    op.create_table(
        "pledge",
        sa.Column("subscription", sa.String(length=255), nullable=False),
        sa.Column("campaign_id", _AUTO_ID),
        sa.Column("supporter_id", _AUTO_ID),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("said_at", sa.BigInteger()),
        sa.Column("minor", sa.BigInteger()),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_pledge_campaign_id_campaign")),
        sa.ForeignKeyConstraint(["supporter_id"], ["supporter.id"], name=op.f("fk_pledge_supporter_id_supporter")),
        sa.PrimaryKeyConstraint("subscription", name=op.f("pk_pledge")),
    )
    op.create_index("ix_pledge_campaign_id", "pledge", ["campaign_id"])
    op.create_index("ix_pledge_supporter_id", "pledge", ["supporter_id"])
    op.create_table(
        "posted_card",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("campaign_id", _AUTO_ID, nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("chat_id", sa.String(length=64), nullable=False),
        sa.Column("message_id", sa.String(length=64)),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("shown_version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("edited_at", sa.BigInteger()),
        sa.Column("gone_at", sa.BigInteger()),
        sa.Column("posted_at", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.BigInteger()),
        sa.Column("away_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_posted_card_campaign_id_campaign")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posted_card")),
    )
    op.create_index(op.f("ix_posted_card_campaign_id"), "posted_card", ["campaign_id"])
    op.create_table(
        "preference",
        sa.Column("supporter_id", _AUTO_ID, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["supporter_id"], ["supporter.id"], name=op.f("fk_preference_supporter_id_supporter")),
        sa.PrimaryKeyConstraint("supporter_id", "kind", name=op.f("pk_preference")),
    )
    op.create_table(
        "preference_change",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("supporter_id", _AUTO_ID, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporter.id"], name=op.f("fk_preference_change_supporter_id_supporter")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preference_change")),
    )
    op.create_index(op.f("ix_preference_change_supporter_id"), "preference_change", ["supporter_id"])
    op.create_table(
        "recognition",
        sa.Column("supporter_id", _AUTO_ID, nullable=False),
        sa.Column("people", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["supporter_id"], ["supporter.id"], name=op.f("fk_recognition_supporter_id_supporter")),
        sa.PrimaryKeyConstraint("supporter_id", "people", name=op.f("pk_recognition")),
    )
    op.create_table(
        "staff_code",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=8), nullable=False),
        sa.Column("purpose", sa.String(length=8), nullable=False),
        sa.Column("made_by", _AUTO_ID),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger()),
        sa.Column("used_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["made_by"], ["staff.id"], name=op.f("fk_staff_code_made_by_staff")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_staff_code")),
    )
    op.create_table(
        "switch",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("on", sa.Boolean(), nullable=False),
        sa.Column("value", sa.JSON()),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", _AUTO_ID),
        sa.ForeignKeyConstraint(["by"], ["staff.id"], name=op.f("fk_switch_by_staff")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_switch")),
    )
    op.create_table(
        "tap_count",
        sa.Column("campaign_id", _AUTO_ID, nullable=False),
        sa.Column("touch_kind", sa.String(length=1), nullable=False),
        sa.Column("touch_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("taps", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_tap_count_campaign_id_campaign")),
        sa.PrimaryKeyConstraint("campaign_id", "touch_kind", "touch_id", name=op.f("pk_tap_count")),
    )
    op.create_table(
        "to_repath",
        sa.Column("supporter_id", _AUTO_ID, nullable=False),
        sa.ForeignKeyConstraint(["supporter_id"], ["supporter.id"], name=op.f("fk_to_repath_supporter_id_supporter")),
        sa.PrimaryKeyConstraint("supporter_id", name=op.f("pk_to_repath")),
    )
    op.create_table(
        "broadcast_opt_out",
        sa.Column("broadcast_id", sa.BigInteger(), nullable=False),
        sa.Column("supporter_id", _AUTO_ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], ["broadcast.id"], name=op.f("fk_broadcast_opt_out_broadcast_id_broadcast")
        ),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporter.id"], name=op.f("fk_broadcast_opt_out_supporter_id_supporter")
        ),
        sa.PrimaryKeyConstraint("broadcast_id", "supporter_id", name=op.f("pk_broadcast_opt_out")),
    )
    op.create_table(
        "broadcast_post",
        sa.Column("broadcast_id", sa.BigInteger(), nullable=False),
        sa.Column("place_id", _AUTO_ID, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("chat_id", sa.String(length=64)),
        sa.Column("message_id", sa.String(length=64)),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("done_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], ["broadcast.id"], name=op.f("fk_broadcast_post_broadcast_id_broadcast")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_broadcast_post_place_id_place")),
        sa.PrimaryKeyConstraint("broadcast_id", "place_id", name=op.f("pk_broadcast_post")),
    )
    op.create_table(
        "broadcast_tap",
        sa.Column("broadcast_id", sa.BigInteger(), nullable=False),
        sa.Column("locale", sa.String(length=2), nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("part", sa.String(length=16), nullable=False),
        sa.Column("taps", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], ["broadcast.id"], name=op.f("fk_broadcast_tap_broadcast_id_broadcast")
        ),
        sa.PrimaryKeyConstraint("broadcast_id", "locale", "platform", "part", name=op.f("pk_broadcast_tap")),
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("address_id", _AUTO_ID, nullable=False),
        sa.Column("message", sa.String(length=40), nullable=False),
        sa.Column("args", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("claimed_at", sa.BigInteger()),
        sa.Column("done_at", sa.BigInteger()),
        sa.Column("error", sa.Text()),
        sa.ForeignKeyConstraint(["address_id"], ["address.id"], name=op.f("fk_delivery_address_id_address")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
    )
    op.create_index("ix_delivery_address_id", "delivery", ["address_id", "state"])
    op.create_index(
        "ix_delivery_due",
        "delivery",
        ["platform", "lane", "due_at"],
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "entry",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("gift_id", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.String(length=255), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["gift_id"], ["gift.id"], name=op.f("fk_entry_gift_id_gift")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
    )
    op.create_index(op.f("ix_entry_gift_id"), "entry", ["gift_id"])
    op.create_table(
        "error_case",
        sa.Column("id", _AUTO_ID, nullable=False),
        sa.Column("gift_id", sa.BigInteger(), nullable=False),
        sa.Column("supporter_id", _AUTO_ID),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger()),
        sa.Column("closed_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["gift_id"], ["gift.id"], name=op.f("fk_error_case_gift_id_gift")),
        sa.ForeignKeyConstraint(["supporter_id"], ["supporter.id"], name=op.f("fk_error_case_supporter_id_supporter")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_error_case")),
        sa.UniqueConstraint("gift_id", "kind", name=op.f("uq_error_case_gift_id_kind")),
    )
    op.create_table(
        "gift_match",
        sa.Column("gift_id", sa.BigInteger(), nullable=False),
        sa.Column("match_id", sa.BigInteger(), nullable=False),
        sa.Column("minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["gift_id"], ["gift.id"], name=op.f("fk_gift_match_gift_id_gift")),
        sa.ForeignKeyConstraint(["match_id"], ["match_period.id"], name=op.f("fk_gift_match_match_id_match_period")),
        sa.PrimaryKeyConstraint("gift_id", "match_id", name=op.f("pk_gift_match")),
    )
    op.create_table(
        "invite_count",
        sa.Column("invite_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["invite_id"], ["invite.id"], name=op.f("fk_invite_count_invite_id_invite")),
        sa.PrimaryKeyConstraint("invite_id", "day", "kind", "campaign_id", name=op.f("pk_invite_count")),
    )
    op.create_index("ix_invite_count_day", "invite_count", ["day"])
    op.create_table(
        "invite_link",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("invite_id", sa.BigInteger(), nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=128), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("uses", sa.Integer(), server_default="0", nullable=False),
        sa.Column("used_at", sa.BigInteger()),
        sa.Column("gone_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["invite_id"], ["invite.id"], name=op.f("fk_invite_link_invite_id_invite")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invite_link")),
        sa.UniqueConstraint("platform", "code", name=op.f("uq_invite_link_platform_code")),
    )
    op.create_index(op.f("ix_invite_link_invite_id"), "invite_link", ["invite_id"])
    op.create_index("ix_invite_link_place", "invite_link", ["platform", "place", "gone_at"])
    op.create_table(
        "nudge_end",
        sa.Column("decision_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_nudge_end_decision_id_decision")),
        sa.PrimaryKeyConstraint("decision_id", "kind", name=op.f("pk_nudge_end")),
    )
    op.create_table(
        "private_answer",
        sa.Column("address_id", _AUTO_ID, nullable=False),
        sa.Column("campaign_id", _AUTO_ID, nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["address_id"], ["address.id"], name=op.f("fk_private_answer_address_id_address")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_private_answer_campaign_id_campaign")),
        sa.PrimaryKeyConstraint("address_id", "campaign_id", name=op.f("pk_private_answer")),
    )
    op.create_table(
        "progress_message",
        sa.Column("broadcast_id", sa.BigInteger(), nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("chat_id", sa.String(length=64), nullable=False),
        sa.Column("message_id", sa.String(length=64)),
        sa.Column("target", sa.String(length=64), nullable=False),
        sa.Column("locale", sa.String(length=2), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("edited_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], ["broadcast.id"], name=op.f("fk_progress_message_broadcast_id_broadcast")
        ),
        sa.PrimaryKeyConstraint("broadcast_id", "platform", "chat_id", name=op.f("pk_progress_message")),
        sa.UniqueConstraint(
            "platform", "chat_id", "message_id", name=op.f("uq_progress_message_platform_chat_id_message_id")
        ),
    )
    op.create_table(
        "recipient",
        sa.Column("broadcast_id", sa.BigInteger(), nullable=False),
        sa.Column("supporter_id", _AUTO_ID, nullable=False),
        sa.Column("address_id", _AUTO_ID, nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("external_id", sa.String(length=64), nullable=False),
        sa.Column("locale", sa.String(length=2), nullable=False),
        sa.Column("asks", sa.Boolean(), nullable=False),
        sa.Column("silent", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("part", sa.String(length=16)),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("claimed_at", sa.BigInteger()),
        sa.Column("done_at", sa.BigInteger()),
        sa.Column("error", sa.Text()),
        sa.Column("chat_id", sa.String(length=64)),
        sa.Column("message_id", sa.String(length=64)),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["address_id"], ["address.id"], name=op.f("fk_recipient_address_id_address")),
        sa.ForeignKeyConstraint(["broadcast_id"], ["broadcast.id"], name=op.f("fk_recipient_broadcast_id_broadcast")),
        sa.ForeignKeyConstraint(["supporter_id"], ["supporter.id"], name=op.f("fk_recipient_supporter_id_supporter")),
        sa.PrimaryKeyConstraint("broadcast_id", "supporter_id", name=op.f("pk_recipient")),
    )
    op.create_index(
        "ix_recipient_asked",
        "recipient",
        ["supporter_id", "due_at"],
        sqlite_where=sa.text("asks"),
        postgresql_where=sa.text("asks"),
    )
    op.create_index("ix_recipient_due", "recipient", ["broadcast_id", "platform", "state", "due_at"])
    op.create_table(
        "referral",
        sa.Column("supporter_id", _AUTO_ID, nullable=False),
        sa.Column("inviter_id", _AUTO_ID),
        sa.Column("invite_id", sa.BigInteger()),
        sa.Column("how", sa.String(length=12), nullable=False),
        sa.Column("certain", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.BigInteger()),
        sa.Column("campaign_id", _AUTO_ID),
        sa.Column("candidates", sa.JSON(), nullable=False),
        sa.Column("told_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_referral_campaign_id_campaign")),
        sa.ForeignKeyConstraint(["invite_id"], ["invite.id"], name=op.f("fk_referral_invite_id_invite")),
        sa.ForeignKeyConstraint(["inviter_id"], ["supporter.id"], name=op.f("fk_referral_inviter_id_supporter")),
        sa.ForeignKeyConstraint(["supporter_id"], ["supporter.id"], name=op.f("fk_referral_supporter_id_supporter")),
        sa.PrimaryKeyConstraint("supporter_id", name=op.f("pk_referral")),
    )
    op.create_index(op.f("ix_referral_at"), "referral", ["at"])
    op.create_index(op.f("ix_referral_inviter_id"), "referral", ["inviter_id"])
    op.create_table(
        "refund_order",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("gift_id", sa.BigInteger(), nullable=False),
        sa.Column("minor", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("staff_id", _AUTO_ID),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_at", sa.BigInteger()),
        sa.Column("try_at", sa.BigInteger()),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("refund_id", sa.String(length=255)),
        sa.Column("refused", sa.Text()),
        sa.ForeignKeyConstraint(["gift_id"], ["gift.id"], name=op.f("fk_refund_order_gift_id_gift")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_refund_order_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund_order")),
    )
    op.create_index(op.f("ix_refund_order_gift_id"), "refund_order", ["gift_id"])
    op.create_index(
        "ix_refund_order_try_at",
        "refund_order",
        ["try_at"],
        sqlite_where=sa.text("try_at IS NOT NULL"),
        postgresql_where=sa.text("try_at IS NOT NULL"),
    )
    op.create_table(
        "share_prompt",
        sa.Column("supporter_id", _AUTO_ID, nullable=False),
        sa.Column("gift_id", sa.BigInteger(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["gift_id"], ["gift.id"], name=op.f("fk_share_prompt_gift_id_gift")),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporter.id"], name=op.f("fk_share_prompt_supporter_id_supporter")
        ),
        sa.PrimaryKeyConstraint("supporter_id", name=op.f("pk_share_prompt")),
    )
    op.create_index(op.f("ix_share_prompt_at"), "share_prompt", ["at"])
    op.create_table(
        "posting",
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_posting_entry_id_entry")),
        sa.PrimaryKeyConstraint("entry_id", "account", "currency", name=op.f("pk_posting")),
    )
    op.create_table(
        "relay",
        sa.Column("delivery_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_relay_delivery_id_delivery")),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_relay")),
    )
