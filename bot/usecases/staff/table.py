"""Who handles what of the staff: commands, buttons, written answers and pictures; every corner's rows together."""

from bot.domain.staff import Role
from bot.usecases.staff import campaign_talk
from bot.usecases.staff.handling import Answers, Handler, Handlers

COMMANDS: Handlers = {
    "campaigns": Handler(Role.VIEWER, campaign_talk.campaigns),
}  # by the verb of content.commands.STAFF_COMMANDS
ACTIONS: Handlers = {
    "cl": Handler(Role.VIEWER, campaign_talk.listed),
    "ca": Handler(Role.EDITOR, campaign_talk.act),
}  # by the verb of a button
ANSWERS: Answers = {}  # by the verb of what was asked for
