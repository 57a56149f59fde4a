"""Somebody tries stolen cards: 200 payments of 50 cents are declined in a minute, staff are told once and pause."""

from pathlib import Path

from bot.demo.launch import example_campaign
from bot.domain.staff import Role
from bot.sandbox.stripe.checkout import Closed
from bot.usecases.campaigns import publish
from tests.journeys.people import says
from tests.journeys.team import hired
from tests.journeys.town import Town, open_town
from tests.waiting import until

DECLINED = "4000000000000002"


async def is_closed(here: Town, page: str) -> bool:
    try:
        await here.stripe.open(page)
    except Closed:
        return True
    return False


async def test_declined_cards_raise_one_alarm_and_one_tap_closes_every_link(tmp_path: Path) -> None:
    async with open_town(tmp_path) as here:
        lower = example_campaign().model_copy(update={"minimum_minor": 50})
        await publish.publish(here.app.ctx, lower)
        owner = await hired(here, ("telegram", "fr"), "Nadia", Role.OWNER)
        donor = here.person("telegram", "fr")
        page = await here.follow((await donor.command("donner", "0,50")).first_link)
        for number in range(200):
            await here.stripe.pay(page, card=DECLINED, email=f"x{number}@example.org")
        await here.stripe.delivered()
        title = says("fr", "staff-card-testing-title")
        alarm = await owner.hears(title)
        assert len([one for one in owner.everything() if title in one.text]) == 1
        await owner.tap(alarm, says("fr", "staff-payments-pause"))
        await until(lambda: is_closed(here, page), within=30)
        shown = await owner.press("pz")
        await owner.tap(shown, says("fr", "staff-payments-resume"))
        await owner.press("pz:resume!")

        async def is_open() -> bool:
            return not await is_closed(here, page)

        await until(is_open, within=30)
        await donor.gives("5")
