# SPDX-License-Identifier: MIT
"""Codes of transfers: what the device is told with a few registers, once."""

CODES = {
    "D0141": ("not a time", """Times are whole numbers with a unit: `500us`, `10ms`, `1s`."""),
    "D0451": ("a transfer that waits for no cause", """`done:` names a cause under `on:` of some interrupt, or a field of a register: `STATUS.DONE`, `DMA.GO == 0`."""),
    "D0551": ("a register that takes no number", """Addresses and lengths of a transfer are written to whole registers, which can be written and have no fields."""),
    "D0552": ("a register that is too narrow for a transfer", """The register must hold every number that a transfer may need: each address of the device's memory and of the memory that the device
        can reach (`dma: {address_bits: ...}`), or the largest length. Bits that do not fit would be lost, and the device would move something else."""),
    "D0553": ("a bit that starts no transfer", """`go`, `notify` and `direction` are single bits. Writing 1 sets the bit; the direction bit also keeps the value written."""),
    "D0554": ("a transfer started by two registers", """`notify` is written together with `go`, in one write, so both are in one register."""),
    "D0555": ("a cause that nobody waits for", """The end of the transfer is a cause, and the generated function sleeps until that cause wakes a completion. The cause needs `complete: NAME`."""),
    "D0556": ("a field that cannot be polled", """The field is read until it has the value. That needs a field that can be read, in a register whose reading changes nothing."""),
    "D0557": ("a transfer larger than the device's memory", """`max` is the most bytes of one transfer, and all of them are in the device's memory."""),
    "D0558": ("a transfer that notifies nobody", """`notify` asks the device to raise a cause at the end; when the end is polled there is no cause."""),
    "D0559": ("a transfer that is done at once", """The bit that starts the transfer is 1 from then on, so it cannot also say the end by being 1. Most devices clear it: `done: REG.GO == 0`."""),
}
