"""Every call of the API, read from docs/openapi.yaml (which tests/house compares with the code), and its addresses in the world."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml
from django.urls import resolve

from tests.access.world import World

DOCUMENT = Path(__file__).resolve().parent.parent.parent / "docs" / "openapi.yaml"
METHODS = ("get", "put", "post", "patch", "delete")
PLACE = re.compile(r"{(\w+)}")
PLAIN = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True)
class Call:
    """One operation: how it is made, what stands in its address, its query and its body."""

    name: str
    method: str
    path: str
    places: tuple[str, ...]
    queries: tuple[str, ...]
    fields: tuple[str, ...]

    @property
    def takes_body(self) -> bool:
        return bool(self.fields)

    def address(self, world: World, **instead: str) -> str:
        """Its address in the world; `instead` puts something else into a place, as it is."""
        known = {place: quote(value_of(place, world)) for place in self.places}
        return PLACE.sub(lambda found: (known | instead)[found.group(1)], self.path)

    def route(self, world: World) -> str:
        """The route's name, by which tests/access knows its view."""
        return resolve(self.address(world)).view_name


@cache
def document() -> dict[str, Any]:
    found: dict[str, Any] = yaml.load(DOCUMENT.read_text(), Loader=yaml.CSafeLoader)
    return found


@cache
def every_call() -> dict[str, Call]:
    """All of them by operation id."""
    found = {}
    for path, operations in document()["paths"].items():
        for method in METHODS:
            if method in operations:
                call = _call(path, method, operations[method], operations.get("parameters", []))
                found[call.name] = call
    return found


def _call(path: str, method: str, operation: Mapping[str, Any], shared: list[Any]) -> Call:
    parameters = [*shared, *operation.get("parameters", [])]
    content = operation.get("requestBody", {}).get("content", {})
    return Call(
        name=operation["operationId"],
        method=method.upper(),
        path=path,
        places=tuple(PLACE.findall(path)),
        queries=tuple(one["name"] for one in parameters if one["in"] == "query"),
        fields=tuple(_properties(content.get("application/json", {}).get("schema", {}))),
    )


def _properties(schema: Mapping[str, Any]) -> list[str]:
    """The fields of a body, through references and compositions."""
    if "$ref" in schema:
        return _properties(document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    parts = [part for kind in ("allOf", "oneOf", "anyOf") for part in schema.get(kind, [])]
    return [*schema.get("properties", {}), *(name for part in parts for name in _properties(part))]


def value_of(place: str, world: World) -> str:
    """What is there, for a place in an address; a place nobody has named here is an error, so that no call goes untried."""
    known: dict[str, Any] = {
        "ticket": world.tickets["assigned"].case_id,
        "attachment_id": world.files["assigned"].pk,
        "engineer": world.users["engineer"].pk,
        "user": world.users["engineer"].pk,
        "extension": 1,
    }
    return str(known[place])
