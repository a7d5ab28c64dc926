# SPDX-License-Identifier: MIT
"""Lower a driver to its generated tests.

The access tests are computed here, from `semantics` and `hazards` alone: a known content is put into the simulated
register, one accessor runs, and what the register must hold afterwards is a constant in the test. Neither the accessor nor
the simulated register is asked what it thinks is right.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from .. import hazards, parts, values
from ..dataclass import dataclass
from ..hazards import Part
from ..memory import has_accessors
from ..model import Device, DeviceClass, Driver, Effect as ModelEffect, Register, Reserved
from ..places import counts, element_name, element_of, indices_of
from ..semantics import Idle, WriteEffect, after_read, after_write
from . import variants
from .glue.matching import c_value
from .layouts import enum_constant
from .names import comment, lower, string, upper
from .register_places import first_element
from .registers import accessor
from .simulated import device_constant
from .simulated_places import places
from .tests_settings import CountTest, count_tests, settings_claims
from .tests_resets import ResetTest, reset_tests
from .tests_procedures import OperationTest, TransferTest, operation_tests, procedure_claims, transfer_tests
from .tests_values import argument, compared, legal, refused_calls

if TYPE_CHECKING:
    from .tests_members import MemberTest

#: Of an array, that are looked for one by one.
MOST_ELEMENTS = 16

PATTERNS = (0x5A5A_A5A5_3C3C_C3C3, 0xFFFF_FFFF_FFFF_FFFF)


class Case(NamedTuple):
    """One accessor call: what the register holds before, the call, what must be true after."""

    name: str  # what the test says when it fails: "write SLU"
    before: str
    call: str  # the lines of it
    after: str


class Element(NamedTuple):
    """One element that is reached by its indices."""

    number: int  # among all elements
    value: str  # what is put there, or written
    access: str  # statement, or expression


@dataclass(frozen=True, slots=True)
class RegisterTest:
    name: str  # "ctrl"
    own: str  # "CTRL"
    register: str  # the one that holds what it shows
    title: str
    reset_known: str  # mask of the bits with a declared reset value
    reset: str
    known: str  # mask of the bits that are compared
    element: int  # the first that is shown
    last: int  # and the last
    has_reset: bool
    cases: tuple[Case, ...]
    refused: tuple[str, ...]  # statements, each of them with a value that is not taken
    elements: tuple[Element, ...] = ()  # of an array in an array, or in no equal steps: where they are

    @property
    def refused_count(self) -> int:
        return self.refused.count("{")


@dataclass(frozen=True, slots=True)
class DeviceTest:
    """One of the devices that the model can be."""

    name: str  # "82545em_b0"
    title: str
    constant: str
    registers: tuple[RegisterTest, ...]  # that are not tested on another
    resets: tuple[RegisterTest, ...]
    has: tuple[str, ...]  # predicates that are true
    lacks: tuple[str, ...]  # and that are false
    refused: tuple[str, ...]  # statements that use what it lacks
    found: tuple[str, ...]  # conditions


@dataclass(frozen=True, slots=True)
class Tests:
    name: str
    title: str
    offsets: tuple[tuple[str, str], ...]  # constant, expected
    registers: tuple[RegisterTest, ...]
    effects: tuple[Effect, ...]
    read_effects: tuple[Effect, ...]
    resets: tuple[ResetTest, ...]
    claims: tuple[tuple[str, str], ...]  # test, the call that says what is wrong
    transfers: tuple[TransferTest, ...]
    operations: tuple[OperationTest, ...]
    match_data: tuple[tuple[str, ...], ...]  # for each line of `match:` what must hold of `data`
    counts: tuple[CountTest, ...]
    devices: tuple[DeviceTest, ...]  # empty: they do not differ
    structures: tuple[MemberTest, ...]  # in memory

    @property
    def accessed(self) -> tuple[RegisterTest, ...]:
        """Every register test, of every device."""
        return (*self.registers, *(register for device in self.devices for register in device.registers))

    @property
    def any_reset(self) -> bool:
        return any(register.has_reset for register in self.registers)


# What holds for every driver, and for those of a class: see dddk/standard.h.
EVERY_DRIVER = (
    ("probe_and_remove_leave_nothing", "dddk_standard_probe_and_remove(&pair)"),
    ("each_failing_step_releases_in_exact_reverse", "dddk_standard_each_failing_step(&pair)"),
    ("registers_stuck_at_all_ones_are_survived", "dddk_standard_stuck_registers(&pair, DDDK_TEST_ALL_ONES)"),
    ("registers_stuck_at_zero_are_survived", "dddk_standard_stuck_registers(&pair, DDDK_TEST_ALL_ZEROS)"),
    ("registers_stuck_at_their_last_value_are_survived", "dddk_standard_stuck_registers(&pair, DDDK_TEST_LAST_VALUE)"),
    ("a_device_that_is_pulled_is_survived", "dddk_standard_pulled(&pair)"),
    ("interrupts_that_lie_are_survived", "dddk_standard_bad_interrupts(&pair)"),
)
EACH_DEVICE = (("each_device_is_driven", "dddk_standard_each_device(&pair)"),)
OF_CLASS = {
    DeviceClass.NET: (
        ("an_empty_ring_gives_nothing", "dddk_standard_net_empty(&pair)"),
        ("a_full_ring_refuses_the_next_frame", "dddk_standard_net_full(&pair)"),
        ("indices_that_pass_2_to_the_32_lose_nothing", "dddk_standard_net_wrap(&pair)"),
        ("bad_frames_are_counted_and_not_delivered", "dddk_standard_net_bad_frames(&pair)"),
    ),
    DeviceClass.SERIAL: (("no_byte_is_lost_or_changed", "dddk_standard_serial_bytes(&pair)"),),
    DeviceClass.MISC: (),
}


def fifo_claims(driver: Driver) -> tuple[tuple[str, str], ...]:
    """FIFOs of a misc device. Where an author's model answers for the device, only its author knows what comes out of them."""
    if driver.klass is not DeviceClass.MISC or not driver.fifos or driver.model_source is not None:
        return ()
    return tuple((f"no_word_of_fifo_{lower(fifo.name)}_is_lost_or_changed", f"dddk_standard_misc_words(&pair, {index})") for index, fifo in enumerate(driver.fifos))


