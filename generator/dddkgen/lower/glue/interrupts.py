# SPDX-License-Identifier: MIT
"""Interrupts: how a cause is read, acknowledged, masked, and what it leads to."""

from __future__ import annotations

from dataclasses import replace

from ... import hazards
from ...dataclass import dataclass
from ...interrupt_bits import acknowledged_beside_settings, acknowledged_by_read, asks_why, beside_enables, enable_fields, holds_more, left_alone, level_causes, no_causes, woken_by
from ...model import Cause, CauseKind, DeviceClass, Direction, Driver, Interrupt, Ref, Register
from ...semantics import Idle
from ..names import joined_by_or, lower, upper
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
    reads_cause: bool  # it asks the device; else the message has said it
    cause_doc: str
    cause: tuple[str, ...]  # statements that end in a return
    suspect: str  # what an absent device shows, where that is not all 32 bits; ""
    mask: str  # statement; "": it cannot be masked
    unmask: str
    mask_doc: str
    quiet: str  # statement for attach, before anybody listens; "": there is nothing to do
    service: str  # sets of causes, as C expressions; "0"
    thread: str
    complete: str
    level: str  # of those two, what only the handler takes back; "": nothing
    settle: tuple[str, ...]  # statements that acknowledge such causes when the handler has returned; (): there is nothing to do
    at_start: str
    services: tuple[Service, ...]
    calls: tuple[tuple[str, str], ...]  # cause set, handler
    completions: tuple[tuple[str, str, str], ...]  # cause set, completion, the set again where it is told which it was
    asks_why: bool  # a handler of several causes may ask
    modes: str  # a set of them, as a C expression; "": those of the driver
    message: str  # its entry in the MSI-X table; "": 0
    receives: bool  # one of several, and the one that delivers frames
    requested: bool  # one of several: it has a step of its own

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


def _asked(prefix: str, causes: list[Cause], before: str, behind: str) -> str:
    """A set of causes in the middle of a line."""
    return joined_by_or([f"{prefix.upper()}_{upper(cause.name)}" for cause in causes], before, behind)


def sharers(driver: Driver, interrupt: Interrupt) -> list[Interrupt]:
    """Other interrupts that are there in one of its modes."""
    return [other for other in driver.interrupts if other is not interrupt and other.meets(interrupt)]


def owns_causes_only(driver: Driver, interrupt: Interrupt) -> bool:
    """Another interrupt looks at the same cause register in some mode: this one has to leave that one's causes alone."""
    return any(other.cause_at == interrupt.cause_at for other in sharers(driver, interrupt)) and interrupt.cause_at is not None


def _owns_mask_only(driver: Driver, interrupt: Interrupt) -> bool:
    shared = {ref for other in sharers(driver, interrupt) for ref in other.masks_at}
    return bool(shared & {interrupt.mask_set_at, interrupt.mask_clear_at})


def _causes_among(driver: Driver, interrupt: Interrupt, register: Register) -> str:
    """Of what was read, the bits that can be causes: a level or a setting beside them is none, or every interrupt of a shared line would be ours."""
    others = no_causes(driver, interrupt)
    if not others:
        return "causes"
    rest = (1 << register.width) - 1 & ~others
    ones = access.all_ones(register)
    return f"causes == {ones} ? causes : causes & {rest:#0{register.width // 4 + 2}x}u"


def _every_cause(driver: Driver, interrupt: Interrupt, clear: Register) -> str:
    """Every cause that the device has, by the fields that the cause register has as well: others would do something else."""
    shown = {field.name for field in driver.register(interrupt.cause).fields} if interrupt.cause else set()
    fields = [field for field in clear.fields if field.name in shown]
    return access.every_field(replace(clear, fields=tuple(fields)) if fields else clear)


