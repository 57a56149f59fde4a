"""What a visitor can try, and what has been tried: read from Stripe's objects and the store, so it ticks itself."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal, get_args

from bot.demo.environment import Environment
from bot.demo.people import STAFF, Json
from bot.domain.broadcasts import BroadcastState
from bot.store.broadcasts import broadcasts
from bot.store.core import audit
from content.catalog import LOCALES

Task = Literal["give", "again", "invite", "monthly", "answer", "broadcast", "refund", "cash", "days", "payout"]
TASKS: tuple[Task, ...] = get_args(Task)

_LOGGED: dict[str, Task] = {"inbox.answered": "answer", "case.answered": "answer", "offline.added": "cash"}  # by action
_NEWEST = 20  # broadcasts
_KINDS = ("checkout.session", "refund")  # Stripe's objects that show what was tried


@dataclass(slots=True)
class Checklist:
    """The tasks done since it was made."""

    env: Environment
    before: frozenset[str]  # ids of Stripe's objects that were there
    noted: set[Task] = field(default_factory=set)  # what leaves no trace in the services, or none that stays

    @classmethod
    def begin(cls, env: Environment) -> Checklist:
        """Return a list on which nothing is done yet."""
        return cls(env, frozenset(each["id"] for kind in _KINDS for each in env.stripe.world.every(kind)))

    def note_act(self, answer: Json) -> None:
        """Note what an act on the page led to: an invite that a friend opened, a reminder that one of them got."""
        if answer.get("invited"):
            self.noted.add("invite")
        if answer.get("reminded"):
            self.noted.add("days")

    async def done(self) -> list[Task]:
        """Return the tasks done so far, in the list's order."""
        if self._reads_a_payout():
            self.noted.add("payout")  # the message has buttons that change it
        found = self.noted | self._at_stripe()
        async with self.env.app.ctx.db.read() as conn:
            found |= {task for action, task in _LOGGED.items() if await audit.latest(conn, 1, action=action)}
            sent = [each for each in await broadcasts.latest(conn, _NEWEST) if each.state is BroadcastState.DONE]
        if any(each.made_by is not None or each.approved_by is not None for each in sent):
            found.add("broadcast")
        return [task for task in TASKS if task in found]

    def _reads_a_payout(self) -> bool:
        """Return whether Nadia has a message before her that says what a payout consists of."""
        env, nadia = self.env, self.env.people[STAFF]
        texts = {env.app.ctx.catalog.text(locale, "staff-payouts-table") for locale in LOCALES}
        seen = [*env.telegram.view(nadia.chat), *env.discord.view(nadia.discord)]
        return any(text in (message["text"] or "") for message in seen for text in texts)

    def _at_stripe(self) -> set[Task]:
        sessions, refunds = (self._new(kind) for kind in _KINDS)
        paid = [session for session in sessions if session["status"] == "complete"]
        payers = Counter(str((session["customer_details"] or {}).get("email")) for session in paid)
        seen: dict[Task, bool] = {
            "give": bool(paid),
            "again": any(times > 1 for times in payers.values()),
            "monthly": any(session["mode"] == "subscription" for session in paid),
            "refund": bool(refunds),
        }
        return {task for task, is_done in seen.items() if is_done}

    def _new(self, kind: str) -> list[Json]:
        return [each for each in self.env.stripe.world.every(kind) if each["id"] not in self.before]
