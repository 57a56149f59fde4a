"""Linking in chat: a code for the other account, the question to both, and what each then reads."""

from bot.domain.ids import read_id
from bot.domain.people import Contact, Supporter
from bot.store.core.outbox import Delivery
from bot.usecases.context import Context
from bot.usecases.core.join import who
from bot.usecases.core.send_errors import Obsolete
from bot.usecases.referrals import invite as own
from bot.usecases.reply import Reply
from bot.usecases.supporters import linking
from content.cards import Card, Tap
from content.messages import referrals as words


async def link_accounts(ctx: Context, contact: Contact, code: str) -> Reply:
    """`/link`: a code for the other account, or the question that waits; with a code, that of the other account."""
    person = await who(ctx, contact)
    if code.strip():
        found = await linking.redeem(ctx, contact, code.strip())
        if isinstance(found, linking.Linked):
            return Reply(card=words.link_result(ctx.catalog, person.locale, found.value))
        return Reply(card=await _same_person(ctx, person, found) or _nameless(ctx, person))
    waits = await linking.waiting_question(ctx, contact)
    if waits is not None:
        return Reply(card=await _same_person(ctx, person, waits) or _nameless(ctx, person))
    offered, minutes = await linking.create_code(ctx, contact), int(linking.GOOD_FOR.total_seconds()) // 60
    return Reply(card=words.link_offer(ctx.catalog, person.locale, offered, minutes))


async def on_answer(ctx: Context, contact: Contact, argument: str) -> Reply:
    """`lk:<number>:<yes|no>`: whether two accounts are one person's."""
    person = await who(ctx, contact)
    digits, _, said = argument.partition(":")
    number = read_id(digits)
    if number is None or said not in ("yes", "no"):
        outcome = linking.Linked.WRONG
    else:
        outcome = await linking.answer(ctx, contact, number, yes=said == "yes")
    return Reply(card=words.link_result(ctx.catalog, person.locale, outcome.value), mode="edit")


async def _same_person(ctx: Context, person: Supporter, question: linking.Question) -> Card | None:
    """The question, with the other account's name as its platform tells it now; None where it tells none."""
    name = await own.name_now(ctx, question.other)
    if name is None:
        return None
    return words.link_ask(
        ctx.catalog,
        person.locale,
        name=name,
        platform=question.other.platform,
        yes=Tap(action=f"lk:{question.code.id}:yes"),
        no=Tap(action=f"lk:{question.code.id}:no"),
    )


def _nameless(ctx: Context, person: Supporter) -> Card:
    return words.link_result(ctx.catalog, person.locale, "nameless")


async def link_confirm_card(ctx: Context, delivery: Delivery, person: Supporter) -> Card:
    """The question to the account that was given the code. Raises OutOfDate once it is answered or too old."""
    question = await linking.question_by_id(ctx, int(delivery.args["link"]), person)
    if question is None:
        raise Obsolete("nobody waits for an answer any more")
    return await _same_person(ctx, person, question) or _nameless(ctx, person)


async def linked_card(ctx: Context, delivery: Delivery, person: Supporter) -> Card:
    """What the account that said yes first reads once the other one has."""
    return words.link_result(ctx.catalog, person.locale, "done")


async def link_refused_card(ctx: Context, delivery: Delivery, person: Supporter) -> Card:
    """What it reads where the other one said no."""
    return words.link_result(ctx.catalog, person.locale, "refused_there")