def _cause(driver: Driver, interrupt: Interrupt, prefix: str) -> tuple[str, tuple[str, ...], str]:
    """Comment, statements and suspicion of the function that reads the cause."""
    if interrupt.cause_kind is CauseKind.MESSAGE:
        return "The message is the cause.", ("(void)dddk;", f"return {prefix}_MESSAGE;"), ""
    register = driver.register(interrupt.cause)
    ref = interrupt.cause_at
    assert ref is not None
    if interrupt.cause_kind is CauseKind.CODE:
        assert interrupt.cause_code is not None
        name = f"{lower(driver.name)}_{lower(register.name, register.c_name)}"
        code = f"cause.{access.member(driver, replace(ref, field=interrupt.cause_code))}"
        value = f"1u << {code}"
        if interrupt.cause_none is not None:
            value = f"cause.{access.member(driver, replace(ref, field=interrupt.cause_none))} ? 0 : {value}"
        return (
            f"{register.name} shows one cause at a time, as a code.",
            (f"struct {name} cause = {access.unpack(driver, ref, access.read_raw(driver, ref))};", "", f"return {value};"),
            "",
        )
    suspect = access.all_ones(register) if register.width < 32 else ""
    own = owns_causes_only(driver, interrupt)
    returned = "causes" if own else _causes_among(driver, interrupt, register)
    levels = _set(prefix, [cause.name for cause in level_causes(driver, interrupt)], 4 + len("uint32_t now = causes & ~(uint32_t)("))
    levels = "" if levels == "0" else levels
    later = level_causes(driver, interrupt)
    alone = tuple(line for cause in interrupt.causes if cause.acknowledge and cause not in later for line in _read_away(driver, prefix, cause))
    if interrupt.acknowledge_at is None:
        assert not own  # checked
        doc = f"Reading {register.name} acknowledges what it shows."
        if levels:
            doc = f"What {register.name} shows stays, until it has been taken back."
        if alone:
            return f"What {register.name} shows is acknowledged cause by cause.", (f"uint32_t causes = {access.read_raw(driver, ref)};", "", *alone, f"return {returned};"), suspect
        if returned == "causes":
            return doc, (f"return {access.read_raw(driver, ref)};",), suspect
        return doc, (f"uint32_t causes = {access.read_raw(driver, ref)};", "", f"return {returned};"), suspect
    acknowledge = driver.register(interrupt.acknowledge_at.register)
    if acknowledged_by_read(driver, interrupt):
        now = f"(causes & ~(uint32_t)({levels})) != 0" if levels else "causes != 0"
        lines = (f"uint32_t causes = {access.read_raw(driver, ref)};", "", f"if ({now}) {{", f"    (void){access.read_raw(driver, interrupt.acknowledge_at)};", "}", *alone, f"return {returned};")
        return f"What {register.name} shows is acknowledged by reading {acknowledge.name}.", lines, suspect
    mine = _set(prefix, [cause.name for cause in interrupt.causes], 4 + len("uint32_t own = "))
    declared = (f"const uint32_t own = {mine};", f"uint32_t shown = {access.read_raw(driver, ref)};", "/* all ones may come from an absent device */",
                f"uint32_t causes = shown == {access.all_ones(register)} ? shown : shown & own;")
    what = f"What {register.name} shows is acknowledged by writing it to {acknowledge.name}, and nothing else is."
    if own:
        what = f"Of what {register.name} shows, this interrupt's own is acknowledged by writing it to {acknowledge.name}."
    mine_only = "causes & own" if access.with_reserved(acknowledge, "x") == "x" else "(causes & own)"
    value = access.with_reserved(acknowledge, mine_only) if own else access.with_reserved(acknowledge, "causes", shown=True)
    if not own and _keeps_settings(driver, acknowledge):
        return what, (*_acknowledged_alone(driver, interrupt, acknowledge), *alone, f"return {returned};"), suspect
    value = value if acknowledge.width >= 32 else f"(uint{acknowledge.width}_t){value if value == 'causes' else f'({value})'}"
    waited = "" if own or not left_alone(driver, interrupt) else f"{left_alone(driver, interrupt):#x}u"
    if levels or waited:
        others = f"(uint32_t)({' | '.join(filter(None, (levels, waited)))})" if levels else waited
        mine_only = "causes & own" if own else "causes"
        value = access.with_reserved(acknowledge, "now", shown=not own)
        value = value if acknowledge.width >= 32 else f"(uint{acknowledge.width}_t){value if value == 'now' else f'({value})'}"
        return (
            what + (" What only handlers take back is, when they have returned." if levels else "") + (" What operations wait for is left to them." if waited else ""),
            (
                *(declared if own else (f"uint32_t causes = {access.read_raw(driver, ref)};",)),
                f"uint32_t now = {mine_only} & ~{others};",
                "",
                "if (now != 0) {",
                f"    {access.write_raw(driver, interrupt.acknowledge_at, value)};",
                "}",
                *alone,
                f"return {returned};",
            ),
            suspect,
        )
    return (
        what,
        (
            *(declared if own else (f"uint32_t causes = {access.read_raw(driver, ref)};",)),
            "",
            "if (causes != 0) {",
            f"    {access.write_raw(driver, interrupt.acknowledge_at, value)};",
            "}",
            *alone,
            f"return {returned};",
        ),
        suspect,
    )


