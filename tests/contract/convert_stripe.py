"""Read Stripe's description out of its Python library, whose types are generated from the OpenAPI document.

The library is installed with Obole, so this needs no download, and a test can repeat it. Compared with the document,
lengths and patterns are missing: `rules/stripe.py` has them.
"""

import ast
import re
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.contract.convert import Description
from tests.contract.schemas import Schema

_SCALARS: dict[str, Schema] = {
    "str": {"type": "string"},
    "int": {"type": "integer"},
    "bool": {"type": "boolean"},
    "float": {"type": "number"},
    "Decimal": {"type": ["string", "number"]},
    "None": {"type": "null"},
    "Any": {},
    "StripeObject": {"type": "object"},
    "UntypedStripeObject": {"type": "object"},
}
_OPTIONAL = ("NotRequired", "Optional")  # a parameter that may be left out; a field that may be, or is null
_LISTS = {"ListObject": "list", "SearchResultObject": "search_result"}
_ANY_TEXT: Schema = {"type": "string"}
_DELETED: Schema = {
    "type": "object",
    "required": ["deleted", "id"],
    "properties": {"id": _ANY_TEXT, "object": _ANY_TEXT, "deleted": {"const": True}},
}


@dataclass
class _Module:
    """What a module of the library defines and imports, by name; classes inside classes as "Charge.Outcome"."""

    classes: dict[str, ast.ClassDef] = field(default_factory=dict)
    imports: dict[str, tuple[str, str]] = field(default_factory=dict)
    values: dict[str, ast.expr] = field(default_factory=dict)

    def read(self, body: list[ast.stmt], prefix: str = "") -> None:
        for node in body:
            match node:
                case ast.ClassDef():
                    self.classes[prefix + node.name] = node
                    self.read(node.body, f"{prefix}{node.name}.")
                case ast.Assign(targets=[ast.Name(id=name)]):
                    self.values[name] = node.value
                case ast.ImportFrom(module=str(module)) if module.startswith("stripe"):
                    self.imports |= {name.asname or name.name: (module, name.name) for name in node.names}
                case ast.If():  # TYPE_CHECKING
                    self.read(node.body, prefix)


def described(package: Path, date: str, operations: Container[str] | None = None) -> Description:
    """Our description of these operations, or of all. `package`: the folder of the installed library."""
    library = _Library(package)
    found = dict(library.operations(operations))
    text = (package / "_version.py").read_text() + (package / "_api_version.py").read_text()
    version = dict(re.findall(r'(\w+) = "([^"]+)"', text))
    return {
        "service": "stripe",
        "source": f"stripe-python {version['VERSION']}, whose types are generated from Stripe's OpenAPI description, "
        f"API version {version['CURRENT']}",
        "date": date,
        "licence": "MIT",
        "operations": found,
        "schemas": library.schemas,
    }


