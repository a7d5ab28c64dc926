# SPDX-License-Identifier: MIT
"""Codes D064x: regions in configuration space, and those that a capability names."""

CODES = {
    "D0641": ("a register of the kit", """The standard header of configuration space (offsets below 0x40) is the kit's: identity is `match:`, BARs and decoding are `regions:`, the rest belongs to the lifecycle
        and to `interrupts:`. So is the beginning of a capability, by which it is found, and what it says about where another region is: a driver that wrote there would change
        what the kit has read. What is specific to the device begins behind it."""),
    "D0642": ("a capability of the kit", """Power management, MSI and MSI-X are programmed by the kit, or by the kernel on Linux. A driver asks for them with `interrupts:`, and the lifecycle does the
        rest."""),
    "D0643": ("64 bits in configuration space", """Configuration space moves at most 32 bits at a time. `split:` says in which order the halves are read and written."""),
    "D0644": ("a capability that is no place", """Of the capabilities only vendor-specific ones (ID 0x09) have a type, and only they name a BAR, an offset and a length, in the layout that virtio defined. The registers of all
        others are in the capability itself: `kind: config`. IDs above 0xff are those of extended capabilities."""),
    "D0645": ("no BAR left for a capability", """A device has six BARs, of which one of 64 bits takes two, and those that are regions as a whole leave none in which something else could be. A capability that named one of
        them would show registers twice, and such a device is refused."""),
}
