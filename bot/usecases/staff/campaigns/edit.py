"""Handlers to create or change a campaign field by field; it is published once complete and Stripe has its links.

Buttons: `cd:new`, `cd:<draft>[:<section or field or action>]`; prompts: `cd:<draft>:<field>:<mark>`.
"""

import asyncio
import hashlib
import logging
from dataclasses import replace
from typing import Any

from bot.domain.campaign_input import FieldProblem, slug_of
from bot.domain.campaigns import Campaign, CampaignState
from bot.domain.ids import read_id
from bot.domain.people import Contact
from bot.domain.staff import Member
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.staff import drafts
from bot.store.staff.drafts import Draft, Stale
from bot.usecases.campaigns import publish
from bot.usecases.context import Context
from bot.usecases.core import staff_texts
from bot.usecases.core.audit import log_action
from bot.usecases.core.prompts import CANCEL, ask, clear
from bot.usecases.reply import Form, Reply
from bot.usecases.staff.campaigns import draft as draft_of
from bot.usecases.staff.campaigns import milestones, review
from bot.usecases.staff.campaigns.draft import FIELDS, TOGGLES, Field, fields_of, is_on
from content.campaign import Campaign as Authored
from content.cards import Tap, shorten
from content.messages import campaigns_edit as messages
from content.pictures.photos import NoPicture, take
from payments.money import usual_minimum
from payments.stripe import GatewayError

log = logging.getLogger(__name__)
_OTHERS = 8  # newest campaigns to choose from
_SECTIONS = ("fr", "en", "money", "rest", "monthly")