def _read_away(driver: Driver, prefix: str, cause: Cause) -> tuple[str, ...]:
    """A cause that the read of a register acknowledges."""
    assert cause.acknowledge is not None
    return f"if ((causes & {prefix}_{upper(cause.name)}) != 0) {{", f"    (void){access.read_raw(driver, cause.acknowledge)};", "}"


def _keeps_settings(driver: Driver, register: Register) -> bool:
    """Handlers change settings beside the causes: those are kept."""
    return acknowledged_beside_settings(register) and hazards.update_hazard(register, driver=driver) is None


def _events(driver: Driver, interrupt: Interrupt, register: Register, names: set[str]) -> str:
    """What acknowledges the causes `causes` of these names, and keeps what handlers may have changed in between; "": nothing is to be written."""
    shown = {field.name for field in driver.register(interrupt.cause).fields} & names
    events = [part.field for part in hazards.parts(register) if part.field is not None and part.field.name in shown and part.field.width == 1 and part.policy.idle is Idle.ZEROS]
    members = ", ".join(f".{lower(field.name, field.c_name)} = (causes & {1 << field.lsb:#x}u) != 0" for field in events)
    return f"{accessor(driver, register)}_update(dev{interrupt.acknowledge_at.arguments}, {members});" if members else ""


def _acknowledged_alone(driver: Driver, interrupt: Interrupt, register: Register) -> tuple[str, ...]:
    """Statements that acknowledge what is shown, but for what waits for a handler."""
    levels = {cause.name for cause in level_causes(driver, interrupt)}
    waited = left_alone(driver, interrupt)
    write = _events(driver, interrupt, register, {field.name for field in driver.register(interrupt.cause).fields if not field.mask & waited} - levels)
    read = f"uint32_t causes = {access.read_raw(driver, interrupt.cause_at)};"
    return (read, "", "if (causes != 0) {", f"    {write}", "}") if write else (read, "")


def _settle(driver: Driver, interrupt: Interrupt, prefix: str) -> tuple[str, ...]:
    """Statements that acknowledge the level causes `causes`."""
    levels = level_causes(driver, interrupt)
    alone = tuple(line for cause in levels if cause.acknowledge for line in _read_away(driver, prefix, cause))
    if interrupt.acknowledge_at is None or not levels:
        return alone
    register = driver.register(interrupt.acknowledge_at.register)
    if acknowledged_by_read(driver, interrupt):
        return (*([] if alone else ["(void)causes;"]), f"(void){access.read_raw(driver, interrupt.acknowledge_at)};", *alone)
    if _keeps_settings(driver, register):
        events = _events(driver, interrupt, register, {cause.name for cause in levels})
        return (*([events] if events else []), *alone)
    value = access.with_reserved(register, "causes")
    return (f"{access.write_raw(driver, interrupt.acknowledge_at, value if register.width >= 32 else f'(uint{register.width}_t)({value})')};", *alone)


def _wanted(driver: Driver, service: str) -> str:
    """When a FIFO's enable bit is to be set; rings always."""
    for fifo in driver.fifos:
        if fifo.name == service:
            own = driver.klass is not DeviceClass.SERIAL
            if fifo.direction is Direction.FROM_DEVICE:
                return f"!dev->{lower(fifo.name)}.paused" if own else "!dev->serial.rx_paused"
            return f"dddk_byte_ring_used(&dev->{f'{lower(fifo.name)}.ring' if own else 'serial.tx'}) != 0"
    return "true"


