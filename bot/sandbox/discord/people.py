"""What people do with the app: commands, buttons, menus, modals and text."""

from __future__ import annotations

from bot.sandbox.discord import acting, writing
from bot.sandbox.discord.components import ROW, modal_fields
from bot.sandbox.discord.errors import VerbError
from bot.sandbox.discord.files import Upload
from bot.sandbox.discord.gateway import Hub
from bot.sandbox.discord.interactions_api import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL
from bot.sandbox.discord.seeing import seen, usable
from bot.sandbox.discord.world import Channel, Interaction, Message, Ref, User, World
from bot.sandbox.kit import Json


class PeopleVerbs:
    """Verbs of a person. `patience`: seconds until Discord reports that an interaction failed."""

    world: World
    hub: Hub
    patience: float

    def commands(self, user: Ref, place: Ref = "dm") -> list[Json]:
        """Return the user's command menu: names and descriptions in their language."""
        who, channel = self._there(user, place)
        return [
            {
                "name": acting.local(one, "name", who.locale),
                "description": acting.local(one, "description", who.locale),
                "key": one["name"],
            }
            for one in acting.commands_here(self.world, who, channel)
        ]

    async def slash(self, user: Ref, place: Ref, command: str, options: Json | None = None) -> Json:
        """Run a command, by its localised or default name; return the first answer (acting.happen).

        `place`: a channel or "dm". Raises VerbError if the user has no such command or option there.
        """
        who, channel = self._there(user, place)
        found, path = acting.find_command(self.world, who, channel, command)
        filled = acting.filled(self.world, path[-1] if path else found, options or {}, who)
        owners = acting.available(self.world, who, channel, found)
        it = acting.begin(self.world, COMMAND, who, channel, owners, found["name"])
        data = acting.command_data(found, path, filled)
        return await self._happen(it, data | acting.resolved(self.world, channel, filled))

    async def autocomplete(
        self, user: Ref, place: Ref, command: str, option: str, typed: str, options: Json | None = None
    ) -> list[Json]:
        """Return the bot's suggestions while the user types an option: [{"name", "value"}, ...].

        Raises VerbError if the option has no suggestions, or none came in time.
        """
        who, channel = self._there(user, place)
        found, path = acting.find_command(self.world, who, channel, command)
        leaf = path[-1] if path else found
        known = next((one for one in leaf.get("options") or [] if option in acting.names(one, who.locale)), None)
        if known is None or not known.get("autocomplete"):
            raise VerbError(f"/{command} suggests nothing for {option}")
        filled = acting.filled(self.world, leaf, {**(options or {}), option: typed}, who, focused=option)
        it = acting.begin(self.world, AUTOCOMPLETE, who, channel, acting.available(self.world, who, channel, found))
        answer = await self._happen(it, acting.command_data(found, path, filled))
        if answer["kind"] != "choices":
            raise VerbError("Loading options failed")
        choices: list[Json] = answer["choices"]
        return choices

    async def click(self, user: Ref, message: Ref, button: str) -> Json:
        """Press a button, by custom id or label. Return {"kind": "url", "url": ...} for a link, else as slash()."""
        who, channel, it = self._in_front_of(user, message)
        found = usable(it, button)
        if found is None:
            raise VerbError(f"no button {button!r}; there are {seen(self.world, it)['buttons']}")
        if found.get("disabled"):
            raise VerbError(f"the button {button!r} is switched off")
        if found.get("url"):
            return {"kind": "url", "url": found["url"]}
        return await self._use(who, channel, it, {"custom_id": found["custom_id"], "component_type": 2}, found)

    async def select(self, user: Ref, message: Ref, menu: str, values: list[str]) -> Json:
        """Choose in a menu, by the options' values or labels."""
        who, channel, it = self._in_front_of(user, message)
        found = usable(it, menu, menus=True)
        if found is None or found.get("disabled"):
            raise VerbError(f"no menu {menu!r} to choose in")
        chosen = [_option(found, value) for value in values]
        if not found["min_values"] <= len(chosen) <= found["max_values"]:
            raise VerbError(f"choose {found['min_values']} to {found['max_values']}")
        data = {"custom_id": found["custom_id"], "component_type": found["type"], "values": chosen}
        return await self._use(who, channel, it, data, found)

    async def submit_modal(self, user: Ref, modal: Ref, values: Json) -> Json:
        """Submit a modal's fields, by custom id or label. `modal`: the answer that opened it, or its interaction id."""
        number = modal.get("interaction_id", "") if isinstance(modal, dict) else modal
        opener = self.world.interactions.get(int(str(number) or 0))
        if opener is None or opener.modal is None:
            raise VerbError(f"no modal is open: {modal}")
        if opener.user.id != self.world.user(user).id:
            raise VerbError("the modal is in front of somebody else")
        data = _submitted(opener.modal, values)
        it = acting.begin(self.world, MODAL, opener.user, opener.channel, opener.owners, None, opener.source, opener)
        return await self._happen(it, data)

    def dm(
        self, user: Ref, text: str, picture: bytes | None = None, reply_to: Ref | None = None, file: str = ""
    ) -> Json:
        """Write to the bot in a DM. Raises VerbError if Discord would not allow it.

        `file`: the name of an attached file, such as voice-message.ogg, or message.txt for a pasted long text.
        """
        who = self.world.user(user)
        if not who.installed and next(self.world.shared_guilds(who), None) is None:
            raise VerbError(f"{who.name} shares no server with the bot")
        return self._say(who, self.world.dm(who), text, picture, reply_to, file)

    def edit(self, user: Ref, message: Ref, text: str) -> Json:
        """Edit an own message."""
        who, _, it = self._in_front_of(user, message)
        if it.author != who or not 1 <= len(text) <= 2000:
            raise VerbError("only one's own messages, with 1 to 2000 characters, can be edited")
        writing.revise(self.world, it, {"content": text}, {})
        return seen(self.world, it)

    def say(
        self,
        user: Ref,
        channel: Ref,
        text: str,
        picture: bytes | None = None,
        reply_to: Ref | None = None,
        ping: bool = True,
    ) -> Json:
        """Write in a channel that the user can see. `ping`: a reply mentions whom it answers, as apps do by default."""
        return self._say(*self._there(user, channel), text, picture, reply_to, ping=ping)

    def _say(
        self,
        who: User,
        channel: Channel,
        text: str,
        picture: bytes | None = None,
        reply_to: Ref | None = None,
        file: str = "",
        *,
        ping: bool = True,
    ) -> Json:
        if not (0 if picture or file else 1) <= len(text) <= 2000:
            raise VerbError("a message has 1 to 2000 characters, or a file; apps attach a longer text as message.txt")
        body: Json = {"content": text}
        if reply_to is not None:
            body["message_reference"] = {"message_id": str(self.world.message(reply_to)[1].id)}
            body["allowed_mentions"] = {"parse": ["users", "roles", "everyone"], "replied_user": ping}
        files = {} if picture is None else {0: Upload("picture.png", picture)}
        files |= {len(files): Upload(file, b"file")} if file else {}
        return seen(self.world, writing.compose(self.world, channel, who, body, files))

    # --- inside ---
    def _there(self, user: Ref, place: Ref) -> tuple[User, Channel]:
        who = self.world.user(user)
        channel = self.world.place(place, who)
        if not self.world.sees(who, channel):
            raise VerbError(f"{who.name} is not in {channel.name}")
        return who, channel

    def _in_front_of(self, user: Ref, message: Ref) -> tuple[User, Channel, Message]:
        """Return a message that the user can see. Raises VerbError for ephemeral answers to others."""
        who = self.world.user(user)
        channel, it = self.world.message(message)
        if it.ephemeral_to not in (None, who.id) or not self.world.sees(who, channel):
            raise VerbError(f"{who.name} does not see that message")
        return who, channel, it

    async def _use(self, who: User, channel: Channel, source: Message, data: Json, component: Json) -> Json:
        fallback = {"0": str(channel.guild_id or 0)}
        owners = source.origin.owners if source.origin else fallback
        it = acting.begin(self.world, COMPONENT, who, channel, owners, None, source)
        return await self._happen(it, data | {"id": component["id"]})

    async def _happen(self, it: Interaction, data: Json) -> Json:
        return await acting.happen(self.world, self.hub, it, data, self.patience)


