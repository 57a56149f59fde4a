"""Card testing: 200 payments of 50 cents are declined in a minute; staff are notified once and pause payments."""

from pathlib import Path

from bot.demo.launch import example_campaign
from bot.domain.staff import Role
from bot.sandbox.stripe.checkout import Closed
from bot.usecases.campaigns import publish
from tests.journeys.environment import Environment, running_environment
from tests.journeys.people import new_person, sentence
from tests.journeys.team import new_member
from tests.waiting import until

DECLINED = "4000000000000002"


async def is_closed(env: Environment, page: str) -> bool:
    try:
        await env.stripe.open(page)
    except Closed:
        return True
    return False


async def test_declined_cards_raise_one_alarm_and_one_tap_closes_every_link(tmp_path: Path) -> None:
    async with running_environment(tmp_path) as env:
        lower = example_campaign().model_copy(update={"minimum_minor": 50})
        await publish.publish(env.app.ctx, lower)
        owner = await new_member(env, ("telegram", "fr"), "Nadia", Role.OWNER)
        donor = new_person(env, "telegram", "fr")
        page = await env.follow((await donor.command("donner", "0,50")).first_link)
        for number in range(200):
            await env.stripe.pay(page, card=DECLINED, email=f"x{number}@example.org")
        await env.stripe.delivered()
        title = sentence("fr", "staff-card-testing-title")
        alarm = await owner.receive(title)
        assert len([message for message in owner.messages() if title in message.text]) == 1
        await owner.tap(alarm, sentence("fr", "staff-payments-pause"))
        await until(lambda: is_closed(env, page), within=30)
        shown = await owner.press("pz")
        await owner.tap(shown, sentence("fr", "staff-payments-resume"))
        await owner.press("pz:resume!")

        async def is_open() -> bool:
            return not await is_closed(env, page)

        await until(is_open, within=30)
        await donor.give("5")
