"""Handlers for a submitted broadcast: approve, pause, stop, correct, withdraw, and its progress and report.

Buttons: `bs:<id>[:<what>[:<reason>]]`; prompts: `bs:<id>:<language>:<mark>`, `bs:<id>:<what>`.
"""

from collections.abc import Mapping
from datetime import timedelta

from bot.domain.broadcasts import Broadcast, BroadcastState, due_at_approval
from bot.domain.ids import read_id
from bot.domain.people import Contact, Locale
from bot.domain.staff import Member, Role
from bot.store.broadcasts import broadcasts
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.core import switches
from bot.store.core.outbox import State
from bot.store.staff import staff
from bot.usecases.broadcasts import corrections, lifecycle
from bot.usecases.broadcasts.cards import own_previews
from bot.usecases.broadcasts.lifecycle import CampaignNotOpen, ForeignLink, NotPossible, OwnBroadcast
from bot.usecases.broadcasts.report import Progress, Share, progress, report
from bot.usecases.campaigns import milestones
from bot.usecases.context import Context
from bot.usecases.core import limits
from bot.usecases.core.prompts import ask, clear
from bot.usecases.reply import Form, Reply
from bot.usecases.staff.broadcasts import corrections as correction_handlers
from bot.usecases.staff.broadcasts.draft import mark_of
from content.broadcast import too_long_by
from content.cards import Card, Tap
from content.messages import broadcasts_draft as draft_messages
from content.messages import broadcasts_live as messages
from content.rich import BadMarkup, parse

_S = BroadcastState
OFFERS: Mapping[BroadcastState, tuple[str, ...]] = {
    _S.APPROVAL: ("look", "approve", "stop"),
    _S.COUNTDOWN: ("look", "stop", "see"),
    _S.HELD: ("look", "send", "stop"),
    _S.PREPARING: ("pause", "stop"),
    _S.RUNNING: ("pause", "stop", "fr", "en", "withdraw"),
    _S.PAUSED: ("resume", "stop", "fr", "en", "withdraw"),
    _S.STOPPED: ("fr", "en", "withdraw", "see"),
    _S.DONE: ("fr", "en", "withdraw", "see"),
    _S.WITHDRAWN: ("see",),
}
_REWORDED = ("look", "fr", "en", "approve", "stop")  # a milestone whose words nobody has approved yet
_MAX_REASON = 300  # characters
_ENDED = (_S.STOPPED, _S.DONE, _S.WITHDRAWN)


