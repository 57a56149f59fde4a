"""Handlers for reminders: switch policies, change settings and texts, preview, report, and hold all."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.domain.holdout import LARGE, USUAL
from bot.domain.lift import Lift
from bot.domain.nudges import PolicyName, PolicySettings
from bot.domain.people import Contact, Locale
from bot.domain.staff import Member, Role
from bot.store.core import switches
from bot.store.nudges import nudges as rows
from bot.store.staff import staff
from bot.usecases.context import Context
from bot.usecases.core import staff_texts
from bot.usecases.core.audit import log_action
from bot.usecases.core.prompts import ask
from bot.usecases.nudges import offer_test, plan, report
from bot.usecases.nudges.offer_test import OfferReport
from bot.usecases.nudges.policies import PolicyState, as_row, policy_states
from bot.usecases.nudges.report import PolicyReport
from bot.usecases.reply import Form, Reply
from bot.usecases.staff.nudges import texts as nudge_texts
from bot.usecases.staff.nudges.texts import NewText
from content.cards import Card
from content.messages import nudges_staff as messages
from content.messages.nudges import NudgeKind
from payments.money import Money

MAX_TEXT = 600  # characters of a reminder: one message on a phone
_LOOK_AHEAD = timedelta(days=3)
_TEXT = re.compile(r"text([01])(fr|en)")
_NEW_TEXT = re.compile(r"(use|edit):(\d{1,19})")


async def by_command(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Handle `/rappels` and `/nudges [report|preview]`."""
    word = argument.lower()
    if word in ("report", "bilan", "rapport"):
        return await _report(ctx, person)
    if word in ("preview", "suite", "apercu"):
        return await _preview(ctx, person)
    return await _all(ctx, person)


