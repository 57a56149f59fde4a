"""Published descriptions, in small, turned into ours."""

import json
from pathlib import Path
from typing import Any

import pytest
import stripe

from tests.contract.convert import converted
from tests.contract.convert_stripe import described
from tests.contract.descriptions import DATA, SERVICES
from tests.contract.trim import renamed, trimmed
from tests.contract.update import USED, cut, save

TELEGRAM: dict[str, Any] = {
    "version": "Bot API 10.1",
    "release_date": "June 11, 2026",
    "types": {
        "Chat": {"name": "Chat", "fields": [
            {"name": "id", "types": ["Integer"], "required": True, "description": "Unique identifier"},
        ]},
        "Scope": {"name": "Scope", "subtypes": ["ScopeAll"]},
        "ScopeAll": {"name": "ScopeAll", "subtype_of": ["Scope"], "fields": [
            {"name": "type", "types": ["String"], "required": True, "description": "Scope type, must be all"},
        ]},
    },
    "methods": {
        "sendMessage": {"name": "sendMessage", "returns": ["Chat"], "fields": [
            {"name": "chat_id", "types": ["Integer", "String"], "required": True, "description": "Where"},
            {"name": "text", "types": ["String"], "required": True,
             "description": "Text of the message to be sent, 1-4096 characters after entities parsing"},
            {"name": "data", "types": ["String"], "required": False, "description": "Data, 1-64 bytes"},
            {"name": "scopes", "types": ["Array of Scope"], "required": False, "description": "Scopes"},
        ]},
    },
}  # fmt: skip
STRIPE: dict[str, Any] = {
    "openapi": "3.0.0",
    "info": {"title": "Stripe API", "version": "2026-10-28"},
    "paths": {"/v1/refunds": {"post": {
        "parameters": [],
        "requestBody": {"required": False, "content": {"application/x-www-form-urlencoded": {"schema": {
            "type": "object", "properties": {"details": {
                "type": "object", "title": "details", "properties": {"note": {"type": "string", "maxLength": 5000}},
            }},
        }}}},
        "responses": {
            "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/refund"}}}},
            "default": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/error"}}}},
        },
    }}},
    "components": {"schemas": {
        "refund": {"type": "object", "required": ["id"], "properties": {
            "id": {"type": "string", "maxLength": 5000},
            "object": {"type": "string", "enum": ["refund"], "description": "Prose that is dropped"},
            "reason": {"type": "string", "nullable": True},
            "charge": {"anyOf": [{"type": "string"}, {"$ref": "#/components/schemas/charge"}]},
            "next": {"anyOf": [{"$ref": "#/components/schemas/refund_next"}], "nullable": True},
        }},
        "refund_next": {"type": "object", "properties": {"type": {"type": "string"}}},
        "charge": {"type": "object", "properties": {
            "id": {"type": "string"}, "object": {"type": "string", "enum": ["charge"]},
        }},
        "error": {"type": "object", "properties": {"error": {"type": "object", "properties": {}}}},
    }},
}  # fmt: skip


def test_telegram_types_and_methods_are_read() -> None:
    whole = converted(TELEGRAM, "2026-11-30")
    assert whole["source"].startswith("Bot API 10.1 of June 11, 2026")
    body = whole["schemas"]["sendMessage"]
    assert body["required"] == ["chat_id", "text"]
    assert body["properties"]["chat_id"] == {"anyOf": [{"type": "integer"}, {"type": "string"}]}
    assert body["properties"]["data"] == {"type": "string", "minLength": 1, "maxLength": 64, "unit": "bytes"}
    assert body["properties"]["text"] == {"type": "string"}  # how long after parsing: a rule
    assert whole["schemas"]["ScopeAll"]["properties"]["type"] == {"const": "all"}


def test_stripe_objects_are_named_by_where_they_are() -> None:
    operation = "POST /v1/refunds"
    whole = renamed(converted(STRIPE, "2026-11-30"), [operation])
    assert whole["operations"][operation]["body"] == {"$ref": operation}
    assert whole["operations"][operation]["responses"]["200"] == {"$ref": "refund"}
    assert whole["schemas"][operation]["properties"]["details"] == {"$ref": f"{operation}.details"}
    assert whole["schemas"]["refund"]["properties"]["reason"] == {"anyOf": [{"type": "string"}, {"type": "null"}]}
    assert whole["schemas"]["refund"]["properties"]["next"]["anyOf"][0]["anyOf"] == [{"$ref": "refund.next"}]


