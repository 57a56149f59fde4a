"""Turn published descriptions into ours: Telegram's as scraped from its page, Discord's and Stripe's OpenAPI.

Ours has one shape for all three:

    {"service", "source", "date", "licence",
     "operations": {"POST /path": {"query": schema | null, "body": schema | null, "body_required": bool,
                                   "responses": {"200" | "4XX": schema | null}}},
     "schemas": {name: schema}}

A schema uses the words of `schemas.py`; `$ref` holds the bare name. Prose is dropped.
"""

import re
from typing import Any

from tests.contract.schemas import Schema

Description = dict[str, Any]

_METHODS = ("get", "post", "put", "patch", "delete")
_KEPT = frozenset({
    "type", "enum", "const", "format", "pattern", "minimum", "maximum", "minLength", "maxLength", "required",
    "minItems", "maxItems", "maxProperties",
})  # fmt: skip
_SOURCES = {
    "stripe": ("Stripe's OpenAPI description, API version {}", "MIT"),
    "discord": ("Discord's OpenAPI description, API version {}", "MIT"),
}
_FORM = "application/x-www-form-urlencoded"
_TELEGRAM = {"Integer": "integer", "Int": "integer", "String": "string", "Boolean": "boolean", "Float": "number",
             "InputFile": "string"}  # fmt: skip
_TELEGRAM_ERROR: Schema = {
    "type": "object",
    "required": ["ok", "error_code", "description"],
    "properties": {
        "ok": {"const": False},
        "error_code": {"type": "integer"},
        "description": {"type": "string"},
        "parameters": {"$ref": "ResponseParameters"},
    },
}


def converted(document: dict[str, Any], date: str) -> Description:
    """Our description of the published document, which was downloaded on `date`. Raises ValueError for others."""
    if "methods" in document and "types" in document:
        return _telegram(document, date)
    if "openapi" in document:
        title = document["info"]["title"].lower()
        for service in _SOURCES:
            if service in title:
                return _openapi(document, service, date)
    raise ValueError("neither an OpenAPI document of Stripe or Discord, nor a list of Telegram's types and methods")


def _telegram(document: dict[str, Any], date: str) -> Description:
    schemas = {name: _telegram_type(item) for name, item in document["types"].items()}
    operations = {}
    for name, item in document["methods"].items():
        schemas[name] = _telegram_object(item)
        answer = {"type": "object", "required": ["ok", "result"],
                  "properties": {"ok": {"const": True}, "result": _telegram_union(item["returns"])}}  # fmt: skip
        responses = {"200": answer, "4XX": {"$ref": "error"}}
        operations[f"POST /{name}"] = {"query": None, "body": {"$ref": name}, "body_required": False,
                                       "responses": responses}  # fmt: skip
    return {
        "service": "telegram",
        "source": f"{document['version']} of {document['release_date']}, names and types read from its page",
        "date": date,
        "licence": "facts only, no text",
        "operations": operations,
        "schemas": schemas | {"error": _TELEGRAM_ERROR},
    }


def _telegram_type(item: dict[str, Any]) -> Schema:
    if subtypes := item.get("subtypes"):
        return {"anyOf": [{"$ref": name} for name in subtypes]}
    return _telegram_object(item)


def _telegram_object(item: dict[str, Any]) -> Schema:
    fields = item.get("fields", [])
    return {
        "type": "object",
        "required": sorted(field["name"] for field in fields if field["required"]),
        "properties": {field["name"]: _telegram_field(field, bool(item.get("subtype_of"))) for field in fields},
    }


def _telegram_field(field: dict[str, Any], is_subtype: bool) -> Schema:
    schema, prose = _telegram_union(field["types"]), field["description"].strip()
    # The members of a union differ in a fixed value, which only the prose names.
    fixed = re.search(r"(?:always|must be) [\"“]?(\w+)[\"”]?\.?$", prose)
    if is_subtype and fixed and field["types"] == ["String"]:
        return {"const": fixed[1]}
    length = re.search(r"(\d+)-(\d+) (characters|bytes)(?! after entities parsing)", prose)
    if length and schema == {"type": "string"}:
        unit = "bytes" if length[3] == "bytes" else "utf16"
        return schema | {"minLength": int(length[1]), "maxLength": int(length[2]), "unit": unit}
    return schema


