"""The scenario: two platforms, two languages, and what can go wrong with a payment. `SCENARIO` lists the steps."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.demo import offline_steps, returning_steps, sharing_steps, treasurer_steps, trouble_steps
from bot.demo.environment import Environment
from bot.demo.narration import Step
from bot.demo.people import NEIGHBOURS
from bot.demo.scenario_state import NBSP, ScenarioState, button, check_counters, event, last_card, link, plain
from bot.usecases.money import reconcile, verify
from bot.usecases.reports import figures as report

_CARDS_WITHIN = 12.0  # seconds until posted cards show a new total; they are edited at most every 5


async def _cards_posted(env: Environment, state: ScenarioState, step: Step) -> None:
    on_telegram = env.telegram.view(env.channel)[-1]
    on_discord = last_card(env, "alex")
    step.quote(on_telegram["text"])
    step.quote(on_discord["text"])
    step.holds("the card is in the Telegram channel, in French", "350 $ sur 600 $" in plain(on_telegram["text"]))
    step.holds("and in the Discord channel, in English", "$350 of $600" in on_discord["text"])
    step.holds("each with its picture", on_telegram["photo"] and on_discord["embeds"][0]["image"])
    await check_counters(env, state, step)


async def _camille_taps(env: Environment, state: ScenarioState, step: Step) -> None:
    camille = env.people["camille"]
    card = env.telegram.view(env.channel)[-1]
    amount = button(card, f"20{NBSP}$")
    env.telegram.tap_link(camille.telegram, amount["value"])
    state.asked = await env.telegram.wait_message(camille.chat, contains=f"20{NBSP}$")
    step.quote(state.asked["text"])
    step.holds("the bot answers in French", f"Votre don sera de 20{NBSP}$." in state.asked["text"])
    step.check("its one button opens a page", state.asked["buttons"][0][0]["kind"], "url")


async def _camille_pays(env: Environment, state: ScenarioState, step: Step) -> None:
    camille = env.people["camille"]
    assert state.asked is not None
    tap = await env.telegram.tap(camille.telegram, camille.chat, state.asked["id"], f"Donner 20{NBSP}$")
    state.paid = await env.pay(tap["url"])
    state.add_gift(2000)
    thanks = await env.telegram.wait_message(camille.chat, contains="Merci!", after=state.asked["id"])
    step.quote(thanks["text"])
    step.check("Stripe's page was in French", state.paid["locale"], "fr-CA")
    step.holds("it says what the gift does", "un habit de neige" in thanks["text"])
    step.holds("it says what the card statement will show", "LA TABLEE" in thanks["text"])
    await check_counters(env, state, step)


async def _delivered_twice(env: Environment, state: ScenarioState, step: Step) -> None:
    camille = env.people["camille"]
    assert state.paid is not None
    paid = event(env, "checkout.session.completed", state.paid["id"])
    times = await env.stripe.deliver_again(paid["id"])
    await env.stripe.delivered()
    await env.all_sent()
    step.check("deliveries of the same event, beside the first", times, 1)
    thanked = [m for m in env.telegram.view(camille.chat) if (m["text"] or "").startswith("Merci!")]
    step.check("times Camille was thanked", len(thanked), 1)
    await check_counters(env, state, step)


async def _alex_gives(env: Environment, state: ScenarioState, step: Step) -> None:
    alex, camille = env.people["alex"], env.people["camille"]
    card = last_card(env, "alex")
    answer = await env.discord.click(alex.discord, card["id"], "$10")
    private = answer["message"]
    step.quote(private["text"])
    step.holds("the answer is in English", "$10" in private["text"])
    seen = [message["id"] for message in env.discord.view(env.room, camille.discord)]
    step.holds("nobody but Alex sees it", private["id"] not in seen)
    await env.pay(link(private))
    state.add_gift(1000)
    thanks = await env.discord.wait_message(env.room, "Thank you", viewer=alex.discord)
    step.quote(thanks["text"])
    step.holds("the thank-you takes the private answer's place", thanks["id"] == private["id"])
    await check_counters(env, state, step)


async def _withheld(env: Environment, state: ScenarioState, step: Step) -> None:
    camille = env.people["camille"]
    await env.stripe.hold_webhooks()
    said = env.telegram.say(camille.telegram, f"5{NBSP}$")
    asked = await env.telegram.wait_message(camille.chat, after=said["message_id"])
    state.late = await env.pay(asked["buttons"][0][0]["value"])
    step.quote(asked["text"])
    step.check("Stripe has the money", state.late["payment_status"], "paid")
    await check_counters(env, state, step)


async def _recovered(env: Environment, state: ScenarioState, step: Step) -> None:
    camille, ctx = env.people["camille"], env.app.ctx
    before = env.telegram.view(camille.chat)[-1]["id"]
    found = await reconcile.poll(ctx, env.app.intake)
    state.add_gift(500)
    step.holds("Stripe's list of events has what was missing", found > 0)
    thanks = await env.telegram.wait_message(camille.chat, contains="Merci!", after=before)
    step.quote(thanks["text"])
    assert state.late is not None
    step.quote((await env.confirm(camille, state.late))["text"])
    late = await env.stripe.release_webhooks()
    await env.stripe.delivered()
    step.holds("the webhooks come after all, and change nothing", late > 0)
    await check_counters(env, state, step)


async def _refunded(env: Environment, state: ScenarioState, step: Step) -> None:
    camille = env.people["camille"]
    assert state.late is not None
    before = env.telegram.view(camille.chat)[-1]["id"]
    await env.stripe.refund(state.late["payment_intent"])
    await env.stripe.delivered()
    state.raised, state.gifts, state.refunded = state.raised - 500, state.gifts - 1, state.refunded + 500
    notice = await env.telegram.wait_message(camille.chat, contains="Remboursement", after=before)
    step.quote(notice["text"])
    await check_counters(env, state, step)


async def _cards_follow(env: Environment, state: ScenarioState, step: Step) -> None:
    dollars = state.raised // 100
    total = f"{dollars}{NBSP}$"
    on_telegram = await env.telegram.wait_message(env.channel, contains=total, timeout=_CARDS_WITHIN)
    on_discord = await env.discord.wait_message(env.room, contains=f"${dollars}", timeout=_CARDS_WITHIN)
    step.quote(next(line for line in on_telegram["text"].splitlines() if total in line))
    step.holds("on Telegram it is the same message, edited", on_telegram["edited"])
    step.holds("on Discord too", on_discord["edited"])


async def _books(env: Environment, state: ScenarioState, step: Step) -> None:
    await env.stripe.book_fees()
    await env.stripe.delivered()
    ctx = env.app.ctx
    await reconcile.fetch_fees(ctx)
    found, figures = await verify.verify(ctx), await report.stats(ctx)
    books = {account: minor for (account, _), minor in found.entries_sum.items()}
    cad = figures["currencies"]["cad"]
    step.check("gifts, as the ledger has them", -books["gifts"], state.given + state.offline)
    step.check("of them, cash that is not at the bank yet", books["undeposited"], state.offline)
    step.check("refunds", books["refunds"], state.refunded)
    from_stripe = state.given - state.refunded - books["fees"]
    step.check("on the Stripe balance and at the bank, fees taken off", books["stripe"] + books["bank"], from_stripe)
    step.check("all postings together", sum(books.values()), 0)
    step.check("what counts", cad["total_minor"], state.raised)
    step.check("donors", cad["donors"], len({name for name, *_ in NEIGHBOURS}) + 3)
    step.check("problems found by `obole ledger verify`", list(found.problems), [])
    await check_counters(env, state, step)


Play = Callable[[Environment, ScenarioState, Step], Awaitable[None]]
SCENARIO: tuple[tuple[str, str, Play], ...] = (
    ("curtain", "Thirty snowsuits: the neighbours have given, and the card is up in both channels", _cards_posted),
    ("camille_taps", "Camille, on Telegram and in French, taps 20 $ under the card", _camille_taps),
    ("camille_pays", "One tap more, and she pays on Stripe's page; the thank-you is there", _camille_pays),
    ("delivered_twice", "Stripe delivers that webhook a second time", _delivered_twice),
    ("alex_gives", "Alex, on Discord and in English, taps 10 $ and gives", _alex_gives),
    ("withheld", "Camille types 5 $ and pays, but the webhook never comes", _withheld),
    ("recovered", "The bot asks Stripe by itself, and finds the gift", _recovered),
    ("refunded", "That gift is refunded, and Camille is told", _refunded),
    ("camille_invites", "Camille asks for an invite of her own", sharing_steps.camille_invites),
    ("ines_comes", "Her friend Inès comes by it, and gives 10 $", sharing_steps.ines_comes),
    (
        "half_way",
        "Half of the goal: Nadia, of the team, reads what Obole would say, and agrees",
        sharing_steps.half_way,
    ),
    ("nadia_tells", "Nadia sends news to those who agreed to it", sharing_steps.nadia_tells),
    (
        "reminders",
        "Eleven days later those who gave once, and agreed, are due for a reminder",
        returning_steps.reminders,
    ),
    ("monthly", "Inès gives every month, and ends it again", returning_steps.monthly),
    ("ended_at_stripe", "She gives monthly again, and ends it on Stripe's page", returning_steps.ended_at_stripe),
    (
        "late_broadcast",
        "The bot was off for four days: a broadcast for that night waits until Nadia sends it",
        trouble_steps.late_broadcast,
    ),
    (
        "group_upgraded",
        "A group becomes a supergroup: it stays one place, and its card is posted again",
        trouble_steps.group_upgraded,
    ),
    ("cash_box", "Nadia adds 20 $ from the cash box of the street fair", offline_steps.cash_box),
    ("cards_follow", "The cards in both channels follow", _cards_follow),
    (
        "payout",
        "What is this amount in the bank? Nadia asks, and reads what the payout consists of",
        treasurer_steps.payout,
    ),
    ("journal", "The month's journal, for QuickBooks", treasurer_steps.month_journal),
    ("books", "The books", _books),
)
