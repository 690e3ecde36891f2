"""The guide to the interface: a page for each group of operations, drawn from the OpenAPI document.

The document is in English. What the guide itself says is translated, and so are the names of operations,
which stand in the code in the language of the catalogues; descriptions stay as the document has them.
"""

import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import quote

from search_api.resources.links import with_query
from search_api.wording.languages import gettext, message

Document = Mapping[str, Any]
Schema = Mapping[str, Any]

#: The groups in the order of the guide.
GROUPS = {
    "search": message("Buscar"),
    "actors": message("Instituciones"),
    "events": message("Eventos"),
    "practices": message("Prácticas"),
    "themes": message("Temas"),
    "countries": message("Países"),
    "documents": message("Documentos"),
    "network": message("La red"),
    "sparql": message("SPARQL y grafos completos"),
    "identifiers": message("Identificadores"),
    "ontology": message("Vocabulario"),
    "site": message("El sitio"),
    "queries": message("Preguntas con respuesta hecha"),
}
#: What an example asks for, where an operation answers nothing without it.
ASKED: Mapping[str, Mapping[str, str]] = {
    "/search": {"q": "avales para conseguir préstamos"},
    "/suggest": {"q": "fondo"},
    "/peers": {"q": "alguien que haya montado un fondo de garantías"},
    "/sparql": {"query": "SELECT ?actor WHERE { ?actor a rp:Actor } LIMIT 5"},
    "/sparql/resources": {"q": "agencia"},
    "/events": {"year_from": "2005", "k": "3"},
    "/actors": {"k": "3"},
    "/practices": {"k": "3"},
    "/ontology/shapes/{slug}.ttl": {"slug": "required"},
    "/graphs": {"graph": "https://w3id.org/redpyme/graph/ontology", "format": "turtle"},
    "/id/{kind}/{slug}": {"kind": "role", "slug": "sponsor"},
}
#: Types in words, by what JSON Schema calls them.
_TYPES = {
    "string": message("texto"),
    "integer": message("número entero"),
    "number": message("número"),
    "boolean": message("sí o no"),
    "object": message("objeto"),
    "null": message("nada"),
}


@dataclass(frozen=True, slots=True)
class Type:
    """A type: its name in words, whether it is a list of them, and the schema that it is, if it has one."""

    name: str
    many: bool = False
    schema: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: `kind` is that of its input in a form, `choices` all that it may be where that is a list,
    `bounds` its least and greatest value, `example` what the example gives."""

    name: str
    place: str
    required: bool
    description: str
    type: Type
    kind: str
    choices: tuple[str, ...]
    bounds: tuple[str, str]
    default: str
    example: str


@dataclass(frozen=True, slots=True)
class Response:
    """An answer: its status, what it means, the type of its JSON, and its media types."""

    status: str
    description: str
    type: Type | None
    media_types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation; `example` is an address that answers here, empty where none is known, `curl` the same for
    a terminal, `body` the media types that it takes."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    responses: tuple[Response, ...]
    example: str
    curl: str
    body: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SchemaField:
    """A field of a schema."""

    name: str
    type: Type
    required: bool
    description: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SchemaTable:
    """A schema with its fields; `id` is its name in the document."""

    id: str
    name: str
    description: str
    fields: tuple[SchemaField, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A group of operations."""

    tag: str
    title: str
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class ApiPage:
    """The contents of the guide, and what holds for all operations."""

    template: ClassVar[str] = "api.html"
    groups: tuple[Group, ...]
    problems: tuple[tuple[str, int, str], ...]
    formats: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ApiGroupPage:
    template: ClassVar[str] = "api_group.html"
    group: Group
    others: tuple[Group, ...]
    schemas: tuple[SchemaTable, ...]


def groups(
    document: Document, names: Mapping[str, str], known: Mapping[str, str], *, root: str
) -> tuple[Group, ...]:
    """The operations of the document by their tag. `names` has the summary of each in the language of the
    catalogues, by its id, `known` a slug of each section for examples; `root` is where the public reaches the
    site."""
    found: dict[str, list[Operation]] = {tag: [] for tag in GROUPS}
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            operation = _operation(path, method, told, names, known, root=root)
            found.setdefault(told["tags"][0], []).append(operation)
    return tuple(
        Group(tag, gettext(GROUPS[tag]) if tag in GROUPS else tag, tuple(operations))
        for tag, operations in found.items()
        if operations
    )


def schemas_of(document: Document, operations: Sequence[Operation]) -> tuple[SchemaTable, ...]:
    """The schemas that answers of these operations are made of, in the order in which they come up."""
    schemas: Mapping[str, Schema] = document["components"]["schemas"]
    waiting = [
        response.type.schema
        for operation in operations
        for response in operation.responses
        if response.type and response.type.schema
    ]
    found: dict[str, SchemaTable] = {}
    while waiting:
        name = waiting.pop(0)
        if name in found or name not in schemas:
            continue
        found[name] = table = _table(name, schemas[name])
        waiting += [field.type.schema for field in table.fields if field.type.schema]
    return tuple(found.values())


