# SPDX-License-Identifier: MIT
"""Codes D04xx: references from one part of the manifest to another."""

CODES = {
    "D0401": ("no such register", """Something refers to a register that the manifest does not describe, so there is no offset to reach it at. Names are
        compared exactly, with their case. Correct the name, or add the register under `registers:`."""),
    "D0402": ("more than a name", """The key stands for a whole object, and a field or index behind its name would be a part of it that the key has no use
        for. Write the bare name; the message shows it."""),
    "D0403": ("no such enum", """Without the enum's values there is nothing that the generated C could name or check. Names are compared exactly, with
        their case. Correct the name, or add the enum under `enums:`."""),
    "D0404": ("no such region", """The region says where in the device's address space a register is, so without it there is no address. Names are
        compared exactly, with their case. Correct the name, or add the region under `regions:`."""),
    "D0405": ("no such variant", """What is said for a variant must be about one that is declared, or a slip would silently leave devices out. Names are
        compared exactly, with their case. Correct the name, or add the variant under `variants:`."""),
    "D0406": ("no such descriptor", """The descriptor says how an entry lies in memory, so without it the driver could not read or write one. Names are
        compared exactly, with their case. Correct the name, or add the descriptor under `descriptors:`."""),
    "D0407": ("no such field", """The register is described, but none of its fields has this name, so nothing says which bits are meant. Names are
        compared exactly, with their case. Correct the name, or add the field under the register's `fields:`."""),
    "D0408": ("which region?", """With several regions each register says which it is in (`region: NAME`), unless one of the regions has `default: true`."""),
    "D0409": ("no such value", """A value given by name is looked up in the enum of the field, or of the match datum, and there is none of that name, or
        the field has no `enum:`. Correct the name, add the value to the enum, or write the number."""),
    "D0410": ("an effect on the whole device", """`device` means every register, and those can only be reset: nothing that a device has could set or clear
        all of them. Write `resets: device` for a reset of the whole device; for anything else name the register or field that changes."""),
    "D0411": ("no such member", """The place of a value in an entry comes from the layout that the descriptor, or the head of a ring's part, gives, and
        none of its members has this name. Correct the name, or add the member, with its width, where it stands in memory."""),
    "D0412": ("a field is needed", """Only a field can be meant here, and the reference names a whole register: `REGISTER.FIELD`."""),
    "D0413": ("a register is needed", """The generated C reads or writes the register as a whole here, so a single field of it cannot be meant. Write the
        register's name alone (`CTRL`, not `CTRL.RX`)."""),
    "D0414": ("no such field in the member", """The bits of a member are named under `fields:` of the descriptor, by the member's name (`fields: {flags:
        {DONE: 0}}`), and this one is not there. Correct the name, or add the field."""),
    "D0415": ("a member is needed", """Only a whole member of the descriptor can be meant here, and the reference names a field of one."""),
    "D0416": ("a field of another register", """`code:` and `none:` are fields of the cause register itself, because one read gives both. They are written without the register's
        name."""),
    "D0417": ("a code without enum", """The causes under `on:` are the names of the code's values, so the code field must have an `enum:`."""),
    "D0418": ("no such cause", """The entries of `on:` are names of the cause register's fields or, for a code, of the values of the code field's enum."""),
    "D0419": ("no such ring or FIFO", """An interrupt serves a ring or FIFO, and entries may come back through another ring, so the name must be one under
        `rings:` or `fifos:`: otherwise there is nothing that the poll could look into. Correct the name, or describe the ring or FIFO."""),
    "D0439": ("what only PCI has", """Configuration space and capabilities belong to PCI. A driver that reads them cannot serve a device that is not on PCI."""),
    "D0440": ("absence that nobody would notice", """On PCI a device that was pulled is told from one that is busy by its vendor ID. Elsewhere there is only what `presence:` names: a register
        that never reads as all ones. Without it a deadline that passes, or an impossible value, is never taken for absence."""),
    "D0421": ("no such element", """Elements of an array are counted from 0, so the last of `count: 4` is `[3]`: an index beyond it would reach another
        register, or nothing. Correct the index, or the array's `count:`."""),
    "D0430": ("no such match datum", """A line of `match:` gives values for what `match_data:` declares, by its name. Names are compared exactly."""),
    "D0431": ("match data of another type", """`match_data:` says of which type each value is, and every line of `match:` is held to it: `true` or `false` for `bool`, a number for
        the integers."""),
    "D0432": ("match data that does not fit", """The value would lose bits in the constant that the driver is built with. Declare a wider type."""),
    "D0433": ("match data that is missing", """What has no `default:` where it is declared must be said by each line, so that nobody forgets it for a new device."""),
    "D0434": ("a line for two buses", """`pci:`, `subsystem:` and `class:` ask a device on PCI for its IDs; `compatible:` is for devices that have none. A driver for both has lines
        for each."""),
    "D0435": ("a region without place on a bus", """`match:` has lines for devices on PCI, or for others, and this region does not say where it is there: `bar:` is a place on PCI, `reg:` one
        of the ranges of a device that is not. A driver with lines for both buses says both."""),
    "D0436": ("a place on a bus that nobody is on", """`bar:` is where a device on PCI has the region, `reg:` where another has it. No line of `match:` is for such a device, so this says nothing."""),
    "D0437": ("messages without PCI", """MSI and MSI-X are PCI's. A device that is not on PCI interrupts by a line, which the modes call `intx`."""),
    "D0438": ("lines that meet", """A device may fit both lines, and neither is narrower than the other: the order of docs/design/matching.md decides (subsystem, device, vendor,
        class), which the author may not have had in mind, and the lines say different things about the device. (A class alone, beside a line with an ID, is for the
        devices of everybody else, and gives no warning.) A line with what both ask for says which is meant; where the order is what is meant, waive the warning."""),
}
