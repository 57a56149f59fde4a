"""Handlers for linking accounts: the code, the question to both accounts, and the result."""

from bot.domain.ids import read_id
from bot.domain.people import Supporter
from bot.store.core.outbox import Delivery
from bot.usecases.context import Context
from bot.usecases.core.send_errors import Obsolete
from bot.usecases.referrals import invite as own
from bot.usecases.reply import Reply
from bot.usecases.supporters import linking
from content.cards import Card, Tap
from content.messages import referrals as messages


async def link_accounts(ctx: Context, person: Supporter, code: str) -> Reply:
    """Handle `/link`: give a code or repeat a waiting question; with a code, redeem it."""
    if code.strip():
        redeemed = await linking.redeem(ctx, person, code.strip())
        if isinstance(redeemed, linking.Linked):
            return Reply(card=messages.link_result(ctx.catalog, person.locale, redeemed.value))
        return Reply(card=await _question_card(ctx, person, redeemed) or _nameless(ctx, person))
    question = await linking.waiting_question(ctx, person)
    if question is not None:
        return Reply(card=await _question_card(ctx, person, question) or _nameless(ctx, person))
    new_code, minutes = await linking.create_code(ctx, person), int(linking.GOOD_FOR.total_seconds()) // 60
    return Reply(card=messages.link_offer(ctx.catalog, person.locale, new_code, minutes))


async def on_answer(ctx: Context, person: Supporter, argument: str) -> Reply:
    """Handle `lk:<number>:<yes|no>`: whether two accounts belong to one person."""
    digits, _, choice = argument.partition(":")
    number = read_id(digits)
    if number is None or choice not in ("yes", "no"):
        outcome = linking.Linked.WRONG
    else:
        outcome = await linking.answer(ctx, person, number, yes=choice == "yes")
    return Reply(card=messages.link_result(ctx.catalog, person.locale, outcome.value), mode="edit")


async def _question_card(ctx: Context, person: Supporter, question: linking.Question) -> Card | None:
    """Return the question with the other account's current name, or None if its platform returns no name."""
    name = await own.name_now(ctx, question.other)
    if name is None:
        return None
    return messages.link_ask(
        ctx.catalog,
        person.locale,
        name=name,
        platform=question.other.platform,
        yes=Tap(action=f"lk:{question.code.id}:yes"),
        no=Tap(action=f"lk:{question.code.id}:no"),
    )


def _nameless(ctx: Context, person: Supporter) -> Card:
    return messages.link_result(ctx.catalog, person.locale, "nameless")


async def link_confirm_card(ctx: Context, delivery: Delivery, person: Supporter) -> Card:
    """Return the question to the account that got the code. Raises Obsolete once it is answered or expired."""
    question = await linking.question_by_id(ctx, int(delivery.args["link"]), person)
    if question is None:
        raise Obsolete("nobody waits for an answer any more")
    return await _question_card(ctx, person, question) or _nameless(ctx, person)


async def linked_card(ctx: Context, delivery: Delivery, person: Supporter) -> Card:
    """Return the message to the account that confirmed first, once the other one has too."""
    return messages.link_result(ctx.catalog, person.locale, "done")


async def link_refused_card(ctx: Context, delivery: Delivery, person: Supporter) -> Card:
    """Return the message to the account that confirmed first, if the other one declined."""
    return messages.link_result(ctx.catalog, person.locale, "refused_there")
