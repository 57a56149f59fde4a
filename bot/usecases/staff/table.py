"""Who handles what of the staff: commands, buttons, written answers and pictures; every corner's rows together."""

from bot.domain.staff import Role
from bot.usecases.staff import campaign_talk, freeze_talk, nudge_talk, stats_talk, team
from bot.usecases.staff.handling import Answering, Answers, Entry, Handler, Handlers

COMMANDS: Handlers = {
    "campaigns": Handler(Role.VIEWER, campaign_talk.campaigns),
    "nudges": Handler(Role.VIEWER, nudge_talk.by_command),
    "stats": Handler(Role.VIEWER, stats_talk.by_command),
    "freeze": Handler(Role.EDITOR, freeze_talk.by_command),
}  # by the verb of content.commands.STAFF_COMMANDS
ACTIONS: Handlers = {
    "cl": Handler(Role.VIEWER, campaign_talk.listed),
    "ca": Handler(Role.EDITOR, campaign_talk.act),
    "np": Handler(Role.VIEWER, nudge_talk.read),
    "tm": Handler(Role.VIEWER, team.act),
    "fz": Handler(Role.EDITOR, freeze_talk.act),
}  # by the verb of a button
ANSWERS: Answers = {
    "np": Answering(Role.EDITOR, nudge_talk.written),
    "fz": Answering(Role.EDITOR, freeze_talk.written),
}  # by the verb of what was asked for
HOME: tuple[Entry, ...] = (  # the buttons of `/equipe`, top to bottom
    Entry("staff-home-campaigns", "go:campaigns", Role.VIEWER),
    Entry("staff-home-broadcast", "go:broadcast", Role.EDITOR),
    Entry("staff-home-nudges", "go:nudges", Role.VIEWER),
    Entry("staff-home-stats", "go:stats", Role.VIEWER),
    Entry("staff-home-team", "tm:list", Role.VIEWER),
    Entry("staff-home-freeze", "go:freeze", Role.EDITOR),
)
