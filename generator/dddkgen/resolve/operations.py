# SPDX-License-Identifier: MIT
"""Resolve operations over registers: each step's names become fields, numbers and arguments."""

from __future__ import annotations

from dataclasses import replace

from ..diagnostics import Label
from ..keys.types import Entry, Object, Value
from ..model import Enum_, Ref, Span
from ..procedures import Argument, Delay, Operand, Operation, Put, Step, Take, Until, Wait, meaning
from ..read import scalars
from ..read.scalars import Reference
from .context import Context
from .names import unknown
from .rings import register_ref
from .transfers import until

DEFAULT_TIMEOUT_NS = 100_000_000


def _places(entries: list[Entry]) -> dict[str, Span]:
    return {entry.name.value: entry.name.span for entry in entries}


class _Broken(Exception):
    """Something in the operation is broken, and reported: the operation is dropped."""


def operations(context: Context, enums: dict[str, Enum_]) -> tuple[Operation, ...]:
    """Operations in the manifest's order."""
    result = []
    for entry in context.root.entries("operations"):
        item: Object | None = entry.item
        if item is None or item.broken:
            continue
        try:
            operation = _Operation(context, entry, item, enums).resolve()
        except _Broken:
            continue
        context.sources.add(operation, item)
        result.append(operation)
    return tuple(result)


class _Operation:
    """One operation while it is resolved. Every step is looked at before a mistake ends it."""

    def __init__(self, context: Context, entry: Entry, item: Object, enums: dict[str, Enum_]) -> None:
        self.context, self.entry, self.item, self.enums = context, entry, item, enums
        self.arguments = {key: self._arguments(key) for key in ("in", "out")}
        self.ok = all(None not in arguments.values() for arguments in self.arguments.values())

    def _arguments(self, key: str) -> dict[str, Argument | None]:
        return {
            entry.name.value: None
            if entry.item is None or entry.item.broken
            else Argument(entry.name.value, entry.item.get("type"), entry.name.span, entry.item.get("doc", ""), entry.item.get("see", ""))
            for entry in self.item.entries(key)
        }

    def resolve(self) -> Operation:
        steps: list[Step] = []
        for step in self.item.items("steps"):
            if step.broken:
                self.ok = False
                continue
            found = self._step(step)
            words = meaning(step.get("doc", ""), step.get("see", ""))
            steps += [replace(found[0], says=words), *found[1:]] if found and words else found
        if not self.ok:
            raise _Broken
        item = self.item
        return Operation(
            name=self.entry.name.value,
            inputs=tuple(argument for argument in self.arguments["in"].values() if argument is not None),
            outputs=tuple(argument for argument in self.arguments["out"].values() if argument is not None),
            steps=tuple(steps),
            memory=item.get("memory"),
            origin=self.entry.name.span,
            doc=item.get("doc", ""),
            see=item.get("see", ""),
        )

    def _step(self, step: Object) -> list[Step]:
        found: list[Step] = []
        for key in ("write", "update"):
            found += [put for entry in step.entries(key) if (put := self._put(entry, key == "update")) is not None]
        if step.item("wait") is not None:
            found.append(Wait(self._until(step.item("wait")), self._until(step.item("fail")), step.get("timeout", DEFAULT_TIMEOUT_NS), step.at("wait"), step.at("fail")))
        if step.get("delay") is not None:
            found.append(Delay(step.get("delay"), step.at("delay")))
        for key in ("timeout", "fail"):
            if key in step.values and "wait" not in step.values:
                self.context.report.error("D0566", step.at(key), f"`{key}` goes with `wait`", help=f"put it beside the `wait` that it is about: `{{wait: ..., {key}: ...}}`")
                self.ok = False
        if step.item("take") is not None:
            found += self._takes(step)
        return found

    def _until(self, value: Value | None) -> Until | None:
        found = None if value is None else until(self.context, value, self.enums)
        self.ok = self.ok and (value is None or found is not None)
        return found

    def _put(self, entry: Entry, update: bool) -> Put | None:
        reference = entry.name.value if isinstance(entry.name.value, Reference) else Reference(entry.name.value, None, None)
        name = Value(reference, entry.name.node)
        broken = entry.item is None or entry.name.span in self.context.report.doubts
        if broken or not self.context.names.register(name, self.context.report):
            self.ok = False
            return None
        register, to = reference.name, self.context.names.ref(reference)
        if isinstance(entry.item.value, Reference):
            operand = self._operand(entry.item, None, register, None)
            return None if operand is None else Put(to, (operand,), update, entry.name.span)
        operands = []
        for field in entry.item.value:
            known = self.context.names.field(field.name, register, field.name.value, self.context.report)
            operand = self._operand(field.item, field.name.value, register, field) if known and field.item is not None else None
            self.ok = self.ok and operand is not None
            if operand is not None:
                operands.append(operand)
        return Put(to, tuple(operands), update, entry.name.span)

    def _enum_of(self, register: str, field: str | None) -> Enum_ | None:
        fields = None if field is None else self.context.names.fields(register)
        item = None if fields is None or field is None else fields[field].item
        return None if item is None or item.get("enum") is None else self.enums.get(item.get("enum").name)

    def _has_sign(self, register: str, field: str | None) -> bool:
        fields = None if field is None else self.context.names.fields(register)
        item = None if fields is None or field is None else fields[field].item
        return item is not None and item.get("type") == "signed"

    def _operand(self, value: Value, field: str | None, register: str, entry: Entry | None) -> Operand | None:
        text = str(value.value)
        enum = self._enum_of(register, field)
        values = {} if enum is None else {one.name: one for one in enum.written}
        arguments = self.arguments["in"]
        if text in arguments and text in values:
            self.context.report.error("D0563", value.span, f"`{text}` is an argument and a value of enum {enum.name}", also=[Label(values[text].origin, "the value")], help="give the argument another name")  # type: ignore[union-attr]
            self.ok = False
            return None
        if text in arguments:
            return Operand(field, arguments[text], None, value.span)
        number = values[text].value if text in values else {"true": 1, "false": 0}.get(text, scalars.integer(text))
        if number is None and text in self.context.report.unreadable:
            self.ok = False
            return None
        if number is None:
            number = self.context.report.parameters.get(text)
        if number is None or (number < 0 and not self._has_sign(register, field)):
            known = {name: one.origin for name, one in values.items()} | _places(self.item.entries("in"))
            unknown(value, text, "argument or value", known, self.context.report, "D0561")
            self.ok = False
            return None
        return Operand(field, None, number, value.span)

    def _takes(self, step: Object) -> list[Take]:
        item = step.item("take")
        outputs = self.arguments["out"]
        if isinstance(item.value, Reference):
            if len(outputs) != 1:
                self.context.report.error("D0567", item.span, f"which result of operation {self.entry.name.value}?", f"it has {len(outputs)}", help="`take: {RESULT: REGISTER.FIELD}`")
                self.ok = False
                return []
            pairs = [(next(iter(outputs)), item)]
        else:
            pairs = [(entry.name.value, entry.item) for entry in item.value if self._known(entry.name)]
        found = []
        for name, source in pairs:
            ref: Ref | None = None if source is None else register_ref(self.context, source)
            argument = outputs[name]
            if ref is None or argument is None:
                self.ok = False
            else:
                found.append(Take(argument, ref, source.span))
        return found

    def _known(self, name: Value) -> bool:
        if name.value in self.arguments["out"]:
            return True
        unknown(name, name.value, "result", _places(self.item.entries("out")), self.context.report, "D0561")
        self.ok = False
        return False
