"""The story, step by step: two platforms, two languages, and what can go wrong with a payment. `STORY` is its plot."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.demo import again, together
from bot.demo.cast import NEIGHBOURS
from bot.demo.stage import Stage
from bot.demo.tale import NBSP, Tale, button, counted, event, last_card, link, plain
from bot.demo.telling import Step
from bot.usecases.money import reconcile, verify
from bot.usecases.reports import figures as report

_CARDS_WITHIN = 12.0  # seconds until posted cards show a new total; they are edited at most every 5


# --- the steps ----------------------------------------------------------------------------------
async def _curtain(stage: Stage, tale: Tale, step: Step) -> None:
    on_telegram = stage.telegram.view(stage.channel)[-1]
    on_discord = last_card(stage, "alex")
    step.quote(on_telegram["text"])
    step.quote(on_discord["text"])
    step.holds("the card is in the Telegram channel, in French", "350 $ sur 600 $" in plain(on_telegram["text"]))
    step.holds("and in the Discord channel, in English", "$350 of $600" in on_discord["text"])
    step.holds("each with its picture", on_telegram["photo"] and on_discord["embeds"][0]["image"])
    await counted(stage, tale, step)


async def _camille_taps(stage: Stage, tale: Tale, step: Step) -> None:
    camille = stage.people["camille"]
    card = stage.telegram.view(stage.channel)[-1]
    amount = button(card, f"20{NBSP}$")
    stage.telegram.tap_link(camille.telegram, amount["value"])
    tale.asked = await stage.telegram.wait_message(camille.chat, contains=f"20{NBSP}$")
    step.quote(tale.asked["text"])
    step.holds("the bot answers in French", f"Votre don sera de 20{NBSP}$." in tale.asked["text"])
    step.check("its one button opens a page", tale.asked["buttons"][0][0]["kind"], "url")


async def _camille_pays(stage: Stage, tale: Tale, step: Step) -> None:
    camille = stage.people["camille"]
    assert tale.asked is not None
    tap = await stage.telegram.tap(camille.telegram, camille.chat, tale.asked["id"], f"Donner 20{NBSP}$")
    tale.paid = await stage.pay(tap["url"])
    tale.gift(2000)
    thanks = await stage.telegram.wait_message(camille.chat, contains="Merci!", after=tale.asked["id"])
    step.quote(thanks["text"])
    step.check("Stripe's page was in French", tale.paid["locale"], "fr-CA")
    step.holds("it says what the gift does", "un habit de neige" in thanks["text"])
    step.holds("it says what the card statement will show", "LA TABLEE" in thanks["text"])
    await counted(stage, tale, step)


async def _delivered_twice(stage: Stage, tale: Tale, step: Step) -> None:
    camille = stage.people["camille"]
    assert tale.paid is not None
    paid = event(stage, "checkout.session.completed", tale.paid["id"])
    times = await stage.stripe.deliver_again(paid["id"])
    await stage.stripe.delivered()
    await stage.all_sent()
    step.check("deliveries of the same event, beside the first", times, 1)
    thanked = [m for m in stage.telegram.view(camille.chat) if (m["text"] or "").startswith("Merci!")]
    step.check("times Camille was thanked", len(thanked), 1)
    await counted(stage, tale, step)


async def _alex_gives(stage: Stage, tale: Tale, step: Step) -> None:
    alex, camille = stage.people["alex"], stage.people["camille"]
    card = last_card(stage, "alex")
    answer = await stage.discord.click(alex.discord, card["id"], "$10")
    private = answer["message"]
    step.quote(private["text"])
    step.holds("the answer is in English", "$10" in private["text"])
    seen = [message["id"] for message in stage.discord.view(stage.room, camille.discord)]
    step.holds("nobody but Alex sees it", private["id"] not in seen)
    await stage.pay(link(private))
    tale.gift(1000)
    thanks = await stage.discord.wait_message(stage.room, "Thank you", viewer=alex.discord)
    step.quote(thanks["text"])
    step.holds("the thank-you takes the private answer's place", thanks["id"] == private["id"])
    await counted(stage, tale, step)


async def _withheld(stage: Stage, tale: Tale, step: Step) -> None:
    camille = stage.people["camille"]
    await stage.stripe.hold_webhooks()
    said = stage.telegram.say(camille.telegram, f"5{NBSP}$")
    asked = await stage.telegram.wait_message(camille.chat, after=said["message_id"])
    tale.late = await stage.pay(asked["buttons"][0][0]["value"])
    step.quote(asked["text"])
    step.check("Stripe has the money", tale.late["payment_status"], "paid")
    await counted(stage, tale, step)


async def _recovered(stage: Stage, tale: Tale, step: Step) -> None:
    camille, ctx = stage.people["camille"], stage.app.ctx
    before = stage.telegram.view(camille.chat)[-1]["id"]
    found = await reconcile.poll(ctx, stage.app.intake)
    tale.gift(500)
    step.holds("Stripe's list of events has what was missing", found > 0)
    thanks = await stage.telegram.wait_message(camille.chat, contains="Merci!", after=before)
    step.quote(thanks["text"])
    assert tale.late is not None
    step.quote((await stage.confirm(camille, tale.late))["text"])
    late = await stage.stripe.release_webhooks()
    await stage.stripe.delivered()
    step.holds("the webhooks come after all, and change nothing", late > 0)
    await counted(stage, tale, step)


async def _refunded(stage: Stage, tale: Tale, step: Step) -> None:
    camille = stage.people["camille"]
    assert tale.late is not None
    before = stage.telegram.view(camille.chat)[-1]["id"]
    await stage.stripe.refund(tale.late["payment_intent"])
    await stage.stripe.delivered()
    tale.raised, tale.gifts, tale.refunded = tale.raised - 500, tale.gifts - 1, tale.refunded + 500
    notice = await stage.telegram.wait_message(camille.chat, contains="Remboursement", after=before)
    step.quote(notice["text"])
    await counted(stage, tale, step)


async def _cards_follow(stage: Stage, tale: Tale, step: Step) -> None:
    dollars = tale.raised // 100
    total = f"{dollars}{NBSP}$"
    on_telegram = await stage.telegram.wait_message(stage.channel, contains=total, timeout=_CARDS_WITHIN)
    on_discord = await stage.discord.wait_message(stage.room, contains=f"${dollars}", timeout=_CARDS_WITHIN)
    step.quote(next(line for line in on_telegram["text"].splitlines() if total in line))
    step.holds("on Telegram it is the same message, edited", on_telegram["edited"])
    step.holds("on Discord too", on_discord["edited"])


async def _books(stage: Stage, tale: Tale, step: Step) -> None:
    await stage.stripe.book_fees()
    await stage.stripe.delivered()
    ctx = stage.app.ctx
    await reconcile.fetch_fees(ctx)
    found, figures = await verify.verify(ctx), await report.stats(ctx)
    books = {account: minor for (account, _), minor in found.entries_sum.items()}
    cad = figures["currencies"]["cad"]
    step.check("gifts, as the ledger has them", -books["gifts"], tale.given)
    step.check("refunds", books["refunds"], tale.refunded)
    step.check("on the Stripe balance, fees taken off", books["stripe"], tale.given - tale.refunded - books["fees"])
    step.check("all postings together", sum(books.values()), 0)
    step.check("what counts", cad["total_minor"], tale.raised)
    step.check("donors", cad["donors"], len({name for name, *_ in NEIGHBOURS}) + 3)
    step.check("problems found by `obole ledger verify`", list(found.problems), [])
    await counted(stage, tale, step)


Play = Callable[[Stage, Tale, Step], Awaitable[None]]
STORY: tuple[tuple[str, str, Play], ...] = (
    ("curtain", "Thirty snowsuits: the neighbours have given, and the card is up in both channels", _curtain),
    ("camille_taps", "Camille, on Telegram and in French, taps 20 $ under the card", _camille_taps),
    ("camille_pays", "One tap more, and she pays on Stripe's page; the thank-you is there", _camille_pays),
    ("delivered_twice", "Stripe delivers that webhook a second time", _delivered_twice),
    ("alex_gives", "Alex, on Discord and in English, taps 10 $ and gives", _alex_gives),
    ("withheld", "Camille types 5 $ and pays, but the webhook never comes", _withheld),
    ("recovered", "The bot asks Stripe by itself, and finds the gift", _recovered),
    ("refunded", "That gift is refunded, and Camille is told", _refunded),
    ("camille_invites", "Camille asks for an invite of her own", together.camille_invites),
    ("ines_comes", "Her friend Inès comes by it, and gives 10 $", together.ines_comes),
    ("half_way", "Half of the goal: Nadia, of the team, reads what Obole would say, and agrees", together.half_way),
    ("nadia_tells", "Nadia sends news to those who agreed to it", together.nadia_tells),
    ("reminders", "Eleven days later those who gave once, and agreed, are due for a reminder", again.reminders),
    ("monthly", "Inès gives every month, and ends it again", again.monthly),
    ("cards_follow", "The cards in both channels follow", _cards_follow),
    ("books", "The books", _books),
)
