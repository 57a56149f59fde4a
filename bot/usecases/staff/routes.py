"""All staff handlers: commands, buttons, and answers to prompts."""

from bot.domain.staff import Right, Role
from bot.usecases.staff.broadcasts import corrections, live
from bot.usecases.staff.broadcasts import handlers as broadcast_handlers
from bot.usecases.staff.campaigns import edit, matching, places
from bot.usecases.staff.campaigns import handlers as campaign_handlers
from bot.usecases.staff.gifts import refunds
from bot.usecases.staff.handler import Answering, Answers, Entry, Handler, Handlers
from bot.usecases.staff.inbox import away, cases
from bot.usecases.staff.inbox import handlers as inbox_handlers
from bot.usecases.staff.money import deposits, offline, payments_pause, payouts
from bot.usecases.staff.nudges import handlers as nudge_handlers
from bot.usecases.staff.operations import direct_messages, freeze, late, limit_handlers
from bot.usecases.staff.reports import board, digest, statement
from bot.usecases.staff.reports import handlers as report_handlers
from bot.usecases.staff.supporters import age, deceased
from bot.usecases.staff.team import handlers as team_handlers

COMMANDS: Handlers = {
    "campaigns": Handler(Role.VIEWER, campaign_handlers.campaigns),
    "broadcast": Handler(Role.EDITOR, broadcast_handlers.by_command),
    "here": Handler(Role.EDITOR, places.here),
    "nudges": Handler(Role.VIEWER, nudge_handlers.by_command),
    "stats": Handler(Role.VIEWER, report_handlers.by_command),
    "freeze": Handler(Role.EDITOR, freeze.by_command),
    "refund": Handler(Role.OWNER, refunds.by_command),
    "add": Handler(Right.FINANCE, offline.by_command),
    "deposit": Handler(Right.FINANCE, deposits.by_command),
    "payouts": Handler(Right.FINANCE, payouts.by_command),
    "board": Handler(Role.VIEWER, board.by_command),
    "statement": Handler(Right.FINANCE, statement.by_command),
}  # by the verb of content.commands.STAFF_COMMANDS
ACTIONS: Handlers = {
    "bc": Handler(Role.EDITOR, broadcast_handlers.act),
    "bs": Handler(Role.VIEWER, live.act),
    "bf": Handler(Role.EDITOR, corrections.act),
    "cl": Handler(Role.VIEWER, campaign_handlers.listed),
    "cv": Handler(Role.VIEWER, campaign_handlers.shown),
    "ca": Handler(Role.EDITOR, campaign_handlers.act),
    "cd": Handler(Role.EDITOR, edit.act),
    "pl": Handler(Role.EDITOR, places.listed),
    "pp": Handler(Role.EDITOR, places.cards),
    "np": Handler(Role.VIEWER, nudge_handlers.read),
    "ib": Handler(Role.EDITOR, inbox_handlers.act),
    "aw": Handler(Role.EDITOR, away.act),
    "cs": Handler(Role.EDITOR, cases.act),
    "tm": Handler(Role.VIEWER, team_handlers.act),
    "fz": Handler(Role.EDITOR, freeze.act),
    "lt": Handler(Role.EDITOR, late.act),
    "dm": Handler(Role.EDITOR, direct_messages.act),
    "ma": Handler(Role.EDITOR, matching.act),
    "rf": Handler(Role.OWNER, refunds.act),
    "of": Handler(Right.FINANCE, offline.act),
    "pz": Handler(Role.EDITOR, payments_pause.act),
    "st": Handler(Role.OWNER, limit_handlers.act),
    "dc": Handler(Role.EDITOR, deceased.act),
    "ag": Handler(Role.EDITOR, age.act),
    "fg": Handler(Role.VIEWER, report_handlers.act),
    "dg": Handler(Role.EDITOR, digest.act),
    "py": Handler(Right.FINANCE, payouts.act),
    "bd": Handler(Role.VIEWER, board.act),
    "sm": Handler(Right.FINANCE, statement.act),
}  # by the verb of a button
ANSWERS: Answers = {
    "cd": Answering(Role.EDITOR, edit.written, edit.pictured),
    "bc": Answering(Role.EDITOR, broadcast_handlers.written, broadcast_handlers.pictured),
    "bs": Answering(Role.EDITOR, live.written),
    "bf": Answering(Role.OWNER, corrections.written),
    "np": Answering(Role.EDITOR, nudge_handlers.written),
    "ib": Answering(Role.EDITOR, inbox_handlers.written),
    "aw": Answering(Role.EDITOR, away.written),
    "cs": Answering(Role.EDITOR, cases.written),
    "fz": Answering(Role.EDITOR, freeze.written),
    "ma": Answering(Role.EDITOR, matching.written),
    "rf": Answering(Role.OWNER, refunds.written),
    "of": Answering(Right.FINANCE, offline.written),
    "st": Answering(Role.OWNER, limit_handlers.written),
}  # by the verb of the prompt
MENU: tuple[Entry, ...] = (  # the buttons of `/equipe`, top to bottom
    Entry("staff-home-campaigns", "go:campaigns", Role.VIEWER),
    Entry("staff-home-broadcast", "go:broadcast", Role.EDITOR),
    Entry("staff-home-places", "pl", Role.EDITOR),
    Entry("staff-home-cases", "cs:list", Role.EDITOR),
    Entry("staff-home-away", "aw", Role.EDITOR),
    Entry("staff-home-nudges", "go:nudges", Role.VIEWER),
    Entry("staff-home-stats", "go:stats", Role.VIEWER),
    Entry("staff-home-team", "tm:list", Role.VIEWER),
    Entry("staff-refund-button", "rf:", Role.OWNER),
    Entry("staff-home-offline", "of:", Right.FINANCE),
    Entry("staff-home-payouts", "go:payouts", Right.FINANCE),
    Entry("staff-home-statement", "sm:", Right.FINANCE),
    Entry("staff-home-board", "bd:new", Role.VIEWER),
    Entry("staff-home-limits", "st", Role.OWNER),
    Entry("staff-home-freeze", "go:freeze", Role.EDITOR),
)
