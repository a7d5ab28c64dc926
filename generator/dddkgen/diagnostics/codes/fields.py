# SPDX-License-Identifier: MIT
"""Codes D026x to D028x: what fields hold, what enums name, what resets do."""

CODES = {
    "D0261": ("a field that contradicts its register", """The register is write-only, so a read of it returns nothing defined for any of its fields. A field cannot say otherwise. Where a read of
        that place reaches another register, describe that as a register of its own, `access: ro`, at the same offset."""),
    "D0262": ("a scale that cannot be computed with", """`scale:` says what one step of the field is, in its unit: a number above 0, as a fraction (`1/16`) or with a point (`0.0625`). It is taken
        exactly, because the generated C computes with integers: as a reduced fraction its parts have at most 31 bits, and a value times the numerator
        at most 63."""),
    "D0263": ("a type that does not suit the field", """A number with a sign has at least two bits. An address has its bits in their places: bit 12 of the register is bit 12 of the address, or bit 44
        with `half: high`. What an enum names is of that enum's type, and of no other."""),
    "D0264": ("limits that nothing can keep", """`min` and `max` are values that the field can hold, as its accessor takes them: for a field with a sign they may be below 0. At least one value lies
        between them."""),
    "D0265": ("a limit or unit of what is no number", """`min`, `max`, `scale` and `unit` are about numbers. A bit is true or false, an enum has its own list of values, and an address is aligned to the
        lowest bit of its field."""),
    "D0266": ("a value that the field may not have", """`reset:` and `expect:` say what a read shows, so they must lie between `min` and `max`, and may not be a value that can only be written."""),
    "D0267": ("an enum without a name in this direction", """Values with `only: read` cannot be named in a write, and those with `only: write` are never shown. A field that can be read needs one that can be
        read, a field that can be written one that can be written."""),
    "D0268": ("a plain number is needed here", """The codes of an interrupt, what operations write and take, and the addresses of a transfer are plain numbers: without a sign, and not aligned to anything.
        A field with a sign, or one that holds a part of an address, would get or give another number than is meant. A constant with a sign can be
        written to a field with a sign."""),
    "D0269": ("a ring that its base register cannot take", """The field that takes the ring's address has room for the upper bits only: the lower ones are 0. The ring's memory must be aligned at least as much:
        `entry: {align: ...}`."""),
    "D0271": ("no such kind of reset", """`reset:` by kind names those that `reset_kinds:` declares, once for the whole device. The first of them is the one at power-on."""),
    "D0272": ("unchanged by power-on", """At power-on a register gets a value, known or not: `unknown` says that nobody tells which. Only a later reset can leave it as it is."""),
    "D0273": ("a kind of reset that cannot be named", """`resets:` names a register, a field, a kind of reset, or `device`. A name that means two of them would say neither."""),
    "D0274": ("a register's behaviour in memory", """Policies, effects, resets and locks say what a device does when a register is read or written. A descriptor is memory: it holds what was
        written to it. `access: ro` says that the device alone writes a field, so that no accessor of the driver does; all others are `rw`."""),
}