def capability_claims(driver: Driver) -> tuple[tuple[str, str], ...]:
    if all(region.capability is None for region in driver.regions):
        return ()
    return (("capabilities_that_lie_are_refused", "dddk_standard_capabilities(&pair)"),)


@dataclass(frozen=True, slots=True)
class Effect:
    """Writing 1s to one register sets or clears bits of another."""

    name: str
    source: str
    target: str
    element: int  # of the target
    call: str
    before: str
    after: str
    mask: str


#: How constants of each width of registers are written.
_HEXADECIMAL = {width: f"0x%0{width // 4}x{'ull' if width == 64 else 'u'}" for width in (8, 16, 32, 64)}


def hexadecimal(value: int, register: Register) -> str:
    return _HEXADECIMAL[register.width] % (value & (1 << register.width) - 1)


def idle_write(part: Part) -> int:
    """What a plain write puts into a field that it does not name: its constant idle value, else 0 or what stands for it."""
    if part.field is not None and part.policy.write is WriteEffect.STORES:
        return values.filler(part.field) << part.field.lsb
    return part.mask if part.policy.idle is Idle.ONES else 0


def read_after(register: Register, before: int) -> int:
    for part in hazards.parts(register):
        before = after_read(part.policy, before, part.mask)
    return before


def stored_after(register: Register, before: int, written: int) -> int:
    for part in hazards.parts(register):
        before = part.policy.written(before, written, part.mask)
    return before


def reserved_written(register: Register) -> int:
    """What a write puts where no field is."""
    if not register.fields:
        return 0
    mask = (1 << register.width) - 1
    for part in hazards.parts(register):
        mask &= ~part.mask
    match register.reserved:
        case Reserved.ONE:
            return mask
        case Reserved.PRESERVE:
            return (register.reset or 0) & mask
    return 0


