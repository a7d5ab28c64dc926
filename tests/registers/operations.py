# SPDX-License-Identifier: MIT
"""Random operations on a register file, as a C program that does them and as what the reference expects.

Each accessor of each register, with some choice of named fields, is one case of a switch; the program reads a list of
operations and prints after each one what it returned, how many accesses the device saw, how often it refused a write to a
locked field or saw a reserved bit written wrong, and a sum over what every register holds.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from build import Driver
from dddkgen import hazards
from dddkgen.lower.registers import accessor, field_type, member_of, needs_lock, shadow_members
from dddkgen.model import Field, Register
from reference import POLICIES, Reference, mask, whole

WORD = mask(64)


@dataclass(frozen=True)
class Case:
    """One accessor with one choice of fields."""

    kind: str  # "read" | "write" | "update" | "raw"
    register: Register
    named: tuple[Field, ...]
    constants: tuple[int | None, ...]  # None: the value comes with the operation
    code: str


def value_text(driver: Driver, register: Register, field: Field, source: str) -> str:
    c_type = field_type(driver, field, register.width)
    if c_type == "bool":
        return f"({source}) != 0"
    return f"({c_type})({source})"


def writes(driver: Driver, register: Register, random_: random.Random, verb: str) -> list[Case]:
    prefix = accessor(driver, register)
    index = ", index" if register.count is not None else ""
    if not register.fields:
        return [Case("write", register, whole(register), (None,), f"status = {prefix}_write(&dev{index}, {plain(register, 'v[0]')});")]
    selects = hazards.selects(driver, register)
    fields = [field for field in register.fields if hazards.Part(field, register).policy.writable and field.name not in selects]
    cases = []
    choices = [fields] + [random_.sample(fields, random_.randint(1, len(fields))) for _ in range(2)]
    for number, named in enumerate(choices):
        constants: list[int | None] = []
        arguments = []
        for position, field in enumerate(named):
            constant = None
            source = f"v[{position}]"
            if number == 2 and random_.random() < 0.5:
                constant = random_.choice((0, mask(field.width), random_.getrandbits(field.width)))
                source = f"0x{constant:x}u" + ("ll" if constant > mask(32) else "")
            constants.append(constant)
            arguments.append(f".{member_of(field)} = {value_text(driver, register, field, source)}")
        code = f"status = {prefix}_{verb}(&dev{index}, {', '.join(arguments)});"
        cases.append(Case(verb, register, tuple(named), tuple(constants), code))
    return cases


def plain(register: Register, source: str) -> str:
    return source if register.width == 64 else f"(uint32_t)({source})"


def reading(driver: Driver, register: Register) -> Case:
    prefix = accessor(driver, register)
    index = ", index" if register.count is not None else ""
    if not register.fields:
        return Case("read", register, (), (), f"out({prefix}_read(&dev{index}));")
    lines = [f"struct {prefix} value = {prefix}_read(&dev{index});"]
    for part in hazards.parts(register):
        if part.readable and part.field:
            lines.append(f"out((uint64_t)value.{member_of(part.field)});")
    return Case("read", register, (), (), "{ " + " ".join(lines) + " }")


def cases(driver: Driver, random_: random.Random) -> list[Case]:
    found: list[Case] = []
    for register in driver.registers:
        if hazards.read_hazard(register) is None:
            found.append(reading(driver, register))
        if hazards.write_hazard(register) is None:
            found += writes(driver, register, random_, "write")
        if hazards.update_hazard(register, "", driver) is None:
            found += writes(driver, register, random_, "update")
    return found


PROGRAM = r"""
#include "@NAME@.h"
#include "@NAME@.sim.h"
#include <stdio.h>
#include <stdlib.h>

static struct dddk_register_file *file;
static struct @NAME@ dev;
static int faults; /* values and indices that were refused */
static long inject_register = -1;
static uint64_t inject_mask, inject_value;

void dddk_range_fault(const char *what)
{
    (void)what;
    faults++;
}

static uint64_t on_read(void *user, unsigned reg, unsigned index, uint64_t value)
{
    (void)user;
    if ((long)reg == inject_register) {
        inject_register = -1;
        dddk_registers_set(file, reg, index, (value & ~inject_mask) | (inject_value & inject_mask));
    }
    return value;
}

static const struct dddk_register_file_ops ops = {.read = on_read};