def _telegram_union(names: list[str]) -> Schema:
    options = [_telegram_named(name) for name in names]
    return options[0] if len(options) == 1 else {"anyOf": options}


def _telegram_named(name: str) -> Schema:
    if name.startswith("Array of "):
        return {"type": "array", "items": _telegram_named(name.removeprefix("Array of "))}
    if name in ("True", "False"):
        return {"const": name == "True"}
    return {"type": _TELEGRAM[name]} if name in _TELEGRAM else {"$ref": name}


def _openapi(document: dict[str, Any], service: str, date: str) -> Description:
    source, licence = _SOURCES[service]
    operations, named = {}, document["components"]["schemas"]
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                shared = item.get("parameters", [])
                operations[f"{method.upper()} {path}"] = _operation(document, item[method], shared)
    return {
        "service": service,
        "source": source.format(document["info"]["version"]),
        "date": date,
        "licence": licence,
        "operations": operations,
        "schemas": {name: _plain(schema, named) for name, schema in named.items()},
    }


def _operation(document: dict[str, Any], operation: dict[str, Any], shared: list[dict[str, Any]]) -> dict[str, Any]:
    named = document["components"]["schemas"]
    given = [parameter for parameter in (*shared, *operation.get("parameters", [])) if parameter["in"] == "query"]
    query = {
        "type": "object",
        "required": sorted(parameter["name"] for parameter in given if parameter.get("required")),
        "properties": {parameter["name"]: _plain(parameter["schema"], named) for parameter in given},
    }
    content = operation.get("requestBody", {}).get("content", {})
    bodies = [content[kind]["schema"] for kind in ("application/json", _FORM, "multipart/form-data") if kind in content]
    responses = {}
    for status, response in operation["responses"].items():
        if "$ref" in response:
            response = document["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
        schema = response.get("content", {}).get("application/json", {}).get("schema")
        responses["4XX" if status == "default" else status] = _plain(schema, named) if schema else None
    return {
        "query": query if given else None,
        "body": _plain(bodies[0], named) if bodies and bodies[0].get("properties", True) else None,
        "body_required": operation.get("requestBody", {}).get("required", False),
        "responses": responses,
    }


def _plain(schema: Schema, named: dict[str, Schema]) -> Schema:
    """The schema in the words of `schemas.py`. Overlapping `oneOf` alternatives are no fault of a value."""
    if "$ref" in schema:
        return {"$ref": _name(schema)}
    out: Schema = {key: value for key, value in schema.items() if key in _KEPT and value != []}
    for part in schema.get("allOf", []):
        whole = named[_name(part)] if "$ref" in part else part
        if "properties" in whole or "allOf" in whole:
            out = _both(_plain(whole, named), out)
        elif "enum" not in out:  # else the reference only widens what is fixed here
            out = _plain(part, named)
    options = [_plain(option, named) for option in (*schema.get("anyOf", []), *schema.get("oneOf", []))]
    if options and all(set(option) <= {"const"} for option in options):
        out["enum"] = [option["const"] for option in options]
    elif options:
        out.pop("type", None)
        out["anyOf"] = options
    if "items" in schema:
        out["items"] = _plain(schema["items"], named)
    if "properties" in schema:
        out["properties"] = {name: _plain(value, named) for name, value in schema["properties"].items()}
    if isinstance(rest := schema.get("additionalProperties"), dict):
        out["additionalProperties"] = _plain(rest, named) or True
    return {"anyOf": [out, {"type": "null"}]} if schema.get("nullable") else out


def _name(schema: Schema) -> str:
    return str(schema["$ref"]).rpartition("/schemas/")[2].replace("~1", "/").replace("~0", "~")


def _both(schema: Schema, other: Schema) -> Schema:
    """The intersection of two objects' schemas."""
    merged = schema | other
    merged["properties"] = schema.get("properties", {}) | other.get("properties", {})
    merged["required"] = sorted({*schema.get("required", ()), *other.get("required", ())})
    return merged
