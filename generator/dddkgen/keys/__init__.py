# SPDX-License-Identifier: MIT
"""The key table: every key a manifest may hold, once.

`types` has the kinds of value (an integer, a bit range, a list of ...), each of which can validate a node, describe itself
and give its JSON Schema. The other modules are the table: one `ObjectType` for each kind of mapping, one `Key` for each key
of it, with type, default, documentation and example. `driver.DRIVER` is the root. The validator (`parse`), the schema
(`schema`) and the reference page (`reference`) walk the same table, so they cannot disagree.
"""