async def act(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Handle a button of a draft, which may be gone or changed by now."""
    await clear(ctx, person)
    name, _, choice = argument.partition(":")
    if name == "new":
        return await _overview(ctx, person, await draft_of.begin(ctx, person))
    draft = await _find(ctx, name)
    if draft is None:
        return Reply(card=messages.gone(ctx.catalog, person.locale, Tap(action="cl")), mode="edit")
    if choice in _SECTIONS:
        return _section(ctx, person, draft, choice)
    if choice in FIELDS:
        return await _ask(ctx, person, draft, FIELDS[choice])
    try:
        if choice.startswith(milestones.VERB):
            return await milestones.act(ctx, person, draft, choice)
        return await _act(ctx, person, draft, choice)
    except Stale:
        return await _stale(ctx, person, draft)


async def change(ctx: Context, person: Member, campaign: Campaign) -> Reply:
    """Start changing a published campaign, or continue a draft of it."""
    return await _overview(ctx, person, await draft_of.begin(ctx, person, campaign))


async def _act(ctx: Context, person: Member, draft: Draft, choice: str) -> Reply:
    match choice:
        case _ if choice.startswith("turn:") and choice[5:] in TOGGLES:
            fields, toggle = fields_of(draft), TOGGLES[choice[5:]]
            changed = await draft_of.save(ctx, person, draft, fields | {toggle.name: not is_on(fields, toggle)})
            return _section(ctx, person, changed, toggle.section)
        case _ if choice.startswith("goes"):
            return await _goes_to(ctx, person, draft, choice.partition(":")[2])
        case "picture":
            return replace(await _ask_picture(ctx, person, draft), mode="edit")
        case "publish":
            built = await _build(ctx, draft)
            if isinstance(built, FieldProblem):
                return await _overview(ctx, person, draft, built)
            return await review.review(ctx, person, draft, *built)
        case _ if choice.startswith("publish:"):
            if choice != f"publish:{draft.version}":
                raise Stale  # it is not the version that they reviewed
            return await _publish(ctx, person, draft)
        case "drop":
            yes, no = Tap(action=f"cd:{draft.id}:drop!"), Tap(action=f"cd:{draft.id}")
            return Reply(card=messages.confirm_discard(ctx.catalog, person.locale, yes, no), mode="edit")
        case "drop!":
            async with ctx.db.write() as conn:
                await drafts.drop(conn, draft.id)
                await log_action(ctx, conn, person, "campaign.draft_dropped", campaign=draft.body["slug"])
            return Reply(card=messages.gone(ctx.catalog, person.locale, Tap(action="cl")), mode="edit")
        case _:
            return await _overview(ctx, person, draft)


async def _goes_to(ctx: Context, person: Member, draft: Draft, slug: str) -> Reply:
    """Choose where monthly gifts go after the end: `goes` asks, `goes:<campaign>` and `goes:-` answer."""
    async with ctx.db.read() as conn:
        others = [c for c in await campaign_rows.all_campaigns(conn) if c.slug != draft.body["slug"]]
    if slug == "-" or slug in {c.slug for c in others}:
        fields = fields_of(draft) | {"monthly_goes_to": None if slug == "-" else slug}
        return _section(ctx, person, await draft_of.save(ctx, person, draft, fields), "monthly")
    options = [(c.authored, Tap(action=f"cd:{draft.id}:goes:{c.slug}")) for c in others[:_OTHERS]]
    none, back = Tap(action=f"cd:{draft.id}:goes:-"), Tap(action=f"cd:{draft.id}:monthly")
    return Reply(card=messages.goes_to(ctx.catalog, person.locale, options, none, back), mode="edit")


async def written(ctx: Context, contact: Contact, person: Member, argument: str, text: str) -> Reply:
    """Handle a value typed for a field; an invalid one is asked for again, with the problem and what they typed."""
    name, _, rest = argument.partition(":")
    field_name, _, mark = rest.partition(":")
    draft, field = await _find(ctx, name), FIELDS.get(field_name)
    if draft is None:
        await clear(ctx, person)
        return Reply(card=messages.gone(ctx.catalog, person.locale, Tap(action="cl")))
    if field_name.startswith(milestones.VERB):
        return await milestones.written(ctx, person, draft, rest, text)
    if field is None:  # a picture was asked for
        return Reply(card=messages.ask_picture(ctx.catalog, person.locale, CANCEL))
    fields = fields_of(draft)
    if mark and mark != draft_of.mark_of(fields, field):
        return await _ask(ctx, person, draft, field, FieldProblem("stale"), draft_of.as_typed(fields, field))
    if field.name == "currency" and draft.body["slug"] is not None:
        return await _overview(ctx, person, draft, FieldProblem("fixed"))
    value = draft_of.read_field(field, text, fields, ctx.clock())
    if not isinstance(value, FieldProblem) and field.most and (address := await staff_texts.foreign(ctx, [text])):
        value = FieldProblem("foreign", {"what": shorten(address, 40)})
    if isinstance(value, FieldProblem):
        return await _ask(ctx, person, draft, field, value, text)
    await clear(ctx, person)
    try:
        draft = await draft_of.save(ctx, person, draft, draft_of.with_value(fields, field, value))
    except Stale:
        return await _stale(ctx, person, draft)
    other = _other_language(field)
    if other is not None and not draft_of.value_of(fields_of(draft), other):
        return await _ask(ctx, person, draft, other)
    return replace(_section(ctx, person, draft, field.section), mode="new")


async def _ask_picture(
    ctx: Context, person: Member, draft: Draft, problem: messages.PictureProblem | None = None
) -> Reply:
    """Ask for a picture that replaces the current one."""
    async with ctx.db.read() as conn:
        mark = _picture_mark(await drafts.picture(conn, draft.id))
    card = messages.ask_picture(ctx.catalog, person.locale, CANCEL, problem)
    form = Form(answers=f"cd:{draft.id}:picture:{mark}", title=card.title[:45], label=card.title[:45])
    reply = await ask(ctx, person, Reply(card=card), form)
    return replace(reply, form=None)  # forms cannot take pictures, so it is sent as a message


def _picture_mark(png: bytes | None) -> str:
    return "" if png is None else hashlib.sha256(png).hexdigest()[:8]


async def pictured(ctx: Context, contact: Contact, person: Member, argument: str, image: bytes) -> Reply:
    """Handle a picture for the draft. It never silently replaces one that a colleague sent meanwhile."""
    name, _, rest = argument.partition(":")
    draft = await _find(ctx, name)
    if draft is None:
        await clear(ctx, person)
        return Reply(card=messages.gone(ctx.catalog, person.locale, Tap(action="cl")))
    try:
        png = await asyncio.to_thread(take, image)
    except NoPicture:
        return Reply(card=messages.ask_picture(ctx.catalog, person.locale, CANCEL, "none"))
    try:
        async with ctx.db.write() as conn:
            if _picture_mark(await drafts.picture(conn, draft.id)) != rest.partition(":")[2]:
                raise Stale
            draft = await drafts.save(conn, draft, draft.body, person.id, ctx.clock())
            await drafts.set_picture(conn, draft.id, png)
            await log_action(
                ctx, conn, person, "campaign.drafted", draft=draft.id, campaign=draft.body["slug"], picture=True
            )
    except Stale:
        return await _ask_picture(ctx, person, draft, "stale")
    await clear(ctx, person)
    return replace(await _overview(ctx, person, draft), mode="new")


async def _build(ctx: Context, draft: Draft) -> tuple[Authored, Campaign | None] | FieldProblem:
    """Return the campaign the draft becomes and the published one, or why it cannot be published."""
    fields = fields_of(draft)
    if draft_of.missing(fields):
        return FieldProblem("missing_fields")
    slug = draft.body["slug"] or await _free_slug(ctx, fields["name"]["fr"])
    before = await publish.find(ctx, slug)
    if not fields.get("minimum_minor"):
        least = usual_minimum(fields["currency"]).minor if before is None else before.authored.minimum_minor
        fields = fields | {"minimum_minor": least}
    built = draft_of.build(fields, slug)
    if isinstance(built, FieldProblem):
        return built
    if draft.body["slug"] is not None and before is not None and before.state is CampaignState.CLOSED:
        return FieldProblem("closed")
    return built, before


async def _publish(ctx: Context, person: Member, draft: Draft) -> Reply:
    result = await _build(ctx, draft)
    if isinstance(result, FieldProblem):
        return await _overview(ctx, person, draft, result)
    built, _ = result
    async with ctx.db.read() as conn:
        picture = await drafts.picture_of(conn, draft)
    if draft.body["slug"] is None:  # if Stripe fails, a retry continues with the same campaign
        fields = fields_of(draft) | {"minimum_minor": built.minimum_minor}
        draft = await draft_of.save(ctx, person, draft, fields, built.slug)
    try:
        campaign = await publish.publish(ctx, built, picture, person=person)
    except publish.LeadsElsewhere as error:
        return await _overview(ctx, person, draft, FieldProblem("foreign", {"what": shorten(error.what, 40)}))
    except publish.PaymentsPaused:
        return await _overview(ctx, person, draft, FieldProblem("payments_paused"))
    except publish.CannotPublish:
        return await _overview(ctx, person, draft, FieldProblem("over"))
    except GatewayError as error:
        log.warning("%s does not have all of its links: %s", built.slug, error)
        return await _overview(ctx, person, draft, FieldProblem("stripe"))
    async with ctx.db.write() as conn:
        await drafts.drop_if_unchanged(conn, draft)
    card = messages.published(
        ctx.catalog,
        person.locale,
        campaign=campaign.authored,
        see=Tap(action=f"cv:{campaign.id}"),
        places=Tap(action=f"pp:{campaign.id}"),
    )
    return Reply(card=card, mode="edit")


async def _free_slug(ctx: Context, name: str) -> str:
    wanted = slug_of(name)
    async with ctx.db.read() as conn:
        taken = {campaign.slug for campaign in await campaign_rows.all_campaigns(conn)}
    return next(s for s in (wanted, *(f"{wanted}-{n}" for n in range(2, 1000))) if s not in taken)


async def _stale(ctx: Context, person: Member, draft: Draft) -> Reply:
    current = await draft_of.find(ctx, draft.id)
    if current is None:
        return Reply(card=messages.gone(ctx.catalog, person.locale, Tap(action="cl")))
    return await _overview(ctx, person, current, FieldProblem("stale"))


# --- cards ------------------------------------------------------------------------------------------
async def _overview(ctx: Context, person: Member, draft: Draft, problem: FieldProblem | None = None) -> Reply:
    async with ctx.db.read() as conn:
        pictured = await drafts.picture(conn, draft.id) is not None
    fields = fields_of(draft)
    view = messages.DraftView(
        values=_values(fields),
        missing=draft_of.missing(fields),
        is_new=draft.body["slug"] is None,
        pictured=pictured,
        toggles=tuple((toggle.name, is_on(fields, toggle)) for toggle in TOGGLES.values()),
        sections=tuple((section, Tap(action=f"cd:{draft.id}:{section}")) for section in _SECTIONS),
        picture=Tap(action=f"cd:{draft.id}:picture"),
        publish=Tap(action=f"cd:{draft.id}:publish"),
        drop=Tap(action=f"cd:{draft.id}:drop"),
        problem=None if problem is None else messages.DraftProblem(problem.kind, problem.facts),
    )
    return Reply(card=messages.draft(ctx.catalog, person.locale, view), mode="edit")


def _section(ctx: Context, person: Member, draft: Draft, section: str) -> Reply:
    fields = fields_of(draft)
    names = [f.name for f in FIELDS.values() if f.section == section]
    if draft.body["slug"] is not None:
        names = [name for name in names if name != "currency"]  # a campaign's currency cannot change
    view = messages.SectionView(
        section=section,
        fields=tuple((name, Tap(action=f"cd:{draft.id}:{name}")) for name in names),
        values=_values(fields),
        toggles=tuple(
            (toggle.name, is_on(fields, toggle), Tap(action=f"cd:{draft.id}:turn:{toggle.name}"))
            for toggle in TOGGLES.values()
            if toggle.section == section
        ),
        goes_to=fields.get("monthly_goes_to"),
        goes=Tap(action=f"cd:{draft.id}:goes") if section == "monthly" else None,
        milestones=Tap(action=f"cd:{draft.id}:{milestones.VERB}")
        if section == "rest" and fields.get("milestones")
        else None,
        back=Tap(action=f"cd:{draft.id}"),
    )
    return Reply(card=messages.section(ctx.catalog, person.locale, view), mode="edit")


def _values(fields: dict[str, Any]) -> dict[str, str]:
    return {name: draft_of.as_typed(fields, field) for name, field in FIELDS.items()}


async def _ask(
    ctx: Context,
    person: Member,
    draft: Draft,
    field: Field,
    problem: FieldProblem | None = None,
    value: str | None = None,
) -> Reply:
    fields = fields_of(draft)
    trouble = None if problem is None else messages.DraftProblem(problem.kind, problem.facts)
    card, label = messages.ask(ctx.catalog, person.locale, field.name, trouble, CANCEL)
    form = Form(
        answers=f"cd:{draft.id}:{field.name}:{draft_of.mark_of(fields, field)}",
        title=label,
        label=label,
        value=draft_of.as_typed(fields, field) if value is None else value,
        long=field.most > 80,
    )
    return await ask(ctx, person, Reply(card=card, mode="new" if problem is not None else "edit"), form)


def _other_language(field: Field) -> Field | None:
    base, _, language = field.name.rpartition("_")
    return FIELDS.get(f"{base}_{'en' if language == 'fr' else 'fr'}") if base else None


async def _find(ctx: Context, draft_id: str) -> Draft | None:
    return await draft_of.find(ctx, read_id(draft_id) or 0)
