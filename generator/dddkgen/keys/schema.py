# SPDX-License-Identifier: MIT
"""The JSON Schema of the manifest, made from the key table, for editors that speak yaml-language-server.

It is never stricter than the generator, so that an editor does not mark what is right; some things (references, sums, ranges
that depend on other keys) only the generator can check.
"""

from __future__ import annotations

import json
from typing import Any

from .driver import DRIVER
from .types import PART, Key, ObjectType, walk

HEAD = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "$comment": "Made by `dddk schema` from the generator's key table.",
    "title": "Manifest of a driver",
}


def schema() -> dict[str, Any]:
    """The whole schema as plain data: one half for whole manifests, one for parts of manifests."""
    whole = {type_.name.replace(" ", "_"): _object(type_) for type_ in walk(DRIVER)}
    parts = {f"{PART}{name}": _part(definition) for name, definition in whole.items()}
    root = DRIVER.schema()
    alone = {"required": ["driver"], "not": {"anyOf": [{"required": ["extends"]}, {"required": ["include"]}]}}
    return {**HEAD, "if": alone, "then": root, "else": _part(root), "definitions": {**whole, **parts}}


def _part(schema: Any) -> Any:
    """The same for what is completed by another file: no key must be there, and any may be removed by `~`."""
    if isinstance(schema, list):
        return [_part(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: _part(value) for key, value in schema.items() if key != "required" and not (key == "allOf" and "required" in (value[0].get("oneOf") or value[0].get("anyOf") or [{}])[0])}
    if "$ref" in made and f"/{PART}" not in made["$ref"]:
        made["$ref"] = made["$ref"].replace("#/definitions/", f"#/definitions/{PART}")
    if isinstance(made.get("properties"), dict):
        made["properties"] = {key: _or_nothing(value) for key, value in made["properties"].items()}
    if isinstance(made.get("additionalProperties"), dict):
        made["additionalProperties"] = _or_nothing(made["additionalProperties"])
    return made


def _or_nothing(schema: dict[str, Any]) -> dict[str, Any]:
    """Or `~`; what an editor shows stays outermost."""
    shown = {key: schema[key] for key in ("description", "markdownDescription") if key in schema}
    return {**shown, "anyOf": [{key: value for key, value in schema.items() if key not in shown}, {"type": "null"}]}


def text() -> str:
    """The schema as the file holds it."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _object(type_: ObjectType) -> dict[str, Any]:
    full: dict[str, Any] = {
        "type": "object",
        "description": type_.doc,
        "properties": {key.name: _key(key) for key in type_.keys},
        "additionalProperties": False,
    }
    required = [key.name for key in type_.keys if key.required and not key.unless]
    if required:
        full["required"] = required
    groups = [{"oneOf": [{"required": [name]} for name in group]} for group in type_.one_of]
    groups += [{"anyOf": [{"required": [key.name]}, {"required": [key.unless]}]} for key in type_.keys if key.unless]
    if groups:
        full["allOf"] = groups
    if type_.short is None:
        return full
    # A short value belongs to one key; the full form comes first, for completion.
    return {"anyOf": [full, type_.by_name[type_.short].type.schema()], "description": type_.doc}


def _key(key: Key) -> dict[str, Any]:
    hover = key.doc + (f"\n\nDefault: {key.default}." if key.default else "") + f"\n\n```yaml\n{key.example}\n```"
    return {"description": key.doc, "markdownDescription": hover, "allOf": [key.type.schema()]}
