# SPDX-License-Identifier: MIT
"""The reference page's tables of procedures."""

from __future__ import annotations

from ..model import Driver, Ref, Region
from ..procedures import Argument, CauseRef, Delay, Operand, Operation, Put, Step, Transfer, Until, Wait
from .markdown import block, cell, inline, is_long, meaning, note_on, notes


def text(ref: Ref) -> str:
    return ref.text


def condition(until: Until) -> str:
    return f"{text(until.ref)} == {until.value}"


def time(nanoseconds: int) -> str:
    for unit, size in (("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000)):
        if nanoseconds % size == 0:
            return f"{nanoseconds // size} {unit}"
    return f"{nanoseconds} ns"


def region_place(region: Region) -> tuple[str, str]:
    """Its BAR and kind; or what it is behind."""
    window = region.window
    if region.capability is not None:
        return "", f"{region.capability.text}, {'' if region.in_config else 'names '}{region.kind.value}"
    if window is None:
        places = [f"{region.bar}{'' if region.begin is None else f' at {region.begin.text}'}"] if region.bar >= 0 else []
        places += [f"reg {region.reg}"] if region.reg >= 0 else []
        return ", ".join(places), region.kind.value
    ready = "" if window.ready is None else f", ready when {condition(window.ready)} within {time(window.timeout_ns)}"
    advances = f", which advances by {window.increment}" if window.increment else ""
    data = window.data_at.text if window.write_at is None else f"{window.data_at.text} and {window.write_at.text}"
    return "", f"window: {window.index_at.text}, {data}, {window.unit} bytes an index{advances}{ready}"


def transfer_row(transfer: Transfer) -> tuple[str, ...]:
    done = transfer.done
    end = f"cause {done.cause} of {done.interrupt}" if isinstance(done, CauseRef) else condition(done)
    way = "as the addresses say" if transfer.direction is None else f"{text(transfer.direction)}: {transfer.from_device} from the device"
    if transfer.direction is not None and transfer.to_device != 1 - transfer.from_device:
        way += f", {transfer.to_device} to it"
    if transfer.only is not None:
        way = f"{'from' if transfer.only == 'from_device' else 'to'} the device only" + (f", {way}" if transfer.direction is not None else "")
    places = {key: " and ".join(map(text, refs)) for key, refs in transfer.addresses}
    joined = f"{places['source']} to {places['target']}" if transfer.source else " and ".join(f"{place} ({key})" for key, place in places.items())
    unit = "bytes" if transfer.length_unit == 1 else f"of {transfer.length_unit} bytes"
    length = f"{text(transfer.length)} {unit}" + (f" {'plus' if transfer.length_bias < 0 else 'minus'} 1" if transfer.length_bias else "")
    if transfer.fail is not None:
        end += f", failed when {condition(transfer.fail)}"
    size = f"{transfer.base:#x}, {transfer.size} bytes, at most {transfer.max} at once"
    size += f", multiples of {transfer.align}" if transfer.align > 1 else ""
    size += f"; {transfer.channels} channels" if transfer.channels is not None else ""
    return (
        transfer.name,
        f"{joined}, {length}",
        f"{text(transfer.go)}; {way}",
        f"{end}, within {time(transfer.timeout_ns)}",
        size,
        meaning(transfer),
    )


def operand(item: Operand) -> str:
    text_ = str(item.number) if item.argument is None else item.argument.name
    return text_ if item.field is None else f"{item.field}: {text_}"


def step(item: Step) -> str:
    if isinstance(item, Put):
        return f"{'change' if item.update else 'write'} {item.to.text} ({', '.join(map(operand, item.operands))})"
    if isinstance(item, Wait):
        failure = "" if item.fail is None else f", failed if {condition(item.fail)}"
        return f"wait for {condition(item.until)} at most {time(item.timeout_ns)}{failure}"
    if isinstance(item, Delay):
        return f"let {time(item.duration_ns)} pass"
    return f"{item.argument.name} = {text(item.source)}"


def argument_text(argument: Argument) -> str:
    said = meaning(argument)
    return f"{argument.name}: u{argument.width}" + (f" ({said})" if said else "")


def step_text(item: Step) -> str:
    """What the step does, and what its author says about it; a long text stands below the table."""
    said = "" if not item.says or is_long(item.says) else cell(inline(item.says))
    return step(item) + (f" ({said})" if said else "")


def operation_row(operation: Operation) -> tuple[str, ...]:
    given, results = (", ".join(map(argument_text, group)) for group in (operation.inputs, operation.outputs))
    return (operation.name, given, results, "; ".join(map(step_text, operation.steps)), meaning(operation))


OPERATIONS = ("name", "arguments", "results", "steps", "meaning")
TRANSFERS = ("name", "from, to, length", "started by", "done when", "device's memory", "meaning")


def operation_notes(operation: Operation) -> tuple[str, ...]:
    """The long texts about an operation and its parts."""
    arguments = notes((*operation.inputs, *operation.outputs), f"{operation.name}.")
    steps = (f"**{operation.name}: {step(each)}**\n\n{block(each.says)}" for each in operation.steps if is_long(each.says))
    return (*note_on(operation.name, operation), *arguments, *steps)


Found = tuple[str, tuple[str, ...], tuple[tuple[str, ...], ...], tuple[str, ...]]


def tables(driver: Driver) -> list[Found]:
    """Title, head, rows and long texts of each table there is something for."""
    found: list[Found] = []
    if driver.transfers:
        found.append(("Transfers", TRANSFERS, tuple(map(transfer_row, driver.transfers)), notes(driver.transfers)))
    if driver.operations:
        long = tuple(note for operation in driver.operations for note in operation_notes(operation))
        found.append(("Operations over registers", OPERATIONS, tuple(map(operation_row, driver.operations)), long))
    return found
