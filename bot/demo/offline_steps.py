"""The step about money that never touches Stripe: the cash box of a street fair."""

from __future__ import annotations

from bot.demo.environment import Environment
from bot.demo.narration import Step
from bot.demo.scenario_state import NBSP, ScenarioState, check_counters
from bot.demo.sharing_steps import asks, taps

_CENTS = 2000


async def cash_box(env: Environment, state: ScenarioState, step: Step) -> None:
    """Nadia adds cash. It counts once she has read what will count and tapped, and nobody becomes a donor by it."""
    nadia, donors = env.people["nadia"], (await env.campaign()).donor_count
    review = await asks(env, nadia, f"/ajouter 20{NBSP}$ comptant", "Don hors d’Obole")
    step.quote(review["text"])
    await check_counters(env, state, step)
    await taps(env, nadia, review, "Ajouter")
    added = await env.telegram.wait_message(nadia.chat, contains="La collecte est maintenant à")
    step.quote(added["text"])
    state.gifts, state.raised, state.offline = state.gifts + 1, state.raised + _CENTS, _CENTS
    await check_counters(env, state, step)
    campaign = await env.campaign()
    step.check("of it outside Obole", campaign.offline.minor, state.offline)
    step.check("donors, as before", campaign.donor_count, donors)
