"""Discord's refusals: a status, its own code, and for invalid bodies the path of each mistake."""

from bot.sandbox.kit import Json


class VerbError(ValueError):
    """An action that a person could not take, or on something that does not exist."""


class Refused(Exception):
    """An error response. `errors` is Discord's nested shape for code 50035."""

    def __init__(self, status: int, code: int, message: str, errors: Json | None = None) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code, self.message, self.errors = status, code, message, errors

    def body(self) -> Json:
        body: Json = {"message": self.message, "code": self.code}
        return body | {"errors": self.errors} if self.errors else body


class Problems:
    """Collects all mistakes in a body, so that one response names them all."""

    def __init__(self) -> None:
        self.errors: Json = {}

    def add(self, path: str, code: str, message: str) -> None:
        """Add a mistake. `path` is dotted: `components.0.components.2.url`."""
        at = self.errors
        for piece in path.split("."):
            at = at.setdefault(piece, {})
        at.setdefault("_errors", []).append({"code": code, "message": message})

    def length(self, path: str, value: object, most: int, least: int = 0) -> None:
        """Check that a text or list has `least` to `most` characters or items.

        White space at both ends of a text does not count, since Discord trims it (docs.discord.com/developers,
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
        """Record unknown fields as mistakes. Discord ignores them, but a bot that sends them has a bug."""
        for name in value.keys() - names:
            self.add(f"{path}.{name}" if path else name, "UNKNOWN_FIELD", "The sandbox refuses unknown fields.")

    def required(self, path: str) -> None:
        self.add(path, "BASE_TYPE_REQUIRED", "This field is required")

    def raise_if_any(self) -> None:
        """Raise Refused (50035) if there are mistakes."""
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
