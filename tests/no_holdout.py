"""No holdout, for tests in which everyone who is due must get a message."""

from bot.domain.nudges import PolicyName, PolicySettings
from bot.store.nudges import nudges
from bot.usecases.context import Context
from bot.usecases.nudges.policies import PolicyState, as_row


async def ask_everyone_again(ctx: Context) -> None:
    """Let the policy of the second gift hold nobody out: after ten days, every donor who agreed is asked."""
    policy = PolicyState(name=PolicyName.SECOND_GIFT, wanted=True, numbers=PolicySettings(), held_out=0.0)
    async with ctx.db.write() as conn:
        await nudges.set_policy(conn, as_row(policy), None, ctx.clock())