def test_unused_schemas_are_trimmed() -> None:
    operation = "POST /v1/refunds"
    kept = trimmed(renamed(converted(STRIPE, "2026-11-30"), [operation]), [operation], ["refund"])
    assert list(kept["schemas"]) == ["refund"]
    assert kept["schemas"]["refund"]["properties"]["charge"] == {"anyOf": [{"type": "string"}, {"trimmed": True}]}
    assert kept["schemas"]["refund"]["properties"]["reason"] == {"type": ["string", "null"]}


def test_intersections_of_objects_are_merged() -> None:
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Discord HTTP API", "version": "10"},
        "paths": {},
        "components": {"schemas": {
            "Base": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}},
            "More": {"allOf": [{"$ref": "#/components/schemas/Base"},
                               {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}}]},
            "Kinds": {"type": "integer", "oneOf": [{"const": 1}, {"const": 2}]},
            "Two": {"type": "integer", "enum": [2], "allOf": [{"$ref": "#/components/schemas/Kinds"}]},
        }},
    }  # fmt: skip
    schemas = converted(document, "2026-11-30")["schemas"]
    assert schemas["More"]["required"] == ["a", "id"]
    assert set(schemas["More"]["properties"]) == {"a", "id"}
    assert schemas["Kinds"] == {"type": "integer", "enum": [1, 2]}
    assert schemas["Two"] == {"type": "integer", "enum": [2]}


def test_another_document_is_refused() -> None:
    with pytest.raises(ValueError, match="neither"):
        converted({"swagger": "2.0"}, "2026-11-30")


@pytest.mark.parametrize("name", SERVICES)
def test_kept_descriptions_are_as_update_writes_them(name: str, tmp_path: Path) -> None:
    used, kept = json.loads(USED.read_text())[name], json.loads((DATA / f"{name}.json").read_text())
    assert sorted(kept["operations"]) == used["operations"]
    assert sorted(kept["schemas"]) == used["schemas"]
    save(tmp_path / "again.json", kept)
    assert (tmp_path / "again.json").read_text() == (DATA / f"{name}.json").read_text()
    assert name == "stripe" or cut(kept, used) == kept


def test_kept_description_of_stripe_is_that_of_the_library() -> None:
    """After an upgrade of the library, run tests.contract.update on its folder."""
    used, kept = json.loads(USED.read_text())["stripe"], json.loads((DATA / "stripe.json").read_text())
    assert cut(described(Path(stripe.__file__).parent, kept["date"], used["operations"]), used) == kept


def test_other_parameters_of_stripes_library_are_read(tmp_path: Path) -> None:
    (tmp_path / "_version.py").write_text('VERSION = "1.2.3"\n')
    (tmp_path / "_api_version.py").write_text('class _ApiVersion:\n    CURRENT = "2026-10-28"\n')
    (tmp_path / "_error_object.py").write_text("class ErrorObject:\n    message: Optional[str]\n")
    (tmp_path / "_thing.py").write_text(
        "_Base = TypedDict('_Base', {'from': 'NotRequired[int]'})\n"
        "class Thing(StripeObject):\n"
        "    OBJECT_NAME: ClassVar[str] = 'thing'\n"
        "    class Part(_Base):\n"
        "        kind: Literal['a', 'b'] | str\n"
        "    id: str\n"
        "    part: Optional[Part]\n"
        "    more: ListObject['Thing']\n"
    )
    (tmp_path / "_thing_service.py").write_text(
        "if TYPE_CHECKING:\n    from stripe._thing import Thing\n"
        "class ThingService:\n"
        "    def retrieve(self, thing) -> 'Thing':\n"
        "        return self._request('get', '/v1/things/{thing}'.format(thing=thing))\n"
    )
    whole = described(tmp_path, "2026-11-30")
    assert whole["source"].startswith("stripe-python 1.2.3")
    assert whole["operations"]["GET /v1/things/{thing}"]["responses"]["200"] == {"$ref": "stripe._thing:Thing"}
    thing, part = whole["schemas"]["stripe._thing:Thing"], whole["schemas"]["stripe._thing:Thing.Part"]
    assert thing["required"] == ["id", "more"]
    assert thing["properties"]["part"] == {"anyOf": [{"$ref": "stripe._thing:Thing.Part"}, {"type": "null"}]}
    assert part["properties"] == {"kind": {"enum": ["a", "b"]}, "from": {"type": "integer"}}