def cases(driver: Driver, register: Register, generated: Register | None = None) -> list[Case]:
    """Read it; write each field alone; update each field alone; from each pattern. `generated`: what the accessors were made for."""
    if register.name in driver.window_data:
        return []  # what it holds is what is behind the window: those registers' own tests go through it
    prefix = accessor(driver, register)
    locks = locks_of(driver, register)
    known = sum(part.mask for part in hazards.parts(register)) & ~locks.pop((register.name, 0), 0)
    where = first_element(register)
    reserved = reserved_written(register)
    # Unlocked before each write: writing what is locked is a fault of the driver, which the simulated device counts.
    unlock = tuple(f'assert_true(dddk_test_poke(model_of(state), "{name}", {element}, 0));' for name, element in locks)
    reads = hazards.read_hazard(register) is None
    writes = write_calls(driver, register, prefix, where, reserved, generated or register) if hazards.write_hazard(register, prefix) is None else []
    selects = hazards.selects(driver, register) if register.write_mask else {}  # a write does not enable these
    kept = sum(field.mask for field in register.fields if field.name in selects)
    made: list[Case] = []
    for pattern in PATTERNS:
        before = legal(register, pattern) & known
        text = hexadecimal(before | reserved, register)
        if reads:
            calls = read_calls(register, prefix, where, before)
            made.append(Case("read", text, statements(calls), hexadecimal(read_after(register, before), register)))
        for name, call, written, part in writes:
            after = stored_after(register, before, written) & ~kept | before & kept if part is None else after_write(part.policy, before, written, part.mask)
            made.append(Case(name, text, statements((*unlock, call)), hexadecimal(after, register)))
    return made


def statements(calls: tuple[str, ...]) -> str:
    """The lines of some statements; of several in a scope of their own, for they may declare something."""
    if len(calls) == 1:
        return f"    {calls[0]}"
    return "    {\n" + "".join([f"        {call}\n" for call in calls]) + "    }"


def read_calls(register: Register, prefix: str, where: str, before: int) -> tuple[str, ...]:
    """Read the register and compare what comes back."""
    if not register.fields:
        return (f"assert_true({prefix}_read(dev{where}) == {hexadecimal(before, register)});",)
    lines = [f"struct {prefix} value = {prefix}_read(dev{where});"]
    for part in hazards.parts(register):
        if part.field and part.readable:
            want = (before & part.mask) >> part.field.lsb
            lines.append(f"assert_true({compared(part.field, want)});")
    return tuple(lines)


def write_calls(driver: Driver, register: Register, prefix: str, where: str, reserved: int, generated: Register) -> list[tuple[str, str, int, Part | None]]:
    """Name, call, what reaches the device, and the only part that it reaches (an update's; None: a write, which reaches all)."""
    parts = hazards.parts(register)
    if not register.fields:
        if finishes_meanwhile(driver, register, parts[0]):
            return []
        value = 0xA5A5_A5A5_A5A5_A5A5 & parts[0].mask
        return [("write", f"assert_int_equal({prefix}_write(dev{where}, {hexadecimal(value, register)}), 0);", value, None)]
    selects = hazards.selects(driver, register)  # fields that only the accessors of banked registers write
    base = reserved
    for part in parts:
        base |= idle_write(part)
        if part.field:
            base |= selects.get(part.field.name, 0) << part.field.lsb
    updates = hazards.update_hazard(generated, prefix, driver) is None
    made: list[tuple[str, str, int, Part | None]] = []
    for part in parts:
        field = part.field
        if field is None or field.name in selects or not part.policy.writable or any(e.kind == "resets" or e.register == register.name for e in field.effects):
            continue
        if finishes_meanwhile(driver, register, part):
            continue
        text, value = argument(driver, field)
        if not values.may_be_written(field, value):
            continue
        named = f".{lower(field.name, field.c_name)} = {text}"
        bits = value << field.lsb
        made.append((f"write {field.name}", f"assert_int_equal({prefix}_write(dev{where}, {named}), 0);", (base & ~part.mask) | bits, None))
        if updates:
            made.append((f"update {field.name}", f"assert_int_equal({prefix}_update(dev{where}, {named}), 0);", bits, part))
    return made


def locks_of(driver: Driver, register: Register) -> dict[tuple[str, int], int]:
    """The registers that lock fields of the first element of this one, each with its element, and the bits that do."""
    found: dict[tuple[str, int], int] = {}
    for field in register.fields:
        if field.locked_by is not None:
            name, _, bits = field.locked_by.partition(".")
            lock = next(other for other in driver.register(name).fields if other.name == bits)
            key = (name, field.lock_element or 0)
            found[key] = found.get(key, 0) | lock.mask
    return found


def finishes_meanwhile(driver: Driver, register: Register, part: Part) -> bool:
    """A write through a window that is waited for takes time, and what it started is over when it returns."""
    region = next(region for region in driver.regions if region.name == register.region)
    return part.policy.write is WriteEffect.ONE_STARTS and region.window is not None and region.window.ready is not None


