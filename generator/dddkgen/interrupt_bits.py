# SPDX-License-Identifier: MIT
"""What stands in the registers of an interrupt beside its causes and their enable bits."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from .hazards import Part, parts, reserved_mask, writable
from .model import Cause, CauseKind, Driver, Interrupt, Register, Span
from .procedures import CauseRef, Until, Wait
from .semantics import POLICIES, Idle, WriteEffect

#: A write to the acknowledge register that takes a cause away.
ACKNOWLEDGES = (WriteEffect.ONE_CLEARS, WriteEffect.CLEARS, WriteEffect.ONE_TOGGLES)


def beside_enables(register: Register, enables: Collection[str]) -> list[Part]:
    """The parts that masking would change, if it wrote the register with these fields alone."""
    return [
        part for part in parts(register)
        if part.policy.writable and part.policy.idle not in (Idle.ANY, Idle.ZEROS) and part.field is not None and part.field.name not in enables
    ]


def enable_fields(interrupts: Collection[Interrupt], register: str) -> set[str]:
    """The fields of a register that let causes or messages through."""
    refs = [cause.enable for interrupt in interrupts for cause in interrupt.causes] + [interrupt.switch for interrupt in interrupts]
    return {ref.field for ref in refs if ref is not None and ref.register == register and ref.field is not None}


def holds_more(register: Register, interrupts: Collection[Interrupt]) -> bool:
    """A mask register has more in it than enable bits, which masking has to keep.

    Single bits that are 0 after a reset may enable causes that nobody serves, and stay 0; unless a 1 masks, or the bit is that of one message.
    """
    own = enable_fields(interrupts, register.name)
    if not beside_enables(register, own):
        return False
    plain = all(one.switch is None and not one.mask_inverted for one in interrupts if register.name in one.mask_registers)
    others = [part for part in parts(register) if part.policy.writable and part.field is not None and part.field.name not in own]
    return not plain or any(part.mask & register.reset_value or part.mask.bit_count() > 1 or part.policy.write is not WriteEffect.STORES for part in others)


def acknowledged_beside_settings(register: Register) -> bool:
    """An acknowledge register with something in it that a write stores: it must be written back as it is then, not as it was when the causes were read."""
    return any(part.field is not None and part.policy.idle is Idle.READ_BACK and not part.effects for part in parts(register))


def no_causes(driver: Driver, interrupt: Interrupt) -> int:
    """The bits of the cause register that are no causes: settings, numbers, 1s of no field, and levels that no other register acknowledges or masks.

    A bit that events set is a cause even where nobody serves it.
    """
    register = driver.register(interrupt.cause)
    served = {cause.name for cause in interrupt.causes}
    beside = {name for name in (interrupt.acknowledge, interrupt.mask_set, interrupt.mask_clear, interrupt.mask_register) if name not in (None, register.name)}
    known = {field.name for name in beside if name is not None for field in driver.register(name).fields}

    def is_level(access: str, name: str) -> bool:
        policy = POLICIES[access]
        return policy.idle is Idle.READ_BACK or (not policy.writable and not policy.read_has_effect and name not in known)

    waited = left_alone(driver, interrupt)
    beside_fields = waited | reserved_mask(register) & register.reset_value if register.fields else 0
    return beside_fields | sum(
        field.mask for field in register.fields
        if field.name not in served and not field.mask & waited and (field.width > 1 or is_level(field.access, field.name))
    )


def read_clears(driver: Driver, interrupt: Interrupt, cause: Cause) -> bool:
    """Reading the cause register takes the cause back."""
    name = interrupt.cause_code if interrupt.cause_kind is CauseKind.CODE else cause.name
    register = driver.register(interrupt.cause)
    return any(POLICIES[field.access].read_has_effect for field in register.fields if field.name == name) or takes_back(driver, register, cause.name)


def takes_back(driver: Driver, register: Register, cause: str) -> bool:
    """A read of the register clears what the cause stands for elsewhere."""
    targets = {other.name: other for other in driver.registers}
    return any(
        effect.field == cause or effect.field is None and effect.register in targets and any(field.name == cause for field in targets[effect.register].fields)
        for effect in register.read_effects
    )


def acknowledged_by_read(driver: Driver, interrupt: Interrupt) -> bool:
    """Its acknowledge register is not written but read."""
    register = next((register for register in driver.registers if register.name == interrupt.acknowledge), None)
    return register is not None and bool(register.read_effects) and not writable(register)


def level_causes(driver: Driver, interrupt: Interrupt) -> tuple[Cause, ...]:
    """The causes that only their handler takes back: until then the interrupt would come again at once."""
    if interrupt.cause_kind is CauseKind.MESSAGE:
        return ()
    return tuple(
        cause for cause in interrupt.causes
        if (cause.call or cause.complete) and (cause.level if cause.level is not None else (interrupt.acknowledge or cause.acknowledge) is None and not read_clears(driver, interrupt, cause))
    )


def waited_for(driver: Driver) -> Iterator[tuple[str, Until, Span]]:
    """What operations and transfers poll: whose it is, the bit, and where that is said."""
    for operation in driver.operations:
        for step in operation.steps:
            if isinstance(step, Wait):
                yield f"operation {operation.name}", step.until, step.span
                if step.fail is not None:
                    yield f"operation {operation.name}", step.fail, step.fail_span
    for transfer in driver.transfers:
        if not isinstance(transfer.done, CauseRef):
            yield f"transfer {transfer.name}", transfer.done, transfer.origin


def would_acknowledge(driver: Driver, interrupt: Interrupt, name: str) -> bool:
    """Writing 1 to the bit of this name in the acknowledge register takes the cause away."""
    registers = {register.name: register for register in driver.registers}
    register = registers.get(interrupt.acknowledge or "")
    if register is None or interrupt.cause_kind is not CauseKind.BITS:
        return False
    if acknowledged_by_read(driver, interrupt):
        return takes_back(driver, register, name)
    field = next((field for field in register.fields if field.name == name), None)
    if field is None:
        return not register.fields
    return register.name != interrupt.cause and POLICIES[field.access].writable or POLICIES[field.access].write in ACKNOWLEDGES


def left_alone(driver: Driver, interrupt: Interrupt) -> int:
    """The bits of the cause register that somebody polls and the interrupt does not serve: they are masked, and not acknowledged."""
    if interrupt.cause_kind is not CauseKind.BITS or not interrupt.mask_registers or acknowledged_by_read(driver, interrupt):
        return 0
    served = {cause.name for other in driver.interrupts if other.cause == interrupt.cause for cause in other.causes}
    polled = {until.ref.field for _, until, _ in waited_for(driver) if until.ref.register == interrupt.cause and until.value} - served
    return sum(
        field.mask for register in driver.registers if register.name == interrupt.cause
        for field in register.fields if field.name in polled and field.width == 1 and would_acknowledge(driver, interrupt, field.name)
    )


def asks_why(driver: Driver, interrupt: Interrupt) -> bool:
    """A handler of it is called for more than one cause, of this interrupt or of another one beside it: it may ask which it was."""
    calls = [cause.call for cause in interrupt.causes if cause.call]
    elsewhere = {cause.call for other in driver.interrupts if other is not interrupt and other.meets(interrupt) for cause in other.causes}
    return len(set(calls)) < len(calls) or bool(elsewhere & set(calls))


def woken_by(driver: Driver, completion: str) -> tuple[Cause, ...]:
    """The causes that may have ended a wait for it, where there are several and their bits say which; else none."""
    rows = {interrupt.name: [cause for cause in interrupt.causes if cause.complete == completion] for interrupt in driver.interrupts}
    registers = {interrupt.cause for interrupt in driver.interrupts if rows[interrupt.name]}
    most = max(rows.values(), key=len, default=[])
    return tuple(most) if len(most) > 1 and len(registers) == 1 else ()
