"""Who handles what of the staff: commands, buttons, written answers and pictures; every corner's rows together."""

from bot.usecases.staff.handling import Answers, Handlers

COMMANDS: Handlers = {}  # by the verb of content.commands.STAFF_COMMANDS
ACTIONS: Handlers = {}  # by the verb of a button
ANSWERS: Answers = {}  # by the verb of what was asked for
