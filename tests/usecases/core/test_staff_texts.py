"""No text by staff reaches donors with a link to a foreign site, by any route."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.demo.launch import example_campaign
from bot.domain.broadcasts import Segment
from bot.domain.campaigns import Campaign
from bot.domain.people import Contact, Preference
from bot.domain.staff import Role
from bot.store.core import notices
from bot.store.db import Database
from bot.store.schema import metadata
from bot.usecases import router
from bot.usecases.broadcasts import lifecycle
from bot.usecases.broadcasts.cards import body
from bot.usecases.broadcasts.plan import CannotSend, Spec, submit
from bot.usecases.campaigns import publish
from bot.usecases.context import Context
from bot.usecases.core import cases
from bot.usecases.core.join import find_or_join
from bot.usecases.core.limits import domains
from bot.usecases.ports import MessageRef
from bot.usecases.preferences.preferences import set_preferences
from bot.usecases.reply import Reply
from bot.usecases.staff.access_check import ANSWERS
from content.broadcast import Message
from content.campaign import dump_toml, load_toml
from tests.conftest import MovingClock
from tests.giving import give
from tests.usecase_setup import CAMILLE, hire, make_context, notices_of, open_campaign

EVIL = "evil.ru/don"
DONOR = Contact(platform="telegram", external_id="77", locale="fr", private=True, place="77")
Ask = Callable[[Context, Campaign], Awaitable[Reply]]


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    context = make_context(db, clock, public_url="https://dons.example", link_domains=("tablee.example",))
    await hire(context, CAMILLE, Role.OWNER, label="Camille")
    return context


@pytest.fixture
async def campaign(ctx: Context) -> Campaign:
    return await open_campaign(ctx, ends_on=None)


async def written(ctx: Context) -> set[str]:
    """Return the tables that contain the foreign address."""
    async with ctx.db.read() as conn:
        return {
            table.name
            for table in metadata.sorted_tables
            if any("evil.ru" in repr(tuple(row)) for row in await conn.execute(select(table)))
        }


async def tapped(ctx: Context, *actions: str) -> Reply:
    for action in actions:
        reply = await router.on_action(ctx, CAMILLE, action)
    return reply


async def _draft(ctx: Context, campaign: Campaign) -> str:
    reply = await tapped(ctx, f"ca:{campaign.id}:edit")
    return next(str(b.action).split(":")[1] for b in reply.card.buttons if str(b.action).startswith("cd:"))


def of_campaign(field: str) -> Ask:
    async def ask(ctx: Context, campaign: Campaign) -> Reply:
        return await tapped(ctx, f"cd:{await _draft(ctx, campaign)}:{field}")

    return ask


async def of_broadcast(ctx: Context, campaign: Campaign) -> Reply:
    return await tapped(ctx, "bc:new")


async def of_correction(ctx: Context, campaign: Campaign) -> Reply:
    await set_preferences(ctx, await find_or_join(ctx, DONOR), [Preference.NEWS], True)
    message = Message(texts={"fr": "Des nouvelles", "en": "News"})
    broadcast = await submit(ctx, None, Spec(campaign_id=campaign.id, message=message, segment=Segment()))
    assert broadcast is not None
    assert isinstance(ctx.clock, MovingClock)
    ctx.clock.move(minutes=6)
    for _ in range(2):
        await lifecycle.tick(ctx)
    return await tapped(ctx, f"bs:{broadcast.id}:fr")


async def of_sponsor(ctx: Context, campaign: Campaign) -> Reply:
    return await tapped(ctx, f"ma:n{campaign.id}")


async def of_reminder(ctx: Context, campaign: Campaign) -> Reply:
    return await tapped(ctx, "np:second_gift:text0fr")


async def of_answer(ctx: Context, campaign: Campaign) -> Reply:
    await router.on_text(ctx, DONOR, "Puis-je donner un chèque?")
    (notice,) = await notices_of(ctx, "words")
    return await tapped(ctx, f"ib:reply:{notice.id}")


async def of_case(ctx: Context, campaign: Campaign) -> Reply:
    donor = await find_or_join(ctx, DONOR)
    gift = await give(ctx, campaign, donor.id)
    async with ctx.db.write() as conn:
        number = await cases.open_case(ctx, conn, gift_id=gift.id, supporter_id=donor.id, kind="not_me")
    return await tapped(ctx, f"cs:write:{number}")


async def of_away(ctx: Context, campaign: Campaign) -> Reply:
    begun = await tapped(ctx, "aw:new")
    return await tapped(ctx, next(str(b.action) for b in begun.card.buttons if str(b.action).endswith(":fr")))


ASKED: Mapping[str, Ask] = {
    "cd:name": of_campaign("name_fr"),
    "cd:story": of_campaign("story_en"),
    "cd:short": of_campaign("short_fr"),
    "cd:over": of_campaign("over_fr"),
    "cd:next": of_campaign("next_fr"),
    "cd:does": of_campaign("does"),
    "cd:milestone": of_campaign("stage:s50:fr"),
    "bc": of_broadcast,
    "bs": of_correction,
    "ma": of_sponsor,
    "np": of_reminder,
    "ib": of_answer,
    "cs": of_case,
    "aw": of_away,
}
NOT_READ_BY_DONORS = {"fz", "rf", "st", "bf", "of"}  # reasons for the log, limits, and notes
TYPED = {"cd:does": f"5 $ = un repas sur {EVIL} | a meal"}


@pytest.mark.parametrize("what", ASKED)
async def test_staff_text_with_a_foreign_link_is_refused(ctx: Context, campaign: Campaign, what: str) -> None:
    asked = await ASKED[what](ctx, campaign)
    assert asked.form is not None
    again = await router.on_answer(ctx, CAMILLE, asked.form.answers, TYPED.get(what, f"Donnez sur {EVIL} !"))
    assert any("evil.ru" in line for line in again.card.lines), "it is said which part"
    assert again.form is not None, "and it is asked again"
    assert await written(ctx) == set()


def test_all_staff_texts_are_covered() -> None:
    assert {what.partition(":")[0] for what in ASKED} | NOT_READ_BY_DONORS == set(ANSWERS)


async def test_reply_in_the_inbox_with_a_foreign_link_is_refused(ctx: Context, campaign: Campaign) -> None:
    asked = await of_answer(ctx, campaign)
    assert asked.form is not None
    (notice,) = await notices_of(ctx, "words")
    async with ctx.db.write() as conn:
        await notices.add_copy(conn, notice.id, "telegram", "-100", "7", "-100")
    again = await router.on_reply(
        ctx, replace(CAMILLE, private=False), MessageRef(chat_id="-100", message_id="7"), EVIL
    )
    assert again is not None and any("evil.ru" in line for line in again.card.lines)
    assert await written(ctx) == set()


async def test_personal_invite_text_is_checked_for_staff_only(ctx: Context, campaign: Campaign) -> None:
    refused = await router.on_command(ctx, CAMILLE, "inviter", f"Viens sur {EVIL}")
    assert any("evil.ru" in line for line in refused.card.lines)
    assert await written(ctx) == set()
    await router.on_command(ctx, DONOR, "inviter", f"Viens sur {EVIL}")
    assert await written(ctx) == {"invite"}


@pytest.mark.parametrize("table", ["name", "story", "if_short", "if_over", "next_step", "gift_does", "milestones"])
async def test_campaign_file_with_a_foreign_link_is_refused(ctx: Context, table: str) -> None:
    words = {"fr": "Voyez", "en": f"See {EVIL}"}
    value: dict[str, object] = {
        "gift_does": [{"minor": 500, "what": words}],
        "milestones": [{"share": 50, "text": words}],
    }
    changed = example_campaign().model_dump(mode="json", exclude_none=True) | {table: value.get(table, words)}
    authored = load_toml(dump_toml(type(example_campaign()).model_validate_json(json.dumps(changed))))
    with pytest.raises(publish.CannotPublish, match=r"evil\.ru"):
        await publish.publish(ctx, authored)
    assert await written(ctx) == set()


async def test_draft_older_than_check_cannot_be_sent(ctx: Context, campaign: Campaign) -> None:
    spec = Spec(campaign_id=campaign.id, message=Message(texts={"fr": EVIL, "en": "x"}), segment=Segment())
    with pytest.raises(CannotSend) as refused:
        await submit(ctx, None, spec)
    assert refused.value.kind == "foreign"


async def test_link_to_removed_site_becomes_plain_text(ctx: Context, campaign: Campaign) -> None:
    """Approved while the site was allowed: the text is sent, but without a link."""
    text = body(ctx, Message(texts={"fr": f"Voir [ici](https://{EVIL})"}), campaign, "fr", await domains(ctx)).plain
    assert text.replace("\u2060", "") == f"Voir [ici](https://{EVIL})"
    assert "evil.ru" not in text and "://" not in text