def _operation(
    path: str,
    method: str,
    told: Mapping[str, Any],
    names: Mapping[str, str],
    known: Mapping[str, str],
    *,
    root: str,
) -> Operation:
    asked = {**_known(path, known), **ASKED.get(path, {})}
    parameters = tuple(_parameter(p, asked) for p in told.get("parameters", []))
    responses = tuple(_response(status, answer) for status, answer in told["responses"].items())
    missing = any(p.required and not p.example for p in parameters)
    body = tuple(told.get("requestBody", {}).get("content", {}))
    address = "" if missing or method != "get" else _address(path, parameters)
    return Operation(
        id=told["operationId"],
        method=method.upper(),
        path=path,
        summary=gettext(names.get(told["operationId"], told.get("summary", ""))),
        description=told.get("description", ""),
        parameters=parameters,
        responses=responses,
        example=address,
        curl=_curl(root, address, path, body, responses),
        body=body,
    )


def _known(path: str, known: Mapping[str, str]) -> dict[str, str]:
    """Slugs for the parameters of a path."""
    slug = known.get(path.split("/")[1], "")
    return {"slug": slug, "other": known.get("other", "")} if slug else {}


def address_of(path: str, values: Mapping[str, str]) -> str:
    """A path with its parameters filled, and the other values, but for empty ones, as its query."""
    rest = {}
    for name, value in values.items():
        if f"{{{name}}}" in path:
            path = path.replace(f"{{{name}}}", quote(value, safe=""))
        else:
            rest[name] = value
    return with_query(path, rest)


def _address(path: str, parameters: Sequence[Parameter]) -> str:
    return address_of(path, {p.name: p.example for p in parameters if p.example})


def _curl(root: str, address: str, path: str, body: Sequence[str], responses: Sequence[Response]) -> str:
    words = ["curl"]
    if body:
        words += ["-H", f"Content-Type: {body[-1]}", "--data", "SELECT * WHERE { ?s ?p ?o } LIMIT 5"]
    elif not address:
        return ""
    media_types = responses[0].media_types if responses else ()
    if "application/json" not in media_types and media_types:
        words += ["-H", f"Accept: {media_types[0]}"]
    return shlex.join([*words, f"{root}{address or path}"])


def _parameter(told: Mapping[str, Any], asked: Mapping[str, str]) -> Parameter:
    schema = _without_null(told.get("schema", {}))
    items = _without_null(schema.get("items", {})) if schema.get("type") == "array" else schema
    least, most = (items.get(name) for name in ("minimum", "maximum"))
    default = schema.get("default")
    example = asked.get(told["name"], told.get("example", ""))
    return Parameter(
        name=told["name"],
        place=told["in"],
        required=bool(told.get("required")),
        description=told.get("description", ""),
        type=_type(schema),
        kind="number" if items.get("type") in ("integer", "number") else "text",
        choices=tuple(str(value) for value in items.get("enum", ())),
        bounds=("" if least is None else str(least), "" if most is None else str(most)),
        default="" if default is None else _as_text(default),
        example=_as_text(example),
    )


def _response(status: str, told: Mapping[str, Any]) -> Response:
    content: Mapping[str, Any] = told.get("content", {})
    schema = next(
        (c["schema"] for name, c in content.items() if name.endswith("json") and "schema" in c), None
    )
    return Response(
        status=status,
        description=told.get("description", ""),
        type=_type(schema) if schema else None,
        media_types=tuple(content),
    )


def _table(name: str, schema: Schema) -> SchemaTable:
    required = schema.get("required", ())
    return SchemaTable(
        id=name,
        name=_short(name),
        description=schema.get("description", ""),
        fields=tuple(_fields(schema.get("properties", {}), required)),
    )


def _fields(properties: Mapping[str, Schema], required: Sequence[str]) -> Iterator[SchemaField]:
    for name, told in properties.items():
        schema = _without_null(told)
        items = schema.get("items", schema)
        yield SchemaField(
            name=name,
            type=_type(schema),
            required=name in required,
            description=told.get("description", ""),
            choices=tuple(str(value) for value in items.get("enum", ())),
        )


def _type(schema: Schema) -> Type:
    """The type of a value; of several that it may have, the first."""
    schema = _without_null(schema)
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return Type(_short(name), schema=name)
    if schema.get("type") == "array":
        of: Schema = schema.get("items") or next(iter(schema.get("prefixItems", ())), {})
        one = _type(of)
        return Type(one.name, many=True, schema=one.schema)
    if "const" in schema:
        return Type(json.dumps(schema["const"], ensure_ascii=False))
    name = schema.get("type", "object")
    if schema.get("format") == "date":
        return Type(gettext("fecha"))
    return Type(gettext(_TYPES[name]) if name in _TYPES else name)


def _without_null(schema: Schema) -> Schema:
    """What a value may be besides nothing."""
    kinds = [kind for kind in schema.get("anyOf", ()) if kind.get("type") != "null"]
    return (
        {**kinds[0], **({"default": schema["default"]} if "default" in schema else {})} if kinds else schema
    )


def _short(name: str) -> str:
    """The name of a schema without the modules that tell it from another of its name."""
    return name.rpartition("__")[2]


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
