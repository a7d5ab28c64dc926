# SPDX-License-Identifier: MIT
"""Interrupts: how a cause is read, acknowledged, masked, and what it leads to."""

from __future__ import annotations

from dataclasses import dataclass

from ...model import CauseKind, Direction, Driver, Interrupt, Ref
from ..names import lower, upper
from ..registers import accessor
from . import access


@dataclass(frozen=True, slots=True)
class Service:
    """One ring or FIFO that a poll serves."""

    name: str  # "rx"
    poll: str  # function that returns work done; "" for rings that only reap
    reap: str  # function that returns nothing
    ready: str  # function: is there something to do already; "": unmasking raises the interrupt if there is


@dataclass(frozen=True, slots=True)
class InterruptShape:
    name: str  # "main"
    prefix: str  # "foo_main"
    upper: str  # "FOO_MAIN"
    cause_doc: str
    cause: tuple[str, ...]  # statements that end in a return
    suspect: str  # what an absent device shows, where that is not all 32 bits; ""
    mask: str  # statement; "": it cannot be masked
    unmask: str
    quiet: str  # statement for attach, before anybody listens
    service: str  # sets of causes, as C expressions; "0"
    thread: str
    complete: str
    at_start: str
    services: tuple[Service, ...]
    calls: tuple[tuple[str, str], ...]  # cause set, handler
    completions: tuple[tuple[str, str], ...]  # cause set, completion

    @property
    def reaps(self) -> tuple[Service, ...]:
        return tuple(service for service in self.services if service.reap)

    @property
    def polls(self) -> tuple[Service, ...]:
        return tuple(service for service in self.services if service.poll)

    @property
    def arms(self) -> tuple[Service, ...]:
        return tuple(service for service in self.services if service.ready)


def _set(prefix: str, names: list[str], column: int = 0) -> str:
    """A set of causes; with a column, it begins there and is wrapped."""
    constants = [f"{prefix}_{upper(name)}" for name in names]
    lines = [" | ".join(constants[i : i + 3]) for i in range(0, len(constants), 3)] if column else [" | ".join(constants)]
    return f" |\n{' ' * column}".join(lines) or "0"


def _cause(driver: Driver, interrupt: Interrupt) -> tuple[str, tuple[str, ...], str]:
    """Comment, statements and suspicion of the function that reads the cause."""
    register = driver.register(interrupt.cause)
    ref = Ref(interrupt.cause)
    if interrupt.cause_kind is CauseKind.CODE:
        assert interrupt.cause_code is not None
        name = f"{lower(driver.name)}_{lower(register.name, register.c_name)}"
        code = f"cause.{access.member(driver, Ref(interrupt.cause, interrupt.cause_code))}"
        value = f"1u << {code}"
        if interrupt.cause_none is not None:
            value = f"cause.{access.member(driver, Ref(interrupt.cause, interrupt.cause_none))} ? 0 : {value}"
        return (
            f"{register.name} shows one cause at a time, as a code.",
            (f"struct {name} cause = {access.unpack(driver, ref, access.read_raw(driver, ref))};", "", f"return {value};"),
            "",
        )
    suspect = access.all_ones(register) if register.width < 32 else ""
    if interrupt.acknowledge is None:
        return f"Reading {register.name} acknowledges what it shows.", (f"return {access.read_raw(driver, ref)};",), suspect
    acknowledge = driver.register(interrupt.acknowledge)
    value = access.with_reserved(acknowledge, "causes", shown=True)
    value = value if acknowledge.width >= 32 else f"(uint{acknowledge.width}_t){value if value == 'causes' else f'({value})'}"
    return (
        f"What {register.name} shows is acknowledged by writing it to {acknowledge.name}, and nothing else is.",
        (
            f"uint32_t causes = {access.read_raw(driver, ref)};",
            "",
            "if (causes != 0) {",
            f"    {access.write_raw(driver, Ref(interrupt.acknowledge), value)};",
            "}",
            "return causes;",
        ),
        suspect,
    )


def _wanted(driver: Driver, service: str) -> str:
    """When a FIFO's enable bit is to be set; rings always."""
    for fifo in driver.fifos:
        if fifo.name == service:
            if fifo.direction is Direction.FROM_DEVICE:
                return "!dev->serial.rx_paused"
            return "dddk_byte_ring_used(&dev->serial.tx) != 0"
    return "true"


