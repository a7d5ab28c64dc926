# SPDX-License-Identifier: MIT
"""The JSON Schema of the manifest, made from the key table, for editors that speak yaml-language-server.

It is never stricter than the generator, so that an editor does not mark what is right; some things (references, sums, ranges
that depend on other keys) only the generator can check.
"""

from __future__ import annotations

import json
from typing import Any

from .driver import DRIVER
from .types import Key, ObjectType, walk

HEAD = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "$comment": "Made by `dddk schema` from the generator's key table.",
    "title": "Manifest of a driver",
}


def schema() -> dict[str, Any]:
    """The whole schema as plain data."""
    definitions = {type_.name.replace(" ", "_"): _object(type_) for type_ in walk(DRIVER)}
    return {**HEAD, **DRIVER.schema(), "definitions": definitions}


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
    required = [key.name for key in type_.keys if key.required]
    if required:
        full["required"] = required
    if type_.one_of:
        full["allOf"] = [{"oneOf": [{"required": [name]} for name in group]} for group in type_.one_of]
    if type_.short is None:
        return full
    # A short value belongs to one key; the full form comes first, for completion.
    return {"anyOf": [full, type_.by_name[type_.short].type.schema()], "description": type_.doc}


def _key(key: Key) -> dict[str, Any]:
    hover = key.doc + (f"\n\nDefault: {key.default}." if key.default else "") + f"\n\n```yaml\n{key.example}\n```"
    return {"description": key.doc, "markdownDescription": hover, "allOf": [key.type.schema()]}
