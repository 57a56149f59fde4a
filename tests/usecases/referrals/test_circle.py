"""The circle never shows figures that reveal one friend's gift."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.campaigns import Campaign
from bot.domain.people import Contact
from bot.domain.referrals import Circle, CircleMoney, visible_direct, visible_total
from bot.usecases import router
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.referrals import invite
from tests.conftest import MovingClock
from tests.giving import give
from tests.usecase_setup import CAMILLE
from tests.usecases.referrals.test_invite_circle import brings, campaign, ctx, words

__all__ = ["campaign", "ctx"]


async def test_empty_circle_has_no_picture(ctx: Context) -> None:
    reply = await router.on_command(ctx, CAMILLE, "cercle", "")
    assert reply.card.picture is None and "Personne" in words(reply)


async def circle_of(ctx: Context, contact: Contact = CAMILLE) -> str:
    return words(await router.on_command(ctx, contact, "cercle", ""))


async def test_gifts_are_rounded_and_shown_from_five_donors(ctx: Context, campaign: Campaign) -> None:
    mine = await invite.invite_of(ctx, await find_or_join(ctx, CAMILLE))
    people = await brings(ctx, mine, 0, up_to=6)
    for person in people[:4]:
        await give(ctx, campaign, person.id, 725)
    four = await router.on_command(ctx, CAMILLE, "cercle", "")
    assert "6 personnes" in words(four) and "au moins" not in words(four) and "$" not in words(four)
    assert four.card.picture is not None
    await give(ctx, campaign, people[4].id, 725)
    five = await circle_of(ctx)
    assert "au moins 5 ont donné, au moins 30 $ en tout" in five and "36" not in five


async def test_single_gift_among_five_friends_is_hidden(ctx: Context, campaign: Campaign) -> None:
    mine = await invite.invite_of(ctx, await find_or_join(ctx, CAMILLE))
    (friend_, *_) = await brings(ctx, mine, 0, up_to=5)
    await give(ctx, campaign, friend_.id, 12_345)
    assert "$" not in await circle_of(ctx)


async def test_circle_figures_change_at_most_once_a_day(ctx: Context, campaign: Campaign, clock: MovingClock) -> None:
    mine = await invite.invite_of(ctx, await find_or_join(ctx, CAMILLE))
    people = await brings(ctx, mine, 0, up_to=10)
    for person in people[:5]:
        await give(ctx, campaign, person.id, 500)
    before = await circle_of(ctx)
    assert "au moins 20 $" in before
    for person in people[5:]:
        await give(ctx, campaign, person.id, 10_000)
        assert await circle_of(ctx) == before
    clock.move(hours=23)
    assert await circle_of(ctx) == before
    clock.move(hours=2)
    after = await circle_of(ctx)
    assert "au moins 10 ont donné, au moins 500 $ en tout" in after


def test_few_donors_on_lower_levels_stay_hidden() -> None:
    def of(direct: int, below: int) -> Circle:
        money = CircleMoney(gifts_direct=direct, gifts_below=below, minor_direct=1_234, minor_below=5_678)
        people = {"people_direct": 50, "people_below": 100}
        return Circle(**people, donors_direct=direct, donors_below=below, money={"cad": money})

    for direct, below, shown in (
        (4, 4, (False, False)),
        (5, 5, (True, False)),
        (5, 9, (True, False)),  # the difference would be what four people gave
        (5, 10, (True, True)),
        (4, 5, (False, True)),
        (1, 4, (False, False)),
    ):
        found = of(direct, below)
        assert (visible_direct(found) is not None, visible_total(found) is not None) == shown, (direct, below)


def test_currency_with_few_donors_has_no_sum() -> None:
    many = CircleMoney(gifts_direct=9, gifts_below=9, minor_direct=4_500, minor_below=4_500)
    money = CircleMoney(gifts_direct=1, gifts_below=1, minor_direct=70_00, minor_below=70_00)
    found = Circle(
        people_direct=20, people_below=20, donors_direct=9, donors_below=9, money={"cad": many, "usd": money}
    )
    shown = visible_direct(found)
    assert shown is not None and dict(shown.money) == {"cad": 4_000} and shown.donors == 5


@given(
    own=st.lists(st.tuples(st.sampled_from(["cad", "usd", "eur"]), st.integers(1, 99_999)), max_size=14),
    theirs=st.lists(st.tuples(st.sampled_from(["cad", "usd", "eur"]), st.integers(1, 99_999)), max_size=14),
)
def test_every_sum_and_difference_shown_holds_at_least_five_donors(
    own: list[tuple[str, int]], theirs: list[tuple[str, int]]
) -> None:
    """Each donor gave once, so that the donors behind a sum can be counted."""
    money: dict[str, list[int]] = {}
    for code, minor in own:
        row = money.setdefault(code, [0, 0, 0, 0])
        row[:] = [row[0] + 1, row[1] + 1, row[2] + minor, row[3] + minor]
    for code, minor in theirs:
        row = money.setdefault(code, [0, 0, 0, 0])
        row[:] = [row[0], row[1] + 1, row[2], row[3] + minor]
    found = Circle(
        people_direct=len(own),
        people_below=len(own) + len(theirs),
        donors_direct=len(own),
        donors_below=len(own) + len(theirs),
        money={code: CircleMoney(**dict(zip(_MONEY, row, strict=True))) for code, row in money.items()},
    )
    direct, of_all = visible_direct(found), visible_total(found)
    for shown, behind in ((direct, own), (of_all, own + theirs)):
        if shown is not None:
            assert 5 <= shown.donors <= len(behind) and shown.donors % 5 == 0
            assert all(sum(1 for c, _ in behind if c == code) >= 5 for code in shown.money)
    if direct is not None and of_all is not None:
        both = set(direct.money) & set(of_all.money)
        assert all(sum(1 for c, _ in theirs if c == code) >= 5 for code in both)


_MONEY = ("gifts_direct", "gifts_below", "minor_direct", "minor_below")
