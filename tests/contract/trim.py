"""Cut a whole description down to what we use, and give Stripe's nested objects readable names."""

from typing import Any

from tests.contract.convert import Description
from tests.contract.schemas import Schema

_TRIMMED: Schema = {"trimmed": True}


def trimmed(whole: Description, operations: list[str], schemas: list[str]) -> Description:
    """Only these operations and schemas; what refers to another one says `trimmed`."""
    kept = set(schemas)

    def cut(node: Any) -> Any:
        if isinstance(node, list):
            return [cut(item) for item in node]
        if not isinstance(node, dict):
            return node
        if isinstance(node.get("$ref"), str) and node["$ref"] not in kept:
            return _TRIMMED
        return _compact({key: cut(value) for key, value in node.items()})

    return whole | {
        "operations": {name: cut(whole["operations"][name]) for name in sorted(operations)},
        "schemas": {name: cut(whole["schemas"][name]) for name in sorted(kept)},
    }


def _compact(schema: Schema) -> Schema:
    """The same schema with plain alternatives as one list of types, and equal alternatives once."""
    if "anyOf" not in schema:
        return schema
    options: list[Schema] = []
    for option in schema["anyOf"]:
        if option not in options:
            options.append(option)
    if all(set(option) == {"type"} for option in options):
        kinds = [
            kind
            for option in options
            for kind in ([option["type"]] if isinstance(option["type"], str) else option["type"])
        ]
        return {key: value for key, value in schema.items() if key != "anyOf"} | {"type": kinds}
    return options[0] if len(options) == 1 and len(schema) == 1 else schema | {"anyOf": options}


def renamed(whole: Description, operations: list[str]) -> Description:
    """These operations, with each schema named by where it is: "charge.billing_details", "POST /v1/prices.recurring".

    Resources go by what their field `object` says. Whether a nested object is published in place, as a component,
    or as a class of a library then makes no difference to the name.
    """
    return _Renaming(whole).done(operations)


class _Renaming:
    def __init__(self, whole: Description) -> None:
        self._whole, self._old, self._new = whole, whole["schemas"], dict[str, Schema]()
        self._resources: dict[str, str] = {}  # old name -> what its field `object` says
        for name, schema in self._old.items():
            fixed = schema.get("properties", {}).get("object", {}).get("enum", [])
            if len(fixed) == 1 and fixed[0] not in self._resources.values() and "id" in schema["properties"]:
                self._resources[name] = fixed[0]

    def done(self, operations: list[str]) -> Description:
        for old, new in self._resources.items():
            self._new[new] = self._object(self._old[old], new, ())
        found = {}
        for name in operations:
            item = self._whole["operations"][name]
            responses = {status: self._at(schema, f"answer to {name}" if status == "200" else "error", ())
                         for status, schema in item["responses"].items() if schema}  # fmt: skip
            asked = {part: self._at(item[part], name, ()) for part in ("query", "body") if item[part]}
            found[name] = item | asked | {"responses": responses}
        return self._whole | {"operations": found, "schemas": self._new}

    def _at(self, schema: Schema, name: str, inside: tuple[tuple[str, str], ...]) -> Schema:
        """The schema of what is called `name`. `inside`: (old, new) names of what it is nested in."""
        if "$ref" in schema:
            old = schema["$ref"]
            if old in self._resources:
                return {"$ref": self._resources[old]}
            if old in dict(inside):
                return {"$ref": dict(inside)[old]}
            return self._at(self._old[old], name, (*inside, (old, name)))
        if "anyOf" in schema:
            options = [self._at(option, self._free(name, option), inside) for option in schema["anyOf"]]
            return schema | {"anyOf": options}
        if "items" in schema:
            return schema | {"items": self._at(schema["items"], name, inside)}
        if schema.get("properties"):
            self._new[name] = self._object(schema, name, inside)
            return {"$ref": name}
        if isinstance(rest := schema.get("additionalProperties"), dict):
            return schema | {"additionalProperties": self._at(rest, f"{name}.*", inside)}
        return schema

    def _free(self, name: str, option: Schema) -> str:
        """Another name for the second object among alternatives."""
        if name in self._new and option.get("$ref") not in self._resources:
            return next(new for n in range(2, 99) if (new := f"{name}|{n}") not in self._new)
        return name

    def _object(self, schema: Schema, name: str, inside: tuple[tuple[str, str], ...]) -> Schema:
        fields = schema["properties"].items()
        return schema | {"properties": {key: self._at(field, f"{name}.{key}", inside) for key, field in fields}}
