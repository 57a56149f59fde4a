"""Friends join the charity's channel and server through donors: credited, unknown or uninvited; then they give."""

from pathlib import Path

from bot.domain.people import Contact
from bot.domain.referrals import Circle, Invite, Referral, ReferralOutcome
from bot.store.campaigns import places
from bot.store.referrals import invites, referrals
from bot.store.supporters import supporters
from bot.usecases.core import join
from bot.usecases.core.join import find_or_join
from bot.usecases.referral_tree import refer
from bot.usecases.referrals import chat_links
from tests.journeys.environment import Environment, Json, new_environment, running_environment
from tests.journeys.people import Person, new_person, sentence
from tests.journeys.test_staff import colleague, first_owner_code
from tests.waiting import until


class Donor:
    """A donor, with their invite links to the channel and the server."""

    def __init__(self, supporter_id: int, channel: str | None, server: str | None) -> None:
        self.id = supporter_id
        self.channel = channel
        self.server = server

    @property
    def code(self) -> str:
        return (self.server or "").rpartition("/")[2]


async def add_places(env: Environment) -> Json:
    """Register the charity's private channel and its Discord channel as public places."""
    channel: Json = env.telegram.add_chat("channel", "La Tablée")
    async with env.app.ctx.db.write() as conn:
        for platform, chat in (("telegram", channel["id"]), ("discord", env.room["id"])):
            await places.save(
                conn,
                platform,  # type: ignore[arg-type]  # two names of platforms
                str(chat),
                title="La Tablée",
                purpose=places.PUBLIC,
                locales="fr",
                at=env.clock(),
            )
    return channel


async def new_donor(env: Environment, person: Person) -> Donor:
    ctx = env.app.ctx
    contact = Contact(platform=person.platform, external_id=str(person.id), locale=person.locale, private=True)
    supporter = await join.find_or_join(ctx, contact)
    async with ctx.db.write() as conn:
        code = f"code{supporter.id:08}"
        new = Invite(id=ctx.ids.new(), supporter_id=supporter.id, code=code, made_at=env.clock())
        invite = await invites.create(conn, new)
    return Donor(supporter.id, await chat_links.channel_link(ctx, invite), await chat_links.discord_link(ctx, invite))


async def referral_of(env: Environment, platform: str, account: Json) -> Referral | None:
    async with env.app.ctx.db.read() as conn:
        known = await supporters.find(conn, platform, str(account["id"]))  # type: ignore[arg-type]  # a platform's name
        return None if known is None else await referrals.referral(conn, known.id)


async def wait_for_referral(env: Environment, platform: str, account: Json) -> Referral:
    async def is_there() -> bool:
        return await referral_of(env, platform, account) is not None

    await until(is_there, within=20)
    found = await referral_of(env, platform, account)
    assert found is not None
    return found


async def circle(env: Environment, donor: Donor) -> Circle:
    async with env.app.ctx.db.read() as conn:
        return await referrals.circle(conn, donor.id)


def join_server(env: Environment, donor: Donor, name: str) -> Json:
    """Let a friend join the Discord server by a donor's invite."""
    friend: Json = env.discord.add_user(name)
    env.discord.join(friend, env.guild, donor.code)
    return friend


async def friends_arrive(env: Environment) -> None:
    """Join one by the channel link, one on Discord, two at the same instant, one by a poster; two of them give."""
    channel = await add_places(env)
    people = new_person(env, "telegram", "fr", "Camille"), new_person(env, "discord", "en", "Alex")
    camille, alex = [await new_donor(env, person) for person in people]
    luc = Person(env, "telegram", "en", env.telegram.add_user("Luc", language_code="en"))
    env.telegram.tap_link(luc.account, str(camille.channel))
    assert (await wait_for_referral(env, "telegram", luc.account)).inviter_id == camille.id
    env.telegram.leave(luc.account, channel)
    env.telegram.join(luc.account, channel, alex.channel)
    mei = join_server(env, camille, "Mei")
    assert (await wait_for_referral(env, "discord", mei)).inviter_id == camille.id
    two = [join_server(env, camille, "Ana"), join_server(env, alex, "Bo")]
    for referral in [await wait_for_referral(env, "discord", friend) for friend in two]:
        assert referral.inviter_id is None and set(referral.candidates) == {camille.id, alex.id}
    assert (await circle(env, camille)).people_direct == 2 and (await circle(env, alex)).people_direct == 0
    for friend in (luc, Person(env, "discord", "fr", mei, env.room)):
        await env.pay((await friend.command("give", "5")).first_link)
    await env.all_sent()
    found = await circle(env, camille)
    assert (found.donors_direct, found.money["cad"].minor_direct) == (2, 1000)
    asked = Person(env, "discord", "fr", two[0], env.room)
    assert not asked.messages()  # the bot does not write to them first
    await asked.command("aide")
    assert await asked.receive(sentence("fr", "by-title"))
    ana = Contact(platform="discord", external_id=str(two[0]["id"]), locale="fr", private=True)
    assert (
        await refer.claim_inviter(env.app.ctx, await find_or_join(env.app.ctx, ana), alex.id)
        is ReferralOutcome.RECORDED
    )
    assert (await circle(env, alex)).people_direct == 1
    await env.assert_books_balance()


async def test_friends_who_join_are_credited(tmp_path: Path) -> None:
    async with running_environment(tmp_path) as env:
        await friends_arrive(env)


async def test_join_while_the_bot_is_down_is_handled_later(tmp_path: Path) -> None:
    """Telegram queues the update; on Discord the inviter can no longer be determined."""
    async with new_environment(tmp_path) as env:
        async with env.run_bot():
            await add_places(env)
            camille = await new_donor(env, new_person(env, "telegram", "fr", "Camille"))
        luc = env.telegram.add_user("Luc")
        env.telegram.tap_link(luc, str(camille.channel))
        mei = join_server(env, camille, "Mei")
        async with env.run_bot():
            assert (await wait_for_referral(env, "telegram", luc)).inviter_id == camille.id
            referral = await wait_for_referral(env, "discord", mei)
            assert referral.inviter_id is None and list(referral.candidates) == [camille.id]


async def invites_are_forbidden(env: Environment) -> None:
    """The bot loses its permissions: the donor still has other links, and staff are notified once."""
    nadia = colleague(env, "telegram", "fr", "Nadia")
    await nadia.start(f"s_{await first_owner_code(env)}")
    await nadia.receive(sentence("fr", "staff-recovery-title"))
    channel = await add_places(env)
    env.telegram.promote_bot(channel, lacking=["can_invite_users"])
    env.discord.allow(env.guild, deny=["manage_guild"])
    for name in ("Camille", "Alex"):
        donor = await new_donor(env, new_person(env, "telegram", "fr", name))
        assert (donor.channel, donor.server) == (None, None)
    messages = [await nadia.receive(sentence("fr", f"staff-invites-lost-{name}")) for name in ("telegram", "discord")]
    assert len({received.id for received in messages}) == 2
    assert sum(sentence("fr", "staff-invites-lost-meanwhile") in received.text for received in nadia.messages()) == 2


async def test_missing_invite_permission_is_reported_once(tmp_path: Path) -> None:
    async with running_environment(tmp_path) as env:
        await invites_are_forbidden(env)
