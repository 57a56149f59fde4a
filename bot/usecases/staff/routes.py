"""Who handles what of the staff: commands, buttons, written answers and pictures; every corner's rows together."""

from bot.domain.staff import Role
from bot.usecases.staff.broadcasts import corrections, handlers, live
from bot.usecases.staff.campaigns import edit, matching, places
from bot.usecases.staff.campaigns import handlers as campaign_talk
from bot.usecases.staff.gifts import refunds
from bot.usecases.staff.handler import Answering, Answers, Entry, Handler, Handlers
from bot.usecases.staff.inbox import cases
from bot.usecases.staff.inbox import handlers as inbox_talk
from bot.usecases.staff.money import payments_pause
from bot.usecases.staff.nudges import handlers as nudge_talk
from bot.usecases.staff.operations import freeze, limits
from bot.usecases.staff.reports import handlers as stats_talk
from bot.usecases.staff.team import handlers as team

COMMANDS: Handlers = {
    "campaigns": Handler(Role.VIEWER, campaign_talk.campaigns),
    "broadcast": Handler(Role.EDITOR, handlers.by_command),
    "here": Handler(Role.EDITOR, places.here),
    "nudges": Handler(Role.VIEWER, nudge_talk.by_command),
    "stats": Handler(Role.VIEWER, stats_talk.by_command),
    "freeze": Handler(Role.EDITOR, freeze.by_command),
    "refund": Handler(Role.OWNER, refunds.by_command),
}  # by the verb of content.commands.STAFF_COMMANDS
ACTIONS: Handlers = {
    "bc": Handler(Role.EDITOR, handlers.act),
    "bs": Handler(Role.VIEWER, live.act),
    "bf": Handler(Role.EDITOR, corrections.act),
    "cl": Handler(Role.VIEWER, campaign_talk.listed),
    "cv": Handler(Role.VIEWER, campaign_talk.shown),
    "ca": Handler(Role.EDITOR, campaign_talk.act),
    "cd": Handler(Role.EDITOR, edit.act),
    "pl": Handler(Role.EDITOR, places.listed),
    "pp": Handler(Role.EDITOR, places.cards),
    "np": Handler(Role.VIEWER, nudge_talk.read),
    "ib": Handler(Role.EDITOR, inbox_talk.act),
    "cs": Handler(Role.EDITOR, cases.act),
    "tm": Handler(Role.VIEWER, team.act),
    "fz": Handler(Role.EDITOR, freeze.act),
    "ma": Handler(Role.EDITOR, matching.act),
    "rf": Handler(Role.OWNER, refunds.act),
    "pz": Handler(Role.EDITOR, payments_pause.act),
    "st": Handler(Role.OWNER, limits.act),
    "fg": Handler(Role.VIEWER, stats_talk.act),
}  # by the verb of a button
ANSWERS: Answers = {
    "cd": Answering(Role.EDITOR, edit.written, edit.pictured),
    "bc": Answering(Role.EDITOR, handlers.written, handlers.pictured),
    "bs": Answering(Role.EDITOR, live.written),
    "bf": Answering(Role.OWNER, corrections.written),
    "np": Answering(Role.EDITOR, nudge_talk.written),
    "ib": Answering(Role.EDITOR, inbox_talk.written),
    "cs": Answering(Role.EDITOR, cases.written),
    "fz": Answering(Role.EDITOR, freeze.written),
    "ma": Answering(Role.EDITOR, matching.written),
    "rf": Answering(Role.OWNER, refunds.written),
    "st": Answering(Role.OWNER, limits.written),
}  # by the verb of what was asked for
MENU: tuple[Entry, ...] = (  # the buttons of `/equipe`, top to bottom
    Entry("staff-home-campaigns", "go:campaigns", Role.VIEWER),
    Entry("staff-home-broadcast", "go:broadcast", Role.EDITOR),
    Entry("staff-home-places", "pl", Role.EDITOR),
    Entry("staff-home-cases", "cs:list", Role.EDITOR),
    Entry("staff-home-nudges", "go:nudges", Role.VIEWER),
    Entry("staff-home-stats", "go:stats", Role.VIEWER),
    Entry("staff-home-team", "tm:list", Role.VIEWER),
    Entry("staff-refund-button", "rf:", Role.OWNER),
    Entry("staff-home-limits", "st", Role.OWNER),
    Entry("staff-home-freeze", "go:freeze", Role.EDITOR),
)