class _Library:
    def __init__(self, root: Path) -> None:
        self._root, self._modules = root, dict[str, _Module]()
        self.schemas: dict[str, Schema] = {}

    def operations(self, wanted: Container[str] | None) -> Iterator[tuple[str, Schema]]:
        """Each wanted operation, or every one, with its description."""
        for path in sorted(self._root.rglob("*_service.py")):
            dotted = ".".join(("stripe", *path.relative_to(self._root).with_suffix("").parts))
            for scope, node in self._module(dotted).classes.items():
                for function in (statement for statement in node.body if isinstance(statement, ast.FunctionDef)):
                    name = _called(function)
                    if name and (wanted is None or name in wanted):
                        yield name, self._operation(name, function, dotted, scope)

    def _operation(self, name: str, function: ast.FunctionDef, dotted: str, scope: str) -> Schema:
        given = next((arg.annotation for arg in function.args.args if arg.arg == "params"), None)
        params = self._type(given, dotted, scope) if given else None
        params = next((option for option in (params or {}).get("anyOf", [params]) if option != {"type": "null"}), None)
        if params and not self.schemas[params["$ref"]]["properties"]:
            params = None
        assert function.returns is not None
        answer = self._type(function.returns, dotted, scope)
        if name.startswith("DELETE"):
            answer = {"anyOf": [answer, _DELETED]}
        sent, error = name.startswith("POST"), {"$ref": self._class("stripe._error_object", "ErrorObject")}
        return {
            "query": None if sent else params,
            "body": params if sent else None,
            "body_required": False,
            "responses": {"200": answer, "4XX": _object({"error": error}, ["error"])},
        }

    def _module(self, dotted: str) -> _Module:
        if dotted not in self._modules:
            module = self._modules[dotted] = _Module()
            path = self._root.joinpath(*dotted.split(".")[1:]).with_suffix(".py")
            if path.exists():
                module.read(ast.parse(path.read_text()).body)
        return self._modules[dotted]

    def _type(self, node: ast.expr | str, dotted: str, scope: str) -> Schema:
        """The schema of an annotation, as it is meant inside class `scope` of the module."""
        match node:
            case str():
                return self._type(ast.parse(node, mode="eval").body, dotted, scope)
            case ast.Constant(value=None):
                return {"type": "null"}
            case ast.Constant(value=str(text)):
                return self._type(text, dotted, scope)
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                return self._union([left, right], dotted, scope)
            case ast.Name() | ast.Attribute():
                return self._named(ast.unparse(node), dotted, scope)
            case ast.Subscript(value=head, slice=inner):
                arguments = inner.elts if isinstance(inner, ast.Tuple) else [inner]
                return self._generic(ast.unparse(head).rpartition(".")[2], arguments, dotted, scope)
        raise ValueError(f"{ast.unparse(node)} in {dotted}")

    def _generic(self, head: str, arguments: list[ast.expr], dotted: str, scope: str) -> Schema:
        match head:
            case "Literal":
                return {"enum": [ast.literal_eval(argument) for argument in arguments]}
            case "Optional":
                return self._union([*arguments, ast.Constant(None)], dotted, scope)
            case "Union":
                return self._union(arguments, dotted, scope)
            case "NotRequired":
                return self._type(arguments[0], dotted, scope)
            case "ExpandableField":
                return {"anyOf": [_ANY_TEXT, self._type(arguments[0], dotted, scope)]}
            case "List" | "Sequence":
                return {"type": "array", "items": self._type(arguments[0], dotted, scope)}
            case "Dict" | "UntypedStripeObject":
                return {"type": "object", "additionalProperties": self._type(arguments[-1], dotted, scope) or True}
            case "ListObject" | "SearchResultObject":
                data = {"type": "array", "items": self._type(arguments[0], dotted, scope)}
                fields = {"object": {"const": _LISTS[head]}, "has_more": {"type": "boolean"}, "url": _ANY_TEXT}
                return _object(fields | {"data": data}, ["object", "data", "has_more", "url"])
        raise ValueError(f"{head}[...] in {dotted}")

    def _union(self, nodes: list[ast.expr], dotted: str, scope: str) -> Schema:
        options: list[Schema] = []
        for schema in (self._type(node, dotted, scope) for node in nodes):
            options += [option for option in schema.get("anyOf", [schema]) if option not in options]
        # "Literal['a', 'b']|str" means: these values today. Literal[''] alone is what unsets a field.
        if any(option.get("enum", [""]) != [""] for option in options):
            options = [option for option in options if option != _ANY_TEXT]
        return options[0] if len(options) == 1 else {"anyOf": options}

    def _named(self, name: str, dotted: str, scope: str) -> Schema:
        if name in _SCALARS:
            return _SCALARS[name]
        module, parts = self._module(dotted), scope.split(".") if scope else []
        for depth in range(len(parts), -1, -1):
            inner = ".".join((*parts[:depth], name))
            if inner in module.classes:
                return {"$ref": self._class(dotted, inner)}
        if name in module.imports:
            other, original = module.imports[name]
            return self._named(original, other, "")
        if name in module.values:
            return self._type(module.values[name], dotted, scope)
        raise ValueError(f"{name} in {dotted}")

    def _class(self, dotted: str, name: str) -> str:
        """The name of a class's schema, which is made the first time."""
        key = f"{dotted}:{name}"
        if key not in self.schemas:
            self.schemas[key] = {}  # for classes that are inside themselves
            fields = dict(self._fields(dotted, name))
            optional = re.compile(rf"['\"]?({'|'.join(_OPTIONAL)})\[")
            required = [field for field, annotation in fields.items() if not optional.match(ast.unparse(annotation))]
            properties = {field: self._type(annotation, dotted, name) for field, annotation in fields.items()}
            self.schemas[key] = _object(properties, required)
        return key

    def _fields(self, dotted: str, name: str) -> Iterator[tuple[str, ast.expr]]:
        module = self._module(dotted)
        for node in module.classes[name].body:
            match node:
                case ast.AnnAssign(target=ast.Name(id=field_name), annotation=annotation):
                    if not field_name.startswith("_") and not ast.unparse(annotation).startswith("ClassVar"):
                        yield field_name, annotation
        for base in module.classes[name].bases:  # fields that are named like a word of Python
            match module.values.get(base.id) if isinstance(base, ast.Name) else None:
                case ast.Call(args=[_, ast.Dict(keys=keys, values=values)]):
                    yield from ((ast.literal_eval(key), value) for key, value in zip(keys, values, strict=True) if key)


def _called(function: ast.FunctionDef) -> str:
    """The operation that a method of a service calls: "POST /v1/prices"; "" if it calls none of version 1."""
    for node in ast.walk(function):
        match node:
            case ast.Call(func=ast.Attribute(attr="_request"), args=[ast.Constant(value=str(method)), path, *_]):
                text = next((node.value for node in ast.walk(path) if isinstance(node, ast.Constant)), "")
                return f"{method.upper()} {text}" if str(text).startswith("/v1/") else ""
    return ""


def _object(properties: dict[str, Schema], required: list[str]) -> Schema:
    return {"type": "object", "properties": properties} | ({"required": sorted(required)} if required else {})