async def read(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Handle `np:<policy or all|report|preview|hold|release>[:<what>]`."""
    name, _, choice = argument.partition(":")
    if name in ("hold", "release") and person.role.may(Role.EDITOR):
        return await _hold(ctx, person, name == "hold")
    if name == "report":
        return await _report(ctx, person)
    if name == "preview":
        return await _preview(ctx, person)
    if name not in {policy.value for policy in PolicyName} or not person.role.may(Role.EDITOR):
        return await _all(ctx, person)
    return await _policy(ctx, person, PolicyName(name), choice)


async def _all(ctx: Context, person: Member) -> Reply:
    async with ctx.db.read() as conn:
        policies = await policy_states(conn)
        is_held = await switches.is_on(conn, plan.HELD)
    views, may_edit = [_view(policy) for policy in policies.values()], person.role.may(Role.EDITOR)
    card = messages.policies(ctx.catalog, person.locale, views, held=is_held, may_edit=may_edit)
    return Reply(card=card, mode="edit")


def _view(policy: PolicyState) -> messages.PolicyView:
    numbers = policy.numbers
    return messages.PolicyView(
        kind=policy.name.value,
        wanted=policy.wanted,
        on=policy.on,
        numbers_fit=not numbers.invalid_fields(),
        from_days=numbers.after_days,
        to_days=numbers.until_days,
        rhythm=numbers.rhythm,
        percent=numbers.above_percent,
        held_out=policy.held_out_in_all,
        texts=policy.texts,
    )


# --- changing a policy ----------------------------------------------------------------------------
async def _policy(ctx: Context, person: Member, name: PolicyName, choice: str) -> Reply:
    async with ctx.db.read() as conn:
        policy = (await policy_states(conn))[name]
    if match := _TEXT.fullmatch(choice):
        return await _ask_text(ctx, person, policy, int(match[1]), "fr" if match[2] == "fr" else "en")
    if match := _NEW_TEXT.fullmatch(choice):
        return await _on_new_text(ctx, person, policy, match[1], match[2])
    if choice == "numbers" and name not in (PolicyName.LAST_DAY, PolicyName.MATCH_OPEN):
        return await _ask_numbers(ctx, person, name)
    changed = _changed(policy, choice)
    if changed is not None:
        await _save(ctx, person, changed, choice)
    card = messages.policy(ctx.catalog, person.locale, _view(changed or policy), saved=changed is not None)
    return Reply(card=card, mode="edit")


def _changed(policy: PolicyState, choice: str) -> PolicyState | None:
    """Return the policy after a tap, or None if the tap changes nothing."""
    match choice:
        case "on" | "off":
            return replace(policy, wanted=choice == "on")
        case "share":
            return replace(policy, held_out=USUAL if policy.held_out > USUAL else LARGE)
        case "own":
            return replace(policy, texts=())
        case _:
            return None


async def _save(ctx: Context, person: Member, policy: PolicyState, choice: str) -> None:
    async with ctx.db.write() as conn:
        await rows.set_policy(conn, as_row(policy), person.id, ctx.clock())
        await staff.clear_prompt(conn, person.id)
        await log_action(ctx, conn, person, "nudges.changed", policy=policy.name.value, what=choice)


async def _ask_text(
    ctx: Context, person: Member, policy: PolicyState, number: int, language: Locale, value: str | None = None
) -> Reply:
    problem = await staff_texts.refusal(ctx, person.locale, value or "")
    card, label = messages.ask_text(ctx.catalog, person.locale, language, problem=problem)
    if value is None:
        value = policy.texts[number].get(language, "") if number < len(policy.texts) else ""
    form = Form(
        answers=f"np:{policy.name.value}:text{number}{language}",
        title=card.title,
        label=label,
        value=value,
        long=True,
    )
    return await ask(ctx, person, Reply(card=card), form)


async def _ask_numbers(ctx: Context, person: Member, name: PolicyName, *, again: bool = False) -> Reply:
    card, label = messages.ask_numbers(ctx.catalog, person.locale, name.value, again=again)
    form = Form(answers=f"np:{name.value}:numbers", title=card.title, label=label)
    return await ask(ctx, person, Reply(card=card), form)


async def written(ctx: Context, contact: Contact, person: Member, argument: str, text: str) -> Reply:
    """Handle a prompt's answer: a text in one language, or a policy's numbers."""
    name, _, prompt = argument.partition(":")
    if name not in {policy.value for policy in PolicyName}:
        return await _all(ctx, person)
    async with ctx.db.read() as conn:
        policy = (await policy_states(conn))[PolicyName(name)]
    if match := _TEXT.fullmatch(prompt):
        return await _text_written(ctx, person, policy, int(match[1]), "fr" if match[2] == "fr" else "en", text)
    numbers = _numbers(policy, text)
    if numbers is None or numbers.invalid_fields():
        return await _ask_numbers(ctx, person, policy.name, again=True)
    return await _saved(ctx, person, replace(policy, numbers=numbers), "numbers")


async def _text_written(
    ctx: Context, person: Member, policy: PolicyState, number: int, language: Locale, text: str
) -> Reply:
    text = text.strip()
    problem = await staff_texts.refusal(ctx, person.locale, text)
    if problem or not text or len(text) > MAX_TEXT:
        over = max(0, len(text) - MAX_TEXT)
        card, label = messages.ask_text(ctx.catalog, person.locale, language, over=over, problem=problem)
        answers = f"np:{policy.name.value}:text{number}{language}"
        form = Form(answers=answers, title=card.title, label=label, value=text[:MAX_TEXT], long=True)
        return await ask(ctx, person, Reply(card=card), form)
    new = NewText(policy=policy.name, number=number, language=language, words=text)
    return await nudge_texts.preview(ctx, person, new)


async def _on_new_text(ctx: Context, person: Member, policy: PolicyState, verb: str, digits: str) -> Reply:
    """Handle `use` (adopt the previewed text) and `edit`."""
    new = await nudge_texts.take(ctx, person, digits)
    if new is None or new.policy is not policy.name:
        return Reply(card=messages.new_text_gone(ctx.catalog, person.locale, policy.name.value), mode="edit")
    # The allowed sites may have changed since the preview.
    if verb == "edit" or await staff_texts.refusal(ctx, person.locale, new.words):
        return await _ask_text(ctx, person, policy, new.number, new.language, value=new.words)
    texts = [dict(text) for text in policy.texts] + [{}] * (new.number + 1 - len(policy.texts))
    texts[new.number] = {**texts[new.number], new.language: new.words}
    choice = f"text{new.number + 1}.{new.language}"
    return await _saved(ctx, person, replace(policy, texts=tuple(texts[:2])), choice)


async def _saved(ctx: Context, person: Member, policy: PolicyState, choice: str) -> Reply:
    await _save(ctx, person, policy, choice)
    return Reply(card=messages.policy(ctx.catalog, person.locale, _view(policy), saved=True))


def _numbers(policy: PolicyState, text: str) -> PolicySettings | None:
    """Return the settings with the typed numbers, or None if they do not fit the policy."""
    typed = [float(n.replace(",", ".")) for n in re.findall(r"\d+(?:[.,]\d+)?", text)]
    match policy.name, typed:
        case PolicyName.SECOND_GIFT, [first, last]:
            return replace(policy.numbers, after_days=int(first), until_days=int(last))
        case PolicyName.LAPSING, [rhythm]:
            return replace(policy.numbers, rhythm=rhythm)
        case PolicyName.NEARLY_THERE, [percent]:
            return replace(policy.numbers, above_percent=int(percent))
        case _:
            return None


async def _hold(ctx: Context, person: Member, hold: bool) -> Reply:
    """Hold or release all reminders; after a release, each is decided again."""
    switch = switches.Switch(name=plan.HELD, on=hold, at=ctx.clock(), by=person.id)
    async with ctx.db.write() as conn:
        await switches.set_switch(conn, switch)
        await log_action(ctx, conn, person, "nudges.held" if hold else "nudges.released")
    return await _all(ctx, person)


# --- preview and report ---------------------------------------------------------------------------
async def _preview(ctx: Context, person: Member) -> Reply:
    zone = ZoneInfo(ctx.zone)
    counted = Counter((at.astimezone(zone).date(), policy) for at, policy in await plan.upcoming(ctx, _LOOK_AHEAD))
    due = [(day, _kind(policy), people) for (day, policy), people in sorted(counted.items())]
    return Reply(card=messages.preview(ctx.catalog, person.locale, due), mode="edit")


def _kind(policy: PolicyName) -> NudgeKind:
    return policy.value


async def _report(ctx: Context, person: Member) -> Reply:
    card = report_card(ctx, person.locale, await report.report(ctx), await offer_test.report(ctx))
    return Reply(card=card, mode="edit")


def report_card(ctx: Context, locale: Locale, reports: Sequence[PolicyReport], offer: OfferReport | None) -> Card:
    """Return in plain words whether reminders and the monthly offer work, for the chat and for `obole nudge report`."""
    views = [_report_view(r) for r in reports if r.has_data]
    return messages.report(ctx.catalog, locale, views, _offer_view(offer) if offer is not None else None)


def _offer_view(result: OfferReport) -> messages.OfferView:
    lift = result.lift
    return messages.OfferView(
        asked=lift.sent.assigned,
        asked_began=lift.sent.gave,
        left_out=lift.held_out.assigned,
        left_out_began=lift.held_out.gave,
        days=offer_test.WINDOW.days,
        useful=result.useful,
        percent=result.percent,
        lift=_lift_view(lift),
    )


def _report_view(result: PolicyReport) -> messages.ReportView:
    soon, later = result.windows
    money = [
        (Money(round(m.lift), code), Money(round(m.low), code), Money(round(m.high), code), Money(m.cap, code))
        for code, m in soon.money.items()
        if m.is_bounded
    ]
    return messages.ReportView(
        kind=result.policy.name.value,
        sent=soon.lift.sent.assigned,
        sent_gave=soon.lift.sent.gave,
        held=soon.lift.held_out.assigned,
        held_gave=soon.lift.held_out.gave,
        days=soon.days,
        useful=result.useful,
        soon=_lift_view(soon.lift),
        later_days=later.days,
        later=_lift_view(later.lift),
        texts=_lift_view(result.texts) if result.texts is not None else None,
        money=money,
        ends=result.ends,
        credited=[(gifts, Money(minor, code)) for code, gifts, minor in result.credited],
    )


def _lift_view(lift: Lift) -> messages.LiftView:
    return messages.LiftView(
        people=lift.sent.assigned + lift.held_out.assigned,
        lift=lift.lift * 100,
        low=lift.low * 100,
        high=lift.high * 100,
        smallest=lift.smallest * 100,
        base=lift.held_out.rate * 100,
        is_bounded=lift.is_bounded,
    )