async def act(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Handle a button of a broadcast, whose state may have changed since."""
    await clear(ctx, person)
    name, _, choice = argument.partition(":")
    broadcast_id = read_id(name) or 0
    if choice == "look":
        return await _preview(ctx, person, broadcast_id)
    if not person.role.may(Role.EDITOR) or choice in ("", "see"):
        return await shown(ctx, person, broadcast_id)
    if choice in ("fr", "en"):
        return await _ask_correction(ctx, person, broadcast_id, "fr" if choice == "fr" else "en")
    verb, _, why = choice.partition(":")
    if verb in ("stop", "withdraw"):
        broadcast = await _find(ctx, broadcast_id)
        is_urgent = verb == "stop" and broadcast is not None and broadcast.state in (_S.APPROVAL, _S.COUNTDOWN, _S.HELD)
        if not is_urgent and why not in messages.REASONS:
            return await _ask_reason(ctx, person, broadcast_id, verb, in_words=why == "other")
    elif verb == "why" and why not in messages.REASONS:
        return await _ask_reason(ctx, person, broadcast_id, verb, in_words=True)
    return await _do_and_show(ctx, person, broadcast_id, verb, why)


async def _preview(ctx: Context, person: Member, broadcast_id: int) -> Reply:
    """Show the message as it will be sent, so that nobody approves or stops it unread."""
    reply = await shown(ctx, person, broadcast_id)
    broadcast = await _find(ctx, broadcast_id)
    if broadcast is None:
        return reply
    async with ctx.db.read() as conn:
        campaign = (await campaign_rows.by_ids(conn, [broadcast.campaign_id]))[broadcast.campaign_id]
        png = await broadcasts.picture(conn, broadcast_id)
    back = Tap(action=f"bs:{broadcast_id}")
    cards = await own_previews(ctx, person, broadcast.message, campaign, png=png, stop=back)
    return Reply(card=reply.card, previews=cards)


async def _do_and_show(ctx: Context, person: Member, broadcast_id: int, choice: str, why: str) -> Reply:
    """Carry out an action and show the resulting state."""
    try:
        await _do(ctx, person, broadcast_id, choice, why)
    except (CampaignNotOpen, ForeignLink):
        pass  # the card shows the problem and the remedies
    except NotPossible as error:
        own = isinstance(error, OwnBroadcast)
        return await shown(ctx, person, broadcast_id, messages.not_possible(ctx.catalog, person.locale, own))
    return await shown(ctx, person, broadcast_id)


async def _do(ctx: Context, person: Member, broadcast_id: int, choice: str, why: str) -> None:
    match choice:
        case "approve":
            await lifecycle.approve(ctx, person, broadcast_id)
        case "send":
            await lifecycle.send_held(ctx, person, broadcast_id)
        case "stop":
            await lifecycle.stop(ctx, person, broadcast_id, why)
        case "why":
            await lifecycle.give_reason(ctx, person, broadcast_id, why)
        case "pause":
            await lifecycle.pause(ctx, broadcast_id, actor=person)
        case "resume":
            await lifecycle.resume(ctx, person, broadcast_id)
        case "news":
            await lifecycle.resume_without_amounts(ctx, person, broadcast_id)
        case "withdraw":
            await lifecycle.withdraw(ctx, person, broadcast_id, why)


async def _ask_reason(ctx: Context, person: Member, broadcast_id: int, choice: str, *, in_words: bool) -> Reply:
    """Ask for the reason before stopping or withdrawing: by one tap, or (`in_words`) in their own words."""
    back, form_answers = Tap(action=f"bs:{broadcast_id}"), f"bs:{broadcast_id}:{choice}"
    if not in_words:
        taps = [(reason, Tap(action=f"{form_answers}:{reason}")) for reason in (*messages.REASONS, "other")]
        return Reply(card=messages.confirm_action(ctx.catalog, person.locale, choice, taps, back), mode="edit")
    asked = messages.ask_reason(ctx.catalog, person.locale, choice, back)
    return await ask(
        ctx, person, Reply(card=asked.card), Form(answers=form_answers, title=asked.title, label=asked.label)
    )


# --- corrections ------------------------------------------------------------------------------------
async def _ask_correction(
    ctx: Context, person: Member, broadcast_id: int, language: Locale, problem: str = "", value: str | None = None
) -> Reply:
    broadcast = await _find(ctx, broadcast_id)
    if broadcast is None:
        return await shown(ctx, person, broadcast_id)
    stored, cancel = broadcast.message.texts.get(language, ""), Tap(action=f"bs:{broadcast_id}")
    present = stored or await _written_by_us(ctx, broadcast, language)
    unsent = lifecycle.may_be_reworded(broadcast)
    asked = messages.ask_correction(ctx.catalog, person.locale, language, cancel, problem, present, unsent=unsent)
    form = Form(
        answers=f"bs:{broadcast_id}:{language}:{mark_of(stored)}",
        title=asked.title,
        label=asked.label,
        value=present if value is None else value,
        long=True,
    )
    return await ask(ctx, person, Reply(card=asked.card), form)


async def _written_by_us(ctx: Context, broadcast: Broadcast, language: Locale) -> str:
    """Return the words of a milestone as they would be sent now; empty for anything else."""
    if broadcast.message.template != "milestone" or broadcast.message.threshold_minor is None:
        return ""
    async with ctx.db.read() as conn:
        campaign = (await campaign_rows.by_ids(conn, [broadcast.campaign_id]))[broadcast.campaign_id]
    return milestones.texts(ctx, campaign, broadcast.message.threshold_minor)[language]


async def written(ctx: Context, contact: Contact, person: Member, prompt: str, text: str) -> Reply:
    """Handle a corrected text or a reason."""
    name, _, rest = prompt.partition(":")
    broadcast_id = read_id(name) or 0
    if rest in ("stop", "withdraw", "why"):
        await clear(ctx, person)
        reply = await _do_and_show(ctx, person, broadcast_id, rest, " ".join(text.split())[:_MAX_REASON])
        return Reply(card=reply.card)
    asked, _, mark = rest.partition(":")
    language: Locale = "en" if asked == "en" else "fr"
    broadcast = await _find(ctx, broadcast_id)
    if broadcast is None:
        return await shown(ctx, person, broadcast_id)
    is_stale = mark != mark_of(broadcast.message.texts.get(language, ""))
    problem = messages.corrected_meanwhile(ctx.catalog, person.locale) if is_stale else ""
    if problem := problem or await _problem(ctx, person, text.strip()):
        return await _ask_correction(ctx, person, broadcast_id, language, problem, text)
    await clear(ctx, person)
    if lifecycle.may_be_reworded(broadcast):
        return await _reword(ctx, person, broadcast_id, language, text.strip())
    try:
        proposal = await corrections.propose(ctx, person, broadcast_id, language, text.strip())
    except NotPossible:
        refusal = messages.not_possible(ctx.catalog, person.locale)
        return Reply(card=(await shown(ctx, person, broadcast_id, refusal)).card)
    return await correction_handlers.show(ctx, person, proposal)


async def _reword(ctx: Context, person: Member, broadcast_id: int, language: Locale, text: str) -> Reply:
    """Change the words before approval, and show what would be sent."""
    try:
        await lifecycle.reword(ctx, person, broadcast_id, language, text)
    except NotPossible:
        refusal = messages.not_possible(ctx.catalog, person.locale)
        return Reply(card=(await shown(ctx, person, broadcast_id, refusal)).card)
    return await _preview(ctx, person, broadcast_id)


async def _problem(ctx: Context, person: Member, text: str) -> str:
    if not text:
        return draft_messages.refusal(ctx.catalog, person.locale, "empty")
    if over := too_long_by(text):
        return draft_messages.too_long(ctx.catalog, person.locale, over)
    try:
        parse(text, await limits.domains(ctx))
    except BadMarkup as error:
        return draft_messages.bad_markup(ctx.catalog, person.locale, error)
    return ""


# --- cards ------------------------------------------------------------------------------------------
async def _find(ctx: Context, broadcast_id: int) -> Broadcast | None:
    async with ctx.db.read() as conn:
        return await broadcasts.get(conn, broadcast_id)


async def shown(ctx: Context, person: Member, broadcast_id: int, problem: str = "") -> Reply:
    """Show the current state in place of the tapped card."""
    broadcast = await _find(ctx, broadcast_id)
    if broadcast is None:
        return Reply(card=draft_messages.dropped(ctx.catalog, person.locale), mode="edit")
    card = await card_of(ctx, broadcast, person.locale, may_act=person.role.may(Role.EDITOR), problem=problem)
    return Reply(card=card, mode="edit")


async def card_of(
    ctx: Context, broadcast: Broadcast, locale: Locale, *, may_act: bool = True, problem: str = ""
) -> Card:
    """Return the countdown, progress or report, depending on the state."""
    current = await progress(ctx, broadcast)
    view = await _view(ctx, broadcast, current, locale, may_act=may_act, problem=problem)
    if broadcast.state not in _ENDED or not current.audience:
        return messages.live(ctx.catalog, locale, view)
    results = await report(ctx, broadcast)
    return messages.report(
        ctx.catalog,
        locale,
        messages.ReportView(
            live=view,
            unsubscribed=results.unsubscribed,
            taps=results.taps,
            gifts=results.gifts,
            money=results.money,
            shares={
                "language": _shares(results.languages),
                "platform": _shares(results.platforms),
                "part": _shares(results.parts),
            },
        ),
    )


def _shares(shares: Mapping[str, Share]) -> list[messages.ShareView]:
    return [
        messages.ShareView(
            of=value,
            sent=share.sent,
            unreachable=share.unreachable,
            unsubscribed=share.unsubscribed,
            taps=share.taps or 0,
            gifts=share.gifts,
            money=share.money,
        )
        for value, share in shares.items()
    ]


async def _view(
    ctx: Context, broadcast: Broadcast, current: Progress, locale: Locale, *, may_act: bool, problem: str
) -> messages.LiveView:
    async with ctx.db.read() as conn:
        campaign = (await campaign_rows.by_ids(conn, [broadcast.campaign_id]))[broadcast.campaign_id]
        made_by = broadcast.made_by
        author = (await staff.by_ids(conn, [made_by])).get(made_by) if made_by is not None else None
        frozen = broadcast.state not in _ENDED and await switches.is_frozen(conn)
    in_vain = broadcast.state not in _ENDED and broadcast.message.amounts and not campaign.is_open(ctx.clock())
    leaves, was_due = broadcast.starts_at, None
    if broadcast.state is _S.APPROVAL:
        leaves, was_due = due_at_approval(broadcast, ctx.clock())
    elif broadcast.state is _S.HELD:
        leaves, was_due = None, broadcast.starts_at
    people, places = current.people, current.places
    waiting = (State.WAITING, State.SENDING)
    return messages.LiveView(
        campaign=campaign.authored.name.get(locale),
        state=broadcast.state.value,
        why=broadcast.why or "",
        by="" if author is None else author.label,
        leaves=leaves,
        was_due=was_due,
        zone=ctx.zone,
        total=sum(people.values()),
        left=sum(people.get(state, 0) for state in waiting),
        sent=people.get(State.SENT, 0),
        unreachable=people.get(State.UNREACHABLE, 0),
        failed=people.get(State.FAILED, 0),
        in_doubt=people.get(State.IN_DOUBT, 0),
        opted_out=people.get(State.OPTED_OUT, 0),
        places=sum(places.values()),
        places_sent=places.get(State.SENT, 0),
        per_second=current.per_second,
        takes=current.time_left or timedelta(),
        frozen=frozen,
        in_vain=in_vain,
        problem=problem,
        act=f"bs:{broadcast.id}:",
        offers=_offers(broadcast, in_vain) if may_act else (),
    )


def _offers(broadcast: Broadcast, in_vain: bool) -> tuple[str, ...]:
    """Return the actions on offer; nothing can be corrected if nothing was sent.

    `in_vain`: it asks for a campaign that is not open, so it can only continue without amounts.
    """
    if broadcast.state is _S.STOPPED and broadcast.started_at is None:
        return () if broadcast.why else tuple(f"why:{reason}" for reason in (*messages.REASONS, "other"))
    if lifecycle.may_be_reworded(broadcast):
        return _REWORDED
    return tuple("news" if in_vain and choice == "resume" else choice for choice in OFFERS[broadcast.state])