def register_test(driver: Driver, register: Register, generated: Register | None = None) -> RegisterTest:
    parts = hazards.parts(register)
    known = sum(part.mask for part in parts)
    reset_known = reset = 0
    for part in parts:
        value = part.field.reset if part.field else register.reset
        if part.field and value is None and register.reset is not None:
            value = (register.reset & part.mask) >> part.field.lsb
        if value is not None:
            reset_known |= part.mask
            reset |= value << (part.field.lsb if part.field else 0)
    # With a shadow, what an update keeps is what the driver wrote, not what the register holds: REGS' own tests hold that.
    made = [c for c in cases(driver, register, generated) if not (register.shadow and c.name.startswith("update"))]
    return RegisterTest(
        name=lower(register.name, register.c_name),
        own=register.name,
        register=register.storage,
        title=f"{register.name}, {register.width} bits at {register.region} + {register.offset:#x}",
        reset_known=hexadecimal(reset_known, register),
        reset=hexadecimal(reset, register),
        known=hexadecimal(known, register),
        element=register.alias_element or 0,
        last=(register.alias_element or 0) + (register.count or 1) - 1,
        has_reset=reset_known != 0,
        cases=tuple(made),
        refused=tuple(refused_calls(driver, generated or register, {field.name for field in register.fields})) if register.name not in driver.window_data else (),
        elements=elements(driver, register) if register.repeats and register.name not in driver.window_data else (),
    )


def elements(driver: Driver, register: Register) -> tuple[Element, ...]:
    """Some of them, the first and the last of each repeat among them: each is where its indices say."""
    every = range(register.count or 1)
    if len(every) > MOST_ELEMENTS:
        every = sorted({element_of(counts(register), corner) for corner in product(*((0, count - 1) for count in counts(register)))})
    prefix, made = accessor(driver, register), []
    reads = hazards.read_hazard(register) is None
    mask = sum(part.mask for part in hazards.parts(register) if part.readable)
    idle = reserved_written(register)
    for part in hazards.parts(register):
        idle |= idle_write(part)
    spread = [repeat.scaled for repeat in register.repeats]
    for number in every:
        indices = indices_of(register, number)
        if any(index and scaled for index, scaled in zip(indices, spread, strict=True)):
            continue  # where that is, the device says at attach
        where = "".join(f", {index}" for index in indices)
        if reads:
            value = hexadecimal((number + 1) * 0x0123_4567_89AB_CDEF & mask, register)
            made.append(Element(number, value, f"({prefix}_read_raw_(dev{where}) & {hexadecimal(mask, register)})"))
        else:
            made.append(Element(number, "", f"{prefix}_write_raw_(dev{where}, {hexadecimal(idle, register)});"))
    return tuple(made)


def has_target(driver: Driver, effect: ModelEffect) -> bool:
    """Has this device what is changed? It may lack it."""
    target = next((register for register in driver.registers if register.name == effect.register), None)
    return target is not None and (effect.field is None or any(field.name == effect.field for field in target.fields))


def effect_tests(driver: Driver) -> list[Effect]:
    """`sets:` and `clears:` of whole registers, bit by bit to the fields of the same name."""
    found: list[Effect] = []
    for register in driver.registers:
        for effect in register.effects:
            if effect.kind not in ("sets", "clears") or "." in effect.target or not has_target(driver, effect):
                continue
            target, element = driver.register(effect.target), effect.element or 0
            theirs = {field.name: field for field in target.fields}
            for field in register.fields:
                other = theirs.get(field.name)
                if other is None or field.width != 1 or other.width != 1:
                    continue
                known = sum(part.mask for part in hazards.parts(target))
                before = 0 if effect.kind == "sets" else known
                after = other.mask if effect.kind == "sets" else known & ~other.mask
                where = first_element(register)
                call = f"{accessor(driver, register)}_write(dev{where}, .{lower(field.name, field.c_name)} = true)"
                found.append(
                    Effect(
                        f"{register.name}.{field.name} {effect.kind} {element_name(target, effect.element)}.{field.name}",
                        register.name,
                        target.name,
                        element,
                        call,
                        hexadecimal(before, target),
                        hexadecimal(after, target),
                        hexadecimal(known, target),
                    )
                )
    return found