static uint64_t read_register(void *window, size_t offset, unsigned bytes)
{
    return dddk_registers_read(file, *(unsigned *)window, offset, bytes);
}

static void write_register(void *window, size_t offset, unsigned bytes, uint64_t value)
{
    dddk_registers_write(file, *(unsigned *)window, offset, bytes, value);
}

static const struct dddk_mmio_ops mmio_ops = {read_register, write_register};

static void out(uint64_t value)
{
    printf("%llx ", (unsigned long long)value);
}

static uint64_t sum(void)
{
    uint64_t total = 0, cell = 1;

    for (unsigned reg = 0; reg < @NAME@_register_file_.count; reg++) {
        for (unsigned i = 0; i < @NAME@_register_file_.registers[reg].count; i++, cell++) {
            total ^= (dddk_registers_get(file, reg, i) + cell) * (cell * 0x9e3779b97f4a7c15u | 1u);
        }
    }
    return total;
}

static int run(unsigned what, size_t index, const uint64_t *v)
{
    int status = 0;

    switch (what) {
    case 0:
        dddk_registers_reset(file, true);
        @SHADOW_RESET@
        break;
    case 1:
        dddk_registers_set(file, (unsigned)v[0], (unsigned)index, v[1]);
        break;
    case 2:
        inject_register = (long)v[0];
        inject_mask = v[1];
        inject_value = v[2];
        break;
@CASES@
    default: abort();
    }
    return status;
}