def _bit(driver: Driver, ref: Ref) -> str:
    """Write 1 to one bit, and 0 to the others."""
    register = driver.register(ref.register)
    mask = access.field_of(register, ref.field or "").mask
    return access.write_raw(driver, ref, access.with_reserved(register, f"{mask:#0{register.width // 4 + 2}x}{'ull' if register.width > 32 else 'u'}"))


def _switched(driver: Driver, ref: Ref, value: str) -> str:
    register = driver.register(ref.register)
    place = f"dev{ref.arguments}"
    verb = "update" if holds_more(register, driver.interrupts) else "write"
    return f"{accessor(driver, register)}_{verb}({place}, .{access.member(driver, ref)} = {value})"


def _has_settings(driver: Driver, register: Register) -> bool:
    """There is more than enable bits in a mask register: masking leaves it alone, under its lock."""
    return register.lock is not None and hazards.update_hazard(register, driver=driver) is None


def _mask_doc(driver: Driver, interrupt: Interrupt, alone: bool) -> str:
    if interrupt.mask_register is not None and _has_settings(driver, driver.register(interrupt.mask_register)):
        return "Its own bits: the others of the register are kept."
    return "Every cause the device has, not only those that are served." if alone else "Its own bits: others have a vector as well."


def _quiet(driver: Driver, interrupt: Interrupt, prefix: str) -> str:
    """Before anybody listens, no bit lets an interrupt through, whoever set it."""
    if interrupt.mask_at is None or not _has_settings(driver, driver.register(interrupt.mask_at.register)):
        return f"{prefix}_mask(dddk)"
    register = driver.register(interrupt.mask_at.register)
    own = enable_fields(driver.interrupts, register.name)
    causes = {field.name for field in driver.register(interrupt.cause).fields if field.width == 1}
    beside = {part.field.name for part in beside_enables(register, own) if part.field is not None}
    bits = [lower(field.name, field.c_name) for field in register.fields if field.name in own | beside & causes]
    return f"{accessor(driver, register)}_update({lower(driver.name)}_of(dddk){interrupt.mask_at.arguments}, {', '.join(f'.{bit} = {_level(interrupt, False)}' for bit in bits)})"


def _level(interrupt: Interrupt, enabled: bool) -> str:
    """What an enable bit is while it lets its cause through, or does not."""
    return "true" if enabled != interrupt.mask_inverted else "false"


def _let_through(interrupt: Interrupt, terms: list[str]) -> str:
    """What an enable bit is if one of the terms holds."""
    if "true" in terms:
        return _level(interrupt, True)
    wanted = " || ".join(dict.fromkeys(terms))
    return f"!({wanted})" if interrupt.mask_inverted else wanted