def _masks(driver: Driver, interrupt: Interrupt, prefix: str) -> tuple[str, str]:
    if interrupt.mask_set is not None and interrupt.mask_clear is not None:
        clear = driver.register(interrupt.mask_clear)
        start = access.write_raw(driver, Ref(interrupt.mask_set), "")
        enabled = _set(prefix, [cause.name for cause in interrupt.causes], 4 + len(start) - 1 + 4)
        width = driver.register(interrupt.mask_set).width
        enabled = access.with_reserved(driver.register(interrupt.mask_set), enabled)
        return (
            access.write_raw(driver, Ref(interrupt.mask_clear), access.with_reserved(clear, access.every_field(clear))),
            access.write_raw(driver, Ref(interrupt.mask_set), enabled if width >= 32 else f"(uint{width}_t)({enabled})"),
        )
    if interrupt.mask_register is not None:
        wanted: dict[str, list[str]] = {}
        for cause in interrupt.causes:
            if cause.enable is not None:
                terms = [_wanted(driver, service) for service in cause.services] or ["true"]
                wanted.setdefault(access.member(driver, cause.enable), []).extend(terms)
        register = driver.register(interrupt.mask_register)
        fields = ", ".join(
            f".{name} = {'true' if 'true' in terms else ' || '.join(dict.fromkeys(terms))}" for name, terms in wanted.items()
        )
        return (
            access.write_raw(driver, Ref(interrupt.mask_register), access.with_reserved(register, "0")),
            f"{accessor(driver, register)}_write(dev, {fields})",
        )
    return "", ""


def _services(driver: Driver, interrupt: Interrupt) -> tuple[Service, ...]:
    """Transmit first: what it frees may be what reception needs."""
    names = dict.fromkeys(service for cause in interrupt.causes for service in cause.services)
    rows = []
    for ring in driver.rings:
        prefix = f"{lower(driver.name)}_{lower(ring.name)}"
        if ring.name in names and ring.direction is Direction.TO_DEVICE:
            rows.append(Service(lower(ring.name), "", f"{prefix}_reap", f"{prefix}_is_ready"))
    for fifo in sorted(driver.fifos, key=lambda fifo: fifo.direction is Direction.FROM_DEVICE):
        prefix = f"{lower(driver.name)}_{lower(fifo.name)}"
        if fifo.name in names:
            ready = f"{prefix}_is_ready" if fifo.direction is Direction.FROM_DEVICE else ""
            rows.append(Service(lower(fifo.name), f"{prefix}_move", "", ready))
    for ring in driver.rings:
        prefix = f"{lower(driver.name)}_{lower(ring.name)}"
        if ring.name in names and ring.direction is Direction.FROM_DEVICE:
            rows.append(Service(lower(ring.name), f"{prefix}_receive", "", f"{prefix}_is_ready"))
    return tuple(rows)


def _shape(driver: Driver, interrupt: Interrupt) -> InterruptShape:
    prefix = f"{lower(driver.name)}_{lower(interrupt.name)}"
    doc, cause, suspect = _cause(driver, interrupt)
    mask, unmask = _masks(driver, interrupt, prefix.upper())
    causes = interrupt.causes
    calls = dict.fromkeys(cause.call for cause in causes if cause.call)
    completions = dict.fromkeys(cause.complete for cause in causes if cause.complete)
    return InterruptShape(
        name=lower(interrupt.name),
        prefix=prefix,
        upper=prefix.upper(),
        cause_doc=doc,
        cause=cause,
        suspect=suspect,
        mask=mask,
        unmask=unmask,
        quiet=f"{prefix}_mask(dddk)" if mask else f"(void){prefix}_cause(dddk)",
        service=_set(prefix.upper(), [cause.name for cause in causes if cause.services], len("    .service = ")),
        thread=_set(prefix.upper(), [cause.name for cause in causes if cause.call], len("    .thread = ")),
        complete=_set(prefix.upper(), [cause.name for cause in causes if cause.complete], len("    .complete = ")),
        at_start=_set(
            prefix.upper(), [cause.name for cause in causes if cause.call and cause.at_start], len("    .at_start = ")
        ),
        services=_services(driver, interrupt),
        calls=tuple(
            (_set(prefix.upper(), [cause.name for cause in causes if cause.call == call]), f"{lower(driver.name)}_{lower(call)}")
            for call in calls
        ),
        completions=tuple(
            (_set(prefix.upper(), [cause.name for cause in causes if cause.complete == name]), lower(name))
            for name in completions
        ),
    )


def interrupts(driver: Driver) -> tuple[InterruptShape, ...]:
    return tuple(_shape(driver, interrupt) for interrupt in driver.interrupts)
