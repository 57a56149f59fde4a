"""Who handles what of the staff: commands, buttons, written answers and pictures; every corner's rows together."""

from bot.domain.staff import Role
from bot.usecases.staff import campaign_talk, nudge_talk
from bot.usecases.staff.handling import Answering, Answers, Handler, Handlers

COMMANDS: Handlers = {
    "campaigns": Handler(Role.VIEWER, campaign_talk.campaigns),
    "nudges": Handler(Role.VIEWER, nudge_talk.by_command),
}  # by the verb of content.commands.STAFF_COMMANDS
ACTIONS: Handlers = {
    "cl": Handler(Role.VIEWER, campaign_talk.listed),
    "ca": Handler(Role.EDITOR, campaign_talk.act),
    "np": Handler(Role.VIEWER, nudge_talk.read),
}  # by the verb of a button
ANSWERS: Answers = {
    "np": Answering(Role.EDITOR, nudge_talk.written),
}  # by the verb of what was asked for