def read_effect_tests(driver: Driver) -> list[Effect]:
    """`read_clears:`: what a read clears elsewhere."""
    found: list[Effect] = []
    for register in driver.registers:
        for effect in register.read_effects:
            if not has_target(driver, effect):
                continue
            target = driver.register(effect.register)
            known = sum(part.mask for part in hazards.parts(target))
            cleared = known if effect.field is None else next(field.mask for field in target.fields if field.name == effect.field)
            found.append(
                Effect(
                    f"a read of {register.name} clears {effect.text}", register.name, target.name, effect.element or 0,
                    f"(void){accessor(driver, register)}_read(dev{first_element(register)})", hexadecimal(known, target), hexadecimal(known & ~cleared, target), hexadecimal(known, target),
                )
            )
    return found


def line_claims(driver: Driver) -> tuple[tuple[str, str], ...]:
    """Of several lines of `match:` each has its devices, with its data."""
    if len(driver.matches) < 2 and not driver.match_data:
        return ()
    return (("each_line_of_match_serves_its_device", f"dddk_standard_each_line(&pair, {'has_data' if driver.match_data else 'NULL'})"),)


def match_data_tests(driver: Driver) -> tuple[tuple[str, ...], ...]:
    """What a handler must find, line by line."""
    return tuple(
        tuple(f"data->{lower(datum.name)} == {c_value(driver, datum, value)}" for datum, value in zip(driver.match_data, match.data, strict=True))
        for match in driver.matches
        if driver.match_data
    )


def region_claims(driver: Driver) -> tuple[tuple[str, str], ...]:
    """A device without an optional region is served; one whose BAR is of another kind than declared is not."""
    found = []
    taken = {6, *(bar.number for bar in places(driver).bars)}  # a 64-bit BAR takes the next number too
    for region, mask, lies in parts.lies(driver, {bar.number: bar.size for bar in places(driver).bars}):
        wrong = ", ".join(f"{value:#x}u" for value in lies)
        found.append((f"a_place_where_{lower(region.name)}_cannot_be_is_refused", f'dddk_standard_begin(&pair, {region.index}, "{string(region.asked.register)}", {mask:#x}u, (const uint64_t[]){{{wrong}}}, {len(lies)})'))
    for region in driver.bars:
        name = lower(region.name)
        if region.optional and region.capability is None:
            found.append((f"a_device_without_{name}_is_served", f"dddk_standard_without_region(&pair, {region.index})"))
        if driver.matches[0].compatible is not None:
            continue  # the simulated device is on a bus without BARs
        if region.address_bits == 64 or (region.address_bits == 32 and region.bar + 1 not in taken):
            found.append((f"{name}_with_other_address_bits_is_refused", f"dddk_standard_other_address_bits(&pair, {region.index})"))
        if region.prefetchable is not None:
            found.append((f"{name}_with_other_prefetch_is_refused", f"dddk_standard_other_prefetch(&pair, {region.index})"))
    return tuple(found)


def device_tests(driver: Driver) -> tuple[DeviceTest, ...]:
    """What is so of each device; a register that is as in an earlier one is accessed there alone."""
    made = []
    tested: set[tuple[str, Register | None]] = set()
    for device in driver.devices:
        alone = driver.as_device(device)
        suffix = lower(device.name.replace(" ", "_")) or "itself"
        registers, every = [], []
        for register, own in zip(driver.registers, device.registers, strict=True):
            if own is None:
                continue
            test = register_test(alone, own, register)
            every.append(test)
            if (register.name, own) not in tested:
                tested.add((register.name, own))
                registers.append(replace(test, name=f"{test.name}_as_{suffix}"))
        has, lacks = [], []
        for register, own in zip(driver.registers, device.registers, strict=True):
            if register.devices is not None:
                (lacks if own is None else has).append(f"{variants.has_register(driver, register)}(dev)")
            for field in register.fields:
                if field.devices is not None:
                    there = own is not None and any(mine.name == field.name for mine in own.fields)
                    (has if there else lacks).append(f"{variants.has_field(driver, register, field)}(dev)")
        for enum, mine in zip(driver.enums, device.enums, strict=True):
            names = {value.name for value in mine.values}
            for value in enum.values:
                if value.devices is not None:
                    call = f"{lower(driver.name)}_has_{lower(enum.name)}_{lower(value.name, value.c_name)}(dev)"
                    (has if value.name in names else lacks).append(call)
        bit = 1 << driver.devices.index(device)
        for erratum in driver.errata:
            (has if erratum.devices & bit else lacks).append(f"{variants.erratum_name(driver, erratum)}(dev)")
        made.append(
            DeviceTest(
                suffix, device.name or driver.name, device_constant(driver, device), tuple(registers), tuple(test for test in every if test.has_reset), tuple(has), tuple(lacks),
                tuple(refusals(driver, device)), tuple(f"dev->{line}" for line in identities(driver, device)),
            )
        )
    return tuple(made)


