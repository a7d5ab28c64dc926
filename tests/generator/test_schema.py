# SPDX-License-Identifier: MIT
"""The JSON Schema is made from the key table, and agrees with the validator.

The schema may accept what the generator refuses (it cannot add, compare or look up), never the other way round; and what it
can say (unknown keys, missing keys, words, kinds of value) both must say.
"""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from dddkgen.diagnostics import Report
from dddkgen.keys import schema as schema_module
from dddkgen.keys.driver import DRIVER
from dddkgen.keys.parameters import parameters
from dddkgen.keys.types import ObjectType, walk
from dddkgen.read import read_text
from dddkgen.read.nodes import Kind, Node
from dddkgen.read.source import Source

ROOT = Path(__file__).resolve().parents[2]
#: Without the one whose keys are no names: JSON has no other keys.
FIXTURES = [path for path in sorted((Path(__file__).parent / "fixtures").glob("*.yaml")) if path.stem != "D0103_null_as_a_name"]
DRIVERS = sorted((ROOT / "drivers").glob("*/*.yaml"))

#: Mistakes that a schema can see as well as the generator.
BOTH_SEE = {"D0101", "D0102", "D0103", "D0104", "D0118", "D0119", "D0125", "D0126"}


def core(node: Node) -> Any:
    """The node as an editor sees it: YAML 1.2's core schema."""
    if node.kind is Kind.MAPPING:
        return {key.value: core(value) for key, value in node.value}
    if node.kind is Kind.SEQUENCE:
        return [core(item) for item in node.value]
    text = node.value
    if not node.plain:
        return text
    if text in ("", "~", "null", "Null", "NULL"):
        return None
    if text in ("true", "True", "TRUE", "false", "False", "FALSE"):
        return text.lower() == "true"
    if re.fullmatch(r"[-+]?[0-9]+", text):
        return int(text) if len(text) < 1000 else text
    if re.fullmatch(r"0o[0-7]+", text):
        return int(text, 8)
    if re.fullmatch(r"0x[0-9a-fA-F]+", text):
        return int(text, 16)
    if re.fullmatch(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", text):
        return float(text)
    return text


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft7Validator:
    schema = schema_module.schema()
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


def codes(root: Node, known: dict[str, int]) -> set[str]:
    """What the validator alone says: keys and the form of values. `known` are parameters of other files."""
    report = Report()
    report.parameters = known | parameters(root, report)
    DRIVER.parse(root, report)
    return {diagnostic.code for diagnostic in report.sorted()}


def compare(text: str, name: str, validator: jsonschema.Draft7Validator, known: dict[str, int] | None = None) -> str | None:
    """None: the text cannot be read. Else "good" or "bad", after holding both against one another."""
    report = Report()
    document = read_text(Source(name, text), report)
    if document is None or report.failed:
        return None
    ours = codes(document.root, known or {})
    keys = {key.value for key, _ in document.root.value} if document.root.kind is Kind.MAPPING else set()
    # Of a part of a manifest the schema expects nothing to be there, and lets `~` remove what another file says.
    part = "driver" not in keys or bool(keys & {"extends", "include"})
    error = jsonschema.exceptions.best_match(validator.iter_errors(core(document.root)))
    if not ours:
        assert error is None, f"{name}: the schema refuses what the generator takes: {error.message} at {list(error.absolute_path)}"
    if ours & (BOTH_SEE - {"D0102", "D0103", "D0126"} if part else BOTH_SEE):
        assert error is not None, f"{name}: the schema takes what the generator refuses: {sorted(ours)}"
    return "bad" if ours else "good"


def test_the_file_is_what_the_table_says() -> None:
    assert (ROOT / "schemas" / "driver.schema.json").read_text() == schema_module.text(), "run `generator/dddk schema -o schemas/driver.schema.json`"


@pytest.mark.parametrize("path", DRIVERS, ids=lambda path: path.stem)
def test_the_schema_takes_the_shipped_manifests(path: Path, validator: jsonschema.Draft7Validator) -> None:
    assert compare(path.read_text(), path.name, validator) == "good"


def test_schema_and_validator_agree_on_every_fixture(validator: jsonschema.Draft7Validator) -> None:
    seen = [compare(path.read_text(), path.name, validator) for path in FIXTURES]
    assert seen.count("good") > 50 and seen.count("bad") > 20


def test_schema_and_validator_agree_on_mutations(validator: jsonschema.Draft7Validator) -> None:
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    choose = random.Random(seed)
    keys = sorted({key.name for type_ in walk(DRIVER) for key in type_.keys})
    words = [*keys, "rw", "w1c", "true", "yes", "0", "5", "9:8", "8:9", "0x10", "64KiB", "-1", "1.5", "''", "[]", "{}", "[a]", "{a: b}", "~", "", "x y", "A.B"]
    texts = [path.read_text() for path in DRIVERS]
    seen = []
    for number in range(300):
        pieces = re.split(r"(?<=[ {,\[])([A-Za-z0-9_:.]+)(?=[ :,}\]\n])", choose.choice(texts))
        for _ in range(choose.choice((1, 1, 2))):
            place = choose.randrange(1, len(pieces), 2)
            pieces[place] = choose.choice(words)
        seen.append(compare("".join(pieces), f"seed {seed}, number {number}", validator))
    assert seen.count("good") > 10 and seen.count("bad") > 50


def test_every_key_explains_itself() -> None:
    for type_ in walk(DRIVER):
        assert type_.doc.endswith(".") or type_.doc.endswith("`."), type_.name
        for key in type_.keys:
            assert key.doc.endswith((".", "?")), (type_.name, key.name)
            assert key.example.startswith(f"{key.name}:"), (type_.name, key.name)
            assert key.type.describe()


def test_hover_and_completion_are_there() -> None:
    schema = schema_module.schema()
    for name, definition in schema["definitions"].items():
        full = definition.get("anyOf", [definition])[0]
        for key, value in full["properties"].items():
            assert value["description"] and "```yaml" in value["markdownDescription"], (name, key)
    access = schema["definitions"]["field"]["anyOf"][0]["properties"]["access"]["allOf"][0]
    assert "w1c" in access["enum"] and len(access["markdownEnumDescriptions"]) == len(access["enum"])


def test_no_two_kinds_of_mapping_share_a_name() -> None:
    found: dict[str, ObjectType] = {}
    todo = list(walk(DRIVER))
    for type_ in todo:
        assert found.setdefault(type_.name, type_) is type_
