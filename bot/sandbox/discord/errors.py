"""How Discord refuses: a status, a code of its own, and for bad bodies the path of each mistake."""

from bot.sandbox.kit import Json


class VerbError(ValueError):
    """A verb was asked for something that a person could not do, or that there is not."""


class Refused(Exception):
    """An answer with an error. `errors` is the nested shape that Discord gives with code 50035."""

    def __init__(self, status: int, code: int, message: str, errors: Json | None = None) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code, self.message, self.errors = status, code, message, errors

    def body(self) -> Json:
        body: Json = {"message": self.message, "code": self.code}
        return body | {"errors": self.errors} if self.errors else body


class Problems:
    """Collects what is wrong with a body, so that one answer names all of it."""

    def __init__(self) -> None:
        self.errors: Json = {}

    def add(self, path: str, code: str, message: str) -> None:
        """`path` is dotted: `components.0.components.2.url`."""
        at = self.errors
        for piece in path.split("."):
            at = at.setdefault(piece, {})
        at.setdefault("_errors", []).append({"code": code, "message": message})

    def length(self, path: str, value: object, most: int, least: int = 0) -> None:
        """A text or list of `least` to `most` characters or items.

        White space at both ends of a text does not count: Discord takes it away (docs.discord.com/developers,
        Message Resource, "Embed Limits").
        """
        if not isinstance(value, (str, list)):
            self.add(path, "BASE_TYPE_BAD_TYPE", "Must be text or a list.")
            return
        size = len(value.strip() if isinstance(value, str) else value)
        if size == 0 and least == 1:
            self.required(path)
        elif not least <= size <= most:
            bounds = f"between {least} and {most}" if least else f"{most} or fewer"
            self.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be {bounds} in length.")

    def known(self, path: str, value: Json, names: frozenset[str]) -> None:
        """Discord passes over fields that it does not know; a bot that sends them believes something wrong."""
        for name in value.keys() - names:
            self.add(f"{path}.{name}" if path else name, "UNKNOWN_FIELD", "The stand-in refuses unknown fields.")

    def required(self, path: str) -> None:
        self.add(path, "BASE_TYPE_REQUIRED", "This field is required")

    def settle(self) -> None:
        """Raises Refused (50035) if anything was found."""
        if self.errors:
            raise Refused(400, 50035, "Invalid Form Body", self.errors)


def invalid(path: str, code: str, message: str) -> Refused:
    problems = Problems()
    problems.add(path, code, message)
    return Refused(400, 50035, "Invalid Form Body", problems.errors)


def unknown(what: str) -> Refused:
    return Refused(404, UNKNOWN[what], f"Unknown {what}")


def missing_access() -> Refused:
    return Refused(403, 50001, "Missing Access")


def missing_permissions() -> Refused:
    return Refused(403, 50013, "Missing Permissions")


UNKNOWN = {
    "Channel": 10003, "Guild": 10004, "Invite": 10006, "Member": 10007, "Message": 10008, "User": 10013,
    "Webhook": 10015, "Interaction": 10062, "application command": 10063,
}  # fmt: skip