def identities(driver: Driver, device: Device) -> list[str]:
    """What attach finds out."""
    lines = [f"variant == {variants.variant_constant(driver, device.variant)}"] if variants.several_variants(driver) else []
    lines += [f"revision == {variants.revision_constant(driver, device.revision)}"] if device.revision is not None else []
    for register in variants.moving(driver):
        own = variants.on_device(driver, register, device)
        if own is not None:
            lines.append(f"at.{lower(register.name, register.c_name)} == 0x{own.offset:04x}u")
    return lines


def refusals(driver: Driver, device: Device) -> list[str]:
    """Statements that use what the device lacks; each is refused, and no access is made."""
    alone, lines = driver.as_device(device), []
    for register, own in zip(driver.registers, device.registers, strict=True):
        prefix, where = accessor(driver, register), first_element(register)
        writes = hazards.write_hazard(register, prefix) is None
        if own is None:
            if hazards.read_hazard(register) is None:
                lines.append(f"(void){prefix}_read(dev{where});")
            selects = hazards.selects(driver, register)
            fields = [part.field for part in hazards.parts(register) if part.field and part.policy.writable and part.field.name not in selects]
            if writes and (fields or not register.fields):
                named = f".{lower(fields[0].name, fields[0].c_name)} = {argument(driver, fields[0])[0]}" if fields else "1"
                lines.append(f"assert_int_equal({prefix}_write(dev{where}, {named}), DDDK_ENOTSUP);")
            continue
        mine = {field.name for field in own.fields}
        for part in hazards.parts(register):
            field = part.field
            if not writes or field is None or not part.policy.writable or field.name in hazards.selects(driver, register):
                continue
            named = f"{prefix}_write(dev{where}, .{lower(field.name, field.c_name)} = "
            if field.name not in mine:
                text, number = argument(driver, field) if part.policy.idle is not Idle.ONES else ("0", 1)
                # A value that leaves the field alone is as if the field was not named; some enums have no other.
                lines += [f"assert_int_equal({named}{text}), DDDK_ENOTSUP);"] if number else []
            elif field.enum is not None:
                own_enum = next(enum for enum in alone.enums if enum.name == field.enum.name)
                numbers = {value.value for value in own_enum.values}
                missing = next((value for value in field.enum.values if value.value not in numbers), None)
                if missing is not None:
                    lines.append(f"assert_int_equal({named}{enum_constant(driver, field.enum, missing)}), DDDK_ENOTSUP);")
    return lines


def structure_tests(driver: Driver) -> tuple[MemberTest, ...]:
    """Of structures in memory with functions of their own."""
    if not any(descriptor.alternatives or has_accessors(descriptor) for descriptor in driver.descriptors):
        return ()
    from .tests_members import member_tests

    return member_tests(driver)


def lower_tests(driver: Driver) -> Tests:
    """Everything the template of NAME_test.c shows."""
    devices = device_tests(driver)
    first = driver.as_device(driver.devices[0]) if driver.devices else driver
    offsets = [(upper(f"{driver.name}_{register.c_name or lower(register.name)}"), f"{register.offset:#06x}") for register in driver.registers]
    return Tests(
        name=driver.name,
        title=comment(driver.title),
        offsets=tuple(offsets),
        registers=() if devices else tuple(register_test(driver, register) for register in driver.registers),
        effects=tuple(effect_tests(first)),
        read_effects=tuple(read_effect_tests(first)),
        resets=reset_tests(first),
        claims=EVERY_DRIVER + capability_claims(driver) + (EACH_DEVICE if len(devices) > 1 else ()) + line_claims(driver) + OF_CLASS[driver.klass] + fifo_claims(driver) + region_claims(driver) + procedure_claims(driver) + settings_claims(driver),
        transfers=transfer_tests(driver),
        operations=operation_tests(driver),
        match_data=match_data_tests(driver),
        devices=devices,
        counts=count_tests(driver),
        structures=structure_tests(driver),
    )
