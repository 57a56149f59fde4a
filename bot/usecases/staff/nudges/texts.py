"""Preview a new reminder text; it is used only after its author confirms it within 15 minutes.

Buttons: `np:<policy>:<use|edit>:<draft>`.
"""

from dataclasses import dataclass

from bot.domain.ids import id_at, read_id
from bot.domain.nudges import PolicyName
from bot.domain.people import Locale
from bot.domain.staff import Member
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.staff import drafts
from bot.store.staff.drafts import Draft
from bot.usecases.context import Context
from bot.usecases.core.prompts import PROMPT_LIFETIME, clear
from bot.usecases.giving.campaign_cards import progress_of
from bot.usecases.reply import Reply
from content.cards import Card, Tap
from content.messages import nudges as donor_messages
from content.messages import nudges_staff as messages

_KIND = "nudge_text"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewText:
    """One language of the first or second text of a policy (`number` 0 or 1)."""

    policy: PolicyName
    number: int
    language: Locale
    words: str


async def preview(ctx: Context, person: Member, new: NewText) -> Reply:
    """Show what donors would read; nothing changes yet."""
    await clear(ctx, person)
    body = {"policy": new.policy.value, "number": new.number, "language": new.language, "words": new.words}
    draft = Draft(id=ctx.ids.new(), kind=_KIND, body=body, changed_by=person.id or None)
    async with ctx.db.write() as conn:
        await drafts.drop_older(conn, _KIND, _since(ctx))
        await drafts.add(conn, draft, ctx.clock())
    card = messages.new_text(
        ctx.catalog,
        person.locale,
        kind=new.policy.value,
        language=new.language,
        text=new.words,
        use=Tap(action=f"np:{new.policy.value}:use:{draft.id}"),
        edit=Tap(action=f"np:{new.policy.value}:edit:{draft.id}"),
        drop=Tap(action=f"np:{new.policy.value}"),
    )
    return Reply(card=card, previews=await _previews(ctx, new))


async def take(ctx: Context, person: Member, digits: str) -> NewText | None:
    """Return the text that this member previewed, once; None if it is too old or another member's."""
    async with ctx.db.write() as conn:
        previewed = await drafts.by_id(conn, read_id(digits) or 0)
        if previewed is None or previewed.changed_by != (person.id or None):
            return None
        draft = await drafts.take(conn, previewed.id, _KIND, since=_since(ctx))
    if draft is None:
        return None
    return NewText(
        policy=PolicyName(draft.body["policy"]),
        number=draft.body["number"],
        language=draft.body["language"],
        words=draft.body["words"],
    )


def _since(ctx: Context) -> int:
    return id_at(ctx.clock() - PROMPT_LIFETIME)


async def _previews(ctx: Context, new: NewText) -> tuple[Card, ...]:
    """Return the reminder for the newest campaign, without amounts; empty without an open campaign."""
    async with ctx.db.read() as conn:
        campaigns = await campaign_rows.open_campaigns(conn, ctx.clock())
    # The preview's own buttons only lead back; two of one action would make Discord refuse the message.
    to_policy, to_all = Tap(action=f"np:{new.policy.value}"), Tap(action="np:all")
    return tuple(
        donor_messages.nudge(
            ctx.catalog,
            new.language,
            donor_messages.NudgeView(
                kind=new.policy.value,
                charity=ctx.charity,
                campaign=campaign.authored,
                progress=progress_of(campaign),
                choices=(),
                not_now=to_policy,
                stop=to_all,
                text=new.words,
            ),
        )
        for campaign in campaigns[:1]
    )
