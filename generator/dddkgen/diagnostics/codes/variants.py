# SPDX-License-Identifier: MIT
"""Codes D0460 to D0489: variants, revisions and errata."""

CODES = {
    "D0460": ("revisions out of order", """Revisions are listed upwards, the oldest first: `since: B0` means B0 and all that are listed behind it, and a device whose ID
        has no name is driven as the newest revision that is not above it. So each ID is above the one before."""),
    "D0461": ("no such revision", """`since:` and `until:` ask for the device's revision ID, and `revisions:` says which ID a name is; it has no such
        name. Names are compared exactly, with their case. Correct the name, or add it under `revisions:` with its ID."""),
    "D0462": ("no revision is left", """`since` is the first revision that has something, `until` the first that has it no more. So `until` is a later revision than `since`."""),
    "D0463": ("too many devices", """Each combination of a variant and a revision is a device of its own, which is simulated and tested. The kit tells 64 of them apart. Variants that
        differ in nothing but their DMA limits need no revisions of their own; revisions that change nothing need not be listed."""),
    "D0464": ("this cannot differ", """A variant or revision may say where a register is, what it and its fields hold after a reset and what is expected there, and add registers and fields. Everything
        else is the same on every device, because one accessor serves them all. A field that is somewhere else is another field: give it another name, and list the first one under
        `lacks:`."""),
    "D0465": ("new, and nowhere", """Under a variant or a revision stand registers and fields that are described under `registers:` already, with what differs, and new ones. A new one must say where
        it is (`at:`, `bit:` or `bits:`). Often this is a misspelt name."""),
    "D0466": ("one name, two numbers", """The name of a value becomes one constant in C, so it is the same number on every device. Give the other number another name, and say with `lacks:` or `variants:` which
        device has which."""),
    "D0467": ("nothing that could be lacking", """A device lacks registers (`LEDCTL`), fields (`CTRL.MODE`) and values of enums (`speed.1G`). This is none of them."""),
    "D0468": ("an erratum touches nothing", """What an erratum touches is a register, a field, a ring, a FIFO, a transfer, an operation, an interrupt, a descriptor, a buffer or a region of this manifest. There is nothing of
        this name."""),
    "D0469": ("not on every device", """Generated code uses registers by itself: for rings, FIFOs, transfers, operations, interrupts, presence and banks. It does so on every device that the driver serves, so all of them must
        have these registers and fields."""),
    "D0470": ("on no device", """`since`, `until`, `variants` and `lacks` together leave no device that has it. It stays in the C, and asking for it gives `false` at no cost, but it is of no use. A warning."""),
    "D0471": ("two kinds of field in the same bits", """Fields of different devices may share bits. A write that names neither has to leave both alone, without knowing which is there; it can only do so when both have the same
        `access:`."""),
    "D0472": ("a moment without a workaround", """`moment:` says when the driver calls the handler named by `workaround:`, and the erratum names none, so
        nothing would be called. Add `workaround: HANDLER`, or remove `moment:`."""),
    "D0473": ("an erratum about something else", """None of the devices that have the erratum has what it touches: one of the two lists is wrong. A warning."""),
    "D0475": ("no field is left", """A register with fields is read and written by its fields. A device that has the register has at least one of them; one that has none lacks the register as a whole, and
        the manifest says so of the register."""),
    "D0476": ("no revision ID", """`revisions:` are names for the revision ID in PCI configuration space. A device that is found by a `compatible` string has none; what tells its revisions apart is that string, so they are variants."""),
    "D0474": ("descriptors do not differ", """Descriptors are structures in memory whose layout is one for all devices. `since`, `until` and `variants` belong to registers, their fields, and values of enums."""),
}