def _option(menu: Json, wanted: str) -> str:
    if menu["type"] != 3:
        return wanted
    for option in menu["options"]:
        if wanted in (option["value"], option["label"]):
            return str(option["value"])
    raise VerbError(f"no option {wanted!r}; there are {[option['label'] for option in menu['options']]}")


def _submitted(modal: Json, values: Json) -> Json:
    """Return the submitted modal in its original blocks. Raises VerbError if a field is too short or long."""
    left, typed = dict(values), {}
    for _path, label, field in modal_fields(modal):
        text = str(left.pop(field["custom_id"], left.pop(label, field.get("value") or "")))
        if not text and field.get("required") is not False:
            raise VerbError(f"the field {label!r} is required")
        if text and not (field.get("min_length") or 0) <= len(text) <= (field.get("max_length") or 4000):
            raise VerbError(f"the field {label!r} is too short or too long")
        typed[field["custom_id"]] = text
    if left:
        raise VerbError(f"no such fields: {sorted(left)}")
    blocks = []
    for number, block in enumerate(modal["components"], start=1):
        inner = block.get("components") or ([block["component"]] if "component" in block else [])
        sent = [{"type": one["type"], "id": 100 + number, "custom_id": one["custom_id"],
                 "value": typed[one["custom_id"]]} for one in inner]  # fmt: skip
        if block["type"] == ROW:
            blocks.append({"type": ROW, "id": number, "components": sent})
        elif sent:
            blocks.append({"type": block["type"], "id": number, "component": sent[0]})
    return {"custom_id": modal["custom_id"], "components": blocks}
