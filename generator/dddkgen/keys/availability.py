# SPDX-License-Identifier: MIT
"""The key table: which of the devices have a thing. For registers, fields, values of enums and errata."""

from __future__ import annotations

from .types import Key, ListOf, Ref

REVISION_NAME = Ref("the name of a revision", "B0")
VARIANT_NAME = Ref("the name of a variant", "82545EM")

SINCE = Key("since", REVISION_NAME, "The first revision that has it.", "since: B0", default="the oldest")
UNTIL = Key("until", REVISION_NAME, "The first revision that has it no more.", "until: B0", default="none: the newest has it")
VARIANTS = Key("variants", ListOf(VARIANT_NAME, single=True), "The variants that have it.", "variants: [82545EM]", default="all of them")

#: What the device lacks its accessors refuse, and `NAME_has_...(dev)` asks.
AVAILABILITY = (SINCE, UNTIL, VARIANTS)