def _masks(driver: Driver, interrupt: Interrupt, prefix: str) -> tuple[str, str]:
    if interrupt.switch_on is not None and interrupt.switch_off is not None:
        return _bit(driver, interrupt.switch_off), _bit(driver, interrupt.switch_on)
    if interrupt.switch is not None:
        return _switched(driver, interrupt.switch, _level(interrupt, False)), _switched(driver, interrupt.switch, _level(interrupt, True))
    if interrupt.mask_set_at is not None and interrupt.mask_clear_at is not None:
        clear, set_ = driver.register(interrupt.mask_clear_at.register), driver.register(interrupt.mask_set_at.register)
        start = access.write_raw(driver, interrupt.mask_set_at, "")
        enabled = _set(prefix, [cause.name for cause in interrupt.causes], 4 + len(start) - 1 + 4)
        width = set_.width
        enabled = access.with_reserved(set_, enabled)
        disabled = _every_cause(driver, interrupt, clear)
        if _owns_mask_only(driver, interrupt):
            start = access.write_raw(driver, interrupt.mask_clear_at, "")
            disabled = _set(prefix, [cause.name for cause in interrupt.causes], 4 + len(start) - 1 + 4)
        disabled = access.with_reserved(clear, disabled)
        disabled = disabled if clear.width >= 32 or not _owns_mask_only(driver, interrupt) else f"(uint{clear.width}_t)({disabled})"
        return (
            access.write_raw(driver, interrupt.mask_clear_at, disabled),
            access.write_raw(driver, interrupt.mask_set_at, enabled if width >= 32 else f"(uint{width}_t)({enabled})"),
        )
    if interrupt.mask_at is not None:
        wanted: dict[str, list[str]] = {}
        for cause in interrupt.causes:
            if cause.enable is not None:
                terms = [_wanted(driver, service) for service in cause.services] or ["true"]
                wanted.setdefault(access.member(driver, cause.enable), []).extend(terms)
        register, place = driver.register(interrupt.mask_at.register), f"dev{interrupt.mask_at.arguments}"
        fields = ", ".join(f".{name} = {_let_through(interrupt, terms)}" for name, terms in wanted.items())
        none = ", ".join(f".{name} = {_level(interrupt, False)}" for name in wanted)
        verb = "update" if _has_settings(driver, register) else "write"
        return f"{accessor(driver, register)}_{verb}({place}, {none})", f"{accessor(driver, register)}_{verb}({place}, {fields})"
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
    doc, cause, suspect = _cause(driver, interrupt, prefix.upper())
    mask, unmask = _masks(driver, interrupt, prefix.upper())
    causes = interrupt.causes
    message = interrupt.cause_kind is CauseKind.MESSAGE
    alone = not message and not _owns_mask_only(driver, interrupt)
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
        reads_cause=not message,
        mask_doc=_mask_doc(driver, interrupt, alone),
        quiet=_quiet(driver, interrupt, prefix) if mask else "" if message else f"(void){prefix}_cause(dddk)",
        service=_set(prefix.upper(), [cause.name for cause in causes if cause.services], len("    .service = ")),
        thread=_set(prefix.upper(), [cause.name for cause in causes if cause.call], len("    .thread = ")),
        complete=_set(prefix.upper(), [cause.name for cause in causes if cause.complete], len("    .complete = ")),
        level="" if (level := _set(prefix.upper(), [cause.name for cause in level_causes(driver, interrupt)], len("    .level = "))) == "0" else level,
        settle=_settle(driver, interrupt, prefix.upper()),
        at_start=_set(
            prefix.upper(), [cause.name for cause in causes if cause.call and cause.at_start], len("    .at_start = ")
        ),
        services=_services(driver, interrupt),
        calls=tuple(
            (_asked(prefix, [cause for cause in causes if cause.call == call], "    if ((causes & (", ")) != 0) {"), f"{lower(driver.name)}_{lower(call)}")
            for call in calls
        ),
        asks_why=asks_why(driver, interrupt),
        completions=tuple(
            (
                _asked(prefix, [cause for cause in causes if cause.complete == name], "    if ((causes & (", ")) != 0) {"),
                lower(name),
                _asked(prefix, [cause for cause in causes if cause.complete == name], f"        dddk_complete_by(&dev->{lower(name)}, causes & (", "));") if woken_by(driver, name) else "",
            )
            for name in completions
        ),
        modes=_modes(driver, interrupt),
        message=f"{prefix.upper()}_VECTOR" if interrupt.vector else "",
        receives=len(driver.interrupts) > 1 and any(ring.direction is Direction.FROM_DEVICE and ring.name in cause.services for ring in driver.rings for cause in causes),
        requested=len(driver.interrupts) > 1,
    )


def _modes(driver: Driver, interrupt: Interrupt) -> str:
    """Empty where it is there in every mode of the driver."""
    if {mode for other in driver.interrupts for mode in other.modes} <= set(interrupt.modes):
        return ""
    return " | ".join(f"1u << DDDK_IRQ_{mode.upper()}" for mode in interrupt.modes)


def interrupts(driver: Driver) -> tuple[InterruptShape, ...]:
    return tuple(_shape(driver, interrupt) for interrupt in driver.interrupts)
