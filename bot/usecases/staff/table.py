"""Who handles what of the staff: commands, buttons, written answers and pictures; every corner's rows together."""

from bot.domain.staff import Role
from bot.usecases.staff import (
    broadcast_fix,
    broadcast_live,
    broadcast_talk,
    campaign_edit,
    campaign_talk,
    cases_talk,
    freeze_talk,
    inbox_talk,
    limits_talk,
    match_talk,
    nudge_talk,
    payments_talk,
    place_talk,
    refund_talk,
    stats_talk,
    team,
)
from bot.usecases.staff.handler import Answering, Answers, Entry, Handler, Handlers

COMMANDS: Handlers = {
    "campaigns": Handler(Role.VIEWER, campaign_talk.campaigns),
    "broadcast": Handler(Role.EDITOR, broadcast_talk.by_command),
    "here": Handler(Role.EDITOR, place_talk.here),
    "nudges": Handler(Role.VIEWER, nudge_talk.by_command),
    "stats": Handler(Role.VIEWER, stats_talk.by_command),
    "freeze": Handler(Role.EDITOR, freeze_talk.by_command),
    "refund": Handler(Role.OWNER, refund_talk.by_command),
}  # by the verb of content.commands.STAFF_COMMANDS
ACTIONS: Handlers = {
    "bc": Handler(Role.EDITOR, broadcast_talk.act),
    "bs": Handler(Role.VIEWER, broadcast_live.act),
    "bf": Handler(Role.EDITOR, broadcast_fix.act),
    "cl": Handler(Role.VIEWER, campaign_talk.listed),
    "cv": Handler(Role.VIEWER, campaign_talk.shown),
    "ca": Handler(Role.EDITOR, campaign_talk.act),
    "cd": Handler(Role.EDITOR, campaign_edit.act),
    "pl": Handler(Role.EDITOR, place_talk.listed),
    "pp": Handler(Role.EDITOR, place_talk.cards),
    "np": Handler(Role.VIEWER, nudge_talk.read),
    "ib": Handler(Role.EDITOR, inbox_talk.act),
    "cs": Handler(Role.EDITOR, cases_talk.act),
    "tm": Handler(Role.VIEWER, team.act),
    "fz": Handler(Role.EDITOR, freeze_talk.act),
    "ma": Handler(Role.EDITOR, match_talk.act),
    "rf": Handler(Role.OWNER, refund_talk.act),
    "pz": Handler(Role.EDITOR, payments_talk.act),
    "st": Handler(Role.OWNER, limits_talk.act),
    "fg": Handler(Role.VIEWER, stats_talk.act),
}  # by the verb of a button
ANSWERS: Answers = {
    "cd": Answering(Role.EDITOR, campaign_edit.written, campaign_edit.pictured),
    "bc": Answering(Role.EDITOR, broadcast_talk.written, broadcast_talk.pictured),
    "bs": Answering(Role.EDITOR, broadcast_live.written),
    "bf": Answering(Role.OWNER, broadcast_fix.written),
    "np": Answering(Role.EDITOR, nudge_talk.written),
    "ib": Answering(Role.EDITOR, inbox_talk.written),
    "cs": Answering(Role.EDITOR, cases_talk.written),
    "fz": Answering(Role.EDITOR, freeze_talk.written),
    "ma": Answering(Role.EDITOR, match_talk.written),
    "rf": Answering(Role.OWNER, refund_talk.written),
    "st": Answering(Role.OWNER, limits_talk.written),
}  # by the verb of what was asked for
HOME: tuple[Entry, ...] = (  # the buttons of `/equipe`, top to bottom
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
