"""Stripe's refusals, in the shape its API gives them: {"error": {type, code, message, param}}."""

from ..kit import Json


class StripeError(ValueError):
    """A request that Stripe refuses. `kind` is the error's type, `code` its machine-readable reason.

    more: further fields, such as the payment intent of a declined card.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        more: Json | None = None,
    ) -> None:
        super().__init__(message)
        self.message, self.status, self.kind, self.code, self.param = message, status, kind, code, param
        self.more: Json = more or {}

    def body(self) -> Json:
        error: Json = {"type": self.kind, "message": self.message}
        if self.code:
            error["code"] = self.code
            error["doc_url"] = f"https://stripe.com/docs/error-codes/{self.code.replace('_', '-')}"
        if self.param:
            error["param"] = self.param
        error.update(self.more)
        return {"error": error}


def missing(kind: str, id: str, param: str = "id") -> StripeError:
    """Return the error for an object that does not exist."""
    name = kind.rpartition(".")[2].replace("_", "")
    return StripeError(f"No such {name}: '{id}'", status=404, code="resource_missing", param=param)


def no_such_reference(kind: str, id: str, param: str) -> StripeError:
    """Return the error for a parameter that names a missing object: 400, where a path gives 404."""
    error = missing(kind, id, param)
    error.status = 400
    return error


def invalid(message: str, param: str | None = None, code: str | None = None) -> StripeError:
    return StripeError(message, param=param, code=code)