int main(void)
{
    static unsigned regions[] = {0, 1, 2};
    unsigned what, values;
    size_t index;

    file = dddk_registers_create(&@NAME@_register_file_, &ops, NULL);
@REGIONS@
@LOCK@
    @SHADOW_RESET@
    while (scanf("%u %zu %u", &what, &index, &values) == 3) {
        unsigned long long v[16] = {0};
        uint64_t w[16];
        int status;

        for (unsigned i = 0; i < values; i++) {
            if (scanf("%llx", &v[i]) != 1) {
                return 2;
            }
        }
        for (unsigned i = 0; i < 16; i++) {
            w[i] = v[i];
        }
        status = run(what, index, w);
        printf("%d %d %llu %llu %llu %llx\n", status, faults, (unsigned long long)dddk_registers_accesses(file),
               (unsigned long long)dddk_registers_faults(file, DDDK_FAULT_LOCKED),
               (unsigned long long)(dddk_registers_faults(file, DDDK_FAULT_RESERVED_BITS) +
                                    dddk_registers_faults(file, DDDK_FAULT_NO_REGISTER) +
                                    dddk_registers_faults(file, DDDK_FAULT_ACCESS_SIZE) +
                                    dddk_registers_faults(file, DDDK_FAULT_READ_OF_WRITE_ONLY) +
                                    dddk_registers_faults(file, DDDK_FAULT_WRITE_OF_READ_ONLY)),
               (unsigned long long)sum());
    }
    dddk_registers_destroy(file);
    return 0;
}
"""


def program(driver: Driver, found: list[Case]) -> str:
    lines = []
    for number, case in enumerate(found):
        lines += [f"    case {number + 3}:", f"        {case.code}", "        break;"]
    regions = [f"    dev.{region.name}.mmio = (struct dddk_mmio){{&mmio_ops, &regions[{region.index}]}};" for region in driver.regions]
    text = PROGRAM.replace("@CASES@", "\n".join(lines)).replace("@REGIONS@", "\n".join(regions))
    text = text.replace("@LOCK@", "    dddk_irq_lock_init(&dev.register_lock);" if needs_lock(driver) else "")
    text = text.replace("@SHADOW_RESET@", f"{driver.name}_shadow_reset_(&dev);" if shadow_members(driver) else "(void)dev;")
    return text.replace("@NAME@", driver.name)


class Sequence:
    """Operations for the program's input, and the lines it must print."""

    def __init__(self, driver: Driver, found: list[Case], seed: int) -> None:
        self.driver, self.cases = driver, found
        self.random = random.Random(seed)
        self.reference = Reference(driver)
        self.cell_number = {}
        number = 1
        for register in driver.registers:
            for index in range(register.count or 1):
                self.cell_number[register.name, index] = number
                number += 1
        self.place = {register.name: number for number, register in enumerate(driver.registers)}
        self.terms = {cell: self._term(cell) for cell in self.cell_number}
        self.total = 0
        for term in self.terms.values():
            self.total ^= term
        self.refused = 0
        self.kinds = {"read": 0, "write": 0, "update": 0, "reset": 0, "device": 0, "race": 0, "refused": 0}

    def _term(self, cell: tuple[str, int]) -> int:
        number = self.cell_number[cell]
        return ((self.reference.raw(*cell) + number) * (number * 0x9E3779B97F4A7C15 | 1)) & WORD

    def _sum(self) -> int:
        for cell in self.reference.changed:
            term = self._term(cell)
            self.total ^= self.terms[cell] ^ term
            self.terms[cell] = term
        self.reference.changed.clear()
        return self.total

    def _line(self, what: int, index: int, values: list[int]) -> str:
        return f"{what} {index} {len(values)} {' '.join(f'{value:x}' for value in values)}"

    def _expect(self, status: int, found: str = "") -> str:
        reference = self.reference
        return f"{found}{status} {self.refused} {reference.accesses} {reference.locked_faults} 0 {self._sum():x}"

    def _of_the_device(self, register: Register) -> int:
        """The bits that the device may change while the driver looks away; all others belong to software."""
        bits = 0
        for field in whole(register):
            if field.volatile and not (register.shadow and field.access in ("rw", "wo")):
                bits |= field.mask
        return bits

    def _device(self) -> tuple[str, str]:
        register = self.random.choice(self.driver.registers)
        index = self.random.randrange(register.count or 1)
        bits, raw = self._of_the_device(register), self.reference.raw(register.name, index)
        value = raw & ~bits | self.random.getrandbits(register.width) & bits
        self.reference.set_raw(register.name, index, value)
        self.kinds["device"] += 1
        return self._line(1, index, [self.place[register.name], value]), self._expect(0)

    def _operation(self) -> list[tuple[str, str]]:
        number = self.random.randrange(len(self.cases))
        case = self.cases[number]
        register, random_ = case.register, self.random
        index = random_.randrange(register.count or 1)
        refused = False
        if register.count is not None and random_.random() < 0.05:
            index, refused = random_.choice((register.count, register.count + 7)), True
        values = []
        for field, constant in zip(case.named, case.constants, strict=True):
            value = constant if constant is not None else random_.choice((0, mask(field.width), random_.getrandbits(field.width)))
            # A value too wide for its field, where its C type has room for one.
            room = 1 if field.width == 1 and field.enum is None else (64 if register.width == 64 and field.enum is None else 32)
            if constant is None and field.width < room and random_.random() < 0.02:
                value, refused = value | 1 << random_.randrange(field.width, room), True
            values.append(value)
        steps: list[tuple[str, str]] = []
        line = self._line(number + 3, index, values)
        if refused:
            self.refused += 1
            self.kinds["refused"] += 1
            found = ""
            if case.kind == "read":
                shown = [field for field in whole(register) if POLICIES[field.access].readable]
                found = "0 " * len(shown)
            return [(line, self._expect(0 if case.kind == "read" else -34, found))]
        named = {field.name: value for field, value in zip(case.named, values, strict=True)}
        self.kinds[case.kind] += 1
        if case.kind == "read":
            result = self.reference.read(register.name, index)
            found = "".join(f"{result[field.name]:x} " for field in whole(register) if field.name in result)
            return [(line, self._expect(0, found))]
        if case.kind == "write":
            self.reference.write(register.name, index, named)
            return [(line, self._expect(0))]
        # Between the read and the write of an update the device changes what is its own: none of it may be undone.
        bits = self._of_the_device(register)
        reads = not register.shadow and not register.write_mask and register.split is None and register.bank is None
        if reads and bits and random_.random() < 0.6:
            noise = random_.getrandbits(register.width)
            steps.append((self._line(2, 0, [self.place[register.name], bits, noise]), self._expect(0)))
            raw = self.reference.raw(register.name, index)
            self.reference.set_raw(register.name, index, raw & ~bits | noise & bits)
            self.kinds["race"] += 1
        self.reference.update(register.name, index, named)
        return [*steps, (line, self._expect(0))]

    def make(self, count: int) -> list[tuple[str, str]]:
        made: list[tuple[str, str]] = []
        while len(made) < count:
            dice = self.random.random()
            if dice < 0.002:
                self.reference.reset(hard=True)
                self.kinds["reset"] += 1
                made.append((self._line(0, 0, []), self._expect(0)))
            elif dice < 0.15:
                made.append(self._device())
            else:
                made += self._operation()
        return made
