# SPDX-License-Identifier: MIT
"""Codes D07xx: classes and handlers; D08xx: identity, matching, DMA; D09xx: the kit itself."""

CODES = {
    "D0701": ("a handler that nobody calls", """`handlers:` lists which of its class's handlers a driver has. Handlers named by `call:` or under `user:` are declared there and need
        not be listed."""),
    "D0702": ("a handler twice", """`handlers:` lists which of the class's handlers NAME.c has, and each is one C function, so a second mention adds
        nothing and is usually a slip for another name. Remove it, or write the name that is missing."""),
    "D0703": ("operations of another class", """`user:` lists what a misc device offers. Network devices and serial ports have the operations of their class."""),
    "D0704": ("a class without its data path", """A network device needs a ring in each direction, a serial port a FIFO in each direction: the class's functions are generated from
        them."""),
    "D0705": ("a data path of another class", """The class runs no such thing: `net` moves frames through rings, `serial` bytes through FIFOs. Generated
        code for it would have no caller. Describe what the class moves, or another class; a device with FIFOs and none of these duties is `class: misc`."""),
    "D0706": ("data of unknown size", """The kit checks the size of data before the handler sees them, and needs to know the limit."""),
    "D0707": ("a limit without data", """`max` limits how many bytes of `data:` are passed, and this operation has none to limit. Add `data: in` or `data:
        out`, or remove `max`; the size of an argument is in its type."""),
    "D0708": ("too many arguments", """An operation has at most 8 arguments, in and out together. Larger things are passed as `data:`."""),
    "D0709": ("an argument twice", """Arguments and results are parameters of one C function, which must have different names, also between `in` and
        `out`. Rename one of them, for example `value` and `old`."""),
    "D0710": ("the name of a class handler", """The class calls a handler of this name with its own arguments, so neither `call:` nor an operation may have it."""),
    "D0711": ("a buffer that crosses a boundary", """A buffer that is larger than the DMA boundary cannot be placed anywhere without crossing it."""),
    "D0801": ("a device matched twice", """Both lines match the same devices, so one of them could never be chosen, and what it says would have no effect.
        Remove one, or tell them apart, for example by `subsystem:`."""),
    "D0802": ("an impossible vendor", """A read of configuration space where no device is returns all ones, so vendor ffff is no device; vendor 0000 is
        assigned to nobody. Such a line matches nothing: write the vendor's ID from the datasheet, in hexadecimal."""),
    "D0803": ("a variant of nothing", """A variant is a device only when a line of `match:` names it (`variant: NAME`). None does, so what the variant
        says, such as its DMA limits, never holds for any device. Name it in the line of the devices that it is, or remove it."""),
    "D0804": ("a boundary behind the last address", """The driver keeps buffers from crossing a multiple of `boundary`, and with so few address lines no
        address is as high as the first of them, so the key would forbid nothing. Remove it, or correct `address_bits:` or the boundary."""),
    "D0805": ("a ring that crosses a boundary", """The ring is larger than the DMA boundary and cannot be placed anywhere without crossing it. A smaller default count helps."""),
    "D0806": ("presence that cannot be read", """The driver reads the presence register to see whether the device is still there: all ones mean that it is
        gone. A read of this one returns nothing defined; name a register that can be read and is never all ones."""),
    "D0807": ("presence whose reading has an effect", """The presence register is read at any time a device is suspected to be gone; a read must not change anything."""),
    "D0808": ("presence in a bank", """The presence register is read at any time, and while another bank is selected another register answers at its
        place, so its value would say nothing about the device. Name a register that is in no bank."""),
    "D0809": ("an unknown version of the syntax", """`dddk:` is the version of the manifest's syntax. A newer kit reads older manifests, not the other way round."""),
    "D0810": ("a match of everything", """Without `pci:` or `class:` the line would match every device of the machine, the subsystem's IDs alone not being unique."""),
    "D0811": ("a default that is no value", """A parameter has its default when nobody sets it, so the default must be a value of its type, inside its bounds."""),
    "D0812": ("bounds without sense", """`min` and `max` are the least and the greatest value of a number that its user may set; they lie inside its type."""),
    "D0821": ("a statistic that cannot be read", """A statistic is summed from a register that the device counts in: reading gives the count, and clears it or leaves it alone."""),
    "D0822": ("a statistic that takes from others", """Reading the register clears more than the statistic counts: what is lost would never be seen by those who need it."""),
    "D0851": ("an enum that nothing uses", """Nothing is wrong with it, but an enum that no field names is usually a slip. Handlers may still use it."""),
    "D0852": ("a descriptor that nothing uses", """Nothing is wrong with it, but a descriptor that no ring names is usually a slip. Handlers may still use it."""),
    "D0900": ("an internal error", """The generator itself is broken: this should never happen, whatever the manifest says. Please report it with the manifest and the text of
        the message. Nothing was written."""),
    "D0901": ("a driver described twice", """Two manifests of one run have the same `driver:`; their files would overwrite each other, and their C names would clash in one
        program."""),
    "D0911": ("a waiver of what is no warning", """Warnings can be waived, because their author may know better. Errors cannot: what they are about would break the generated code."""),
    "D0912": ("a waiver that waives nothing", """There is no such warning at this place (any more). A waiver that is not needed would hide the next one: remove it."""),
    "D0913": ("a waiver of nowhere", """`at:` says where in the manifest the warning is, by keys and names from its top: `interrupts.main`, `registers.CTRL.fields.GO`."""),
    "D0914": ("a bank that hides what interrupts use", """While a handler has this register's bank selected, another bank's registers are not there. An interrupt that comes in between would
        read or write the wrong one. `lock: irq` at the selector keeps interrupts out for so long; a driver that touches the register only while its
        interrupts are paused can waive this with that reason."""),
}
