# SPDX-License-Identifier: MIT
"""Codes D06xx: interrupts."""

CODES = {
    "D0601": ("a cause that cannot be read", """The first thing an interrupt does is to read its cause."""),
    "D0602": ("a cause that is not one bit", """A cause, and the bit that says there is none, are single bits of the cause register."""),
    "D0603": ("`none` without `code`", """A code register shows some number even when nothing happened, so it needs a bit that says so. In a register of cause bits no bit is
        set then."""),
    "D0604": ("an array where a register is needed", """The register is an array, and the key does not say which element. Describe the one that is meant as a register of its own."""),
    "D0605": ("an acknowledge of a code", """Causes that are codes go away when they are served; there are no bits to write."""),
    "D0606": ("an interrupt without causes", """`on:` lists what to do about each cause; a cause that is not listed stays masked."""),
    "D0607": ("an acknowledge that cannot be written", """The causes that were read are written to this register before they are served."""),
    "D0608": ("a cause is missing in a register", """The registers that mask and acknowledge are written with the causes' bits, so each must have every cause."""),
    "D0609": ("a cause at another bit", """The registers that mask and acknowledge are written with the bits of the cause register, so a cause must be the same bit in all of them."""),
    "D0610": ("two kinds of mask", """A device has either a register to set and one to clear mask bits, or one register of enable bits."""),
    "D0611": ("half a mask", """To mask and to unmask, both a register that sets and one that clears are needed. If one register holds the enable bits, it is
        `mask: {register: ...}`."""),
    "D0612": ("a mask that cannot be written", """Masking and unmasking are writes, and this register does not take one. Is its `access:` right?"""),
    "D0613": ("a mode twice", """The modes are tried in the order given; a second time would not help."""),
    "D0614": ("a cause beyond the set", """The runtime keeps pending causes in a 32-bit word that it updates atomically, a bit a cause; a code is the number of a bit."""),
    "D0615": ("nothing is done", """The cause is listed and so unmasked, and nothing would make it go away: serve a ring or FIFO, call a handler, or complete a waiter."""),
    "D0616": ("`at_start` without a handler", """`at_start: true` runs the cause's handler once after each start."""),
    "D0617": ("raised by what it does not serve", """`raised_by` says which ring's progress makes the device raise the cause; the same cause must serve that ring."""),
    "D0618": ("an enable bit without mask register", """Only a mask that is one register of enable bits has a bit for each cause. Registers that set and clear are written with the causes' own
        bits."""),
    "D0619": ("an enable bit elsewhere", """The enable bits of all causes are in the mask register, which is written as a whole."""),
    "D0620": ("an enable bit that cannot enable", """The enable bit of a cause is written whenever it is masked or unmasked, so it is one bit that can be written."""),
    "D0621": ("a ring or FIFO that nobody serves", """Without an interrupt that serves it, what arrives would lie there, and what was sent would never be taken back."""),
    "D0622": ("a cause that is never enabled", """With one register of enable bits a cause must name its bit (`enable:`), or serve what another enabled cause serves."""),
    "D0623": ("a cause that nothing clears", """The driver does not write to the device to acknowledge, and reading the cause register does not clear it, so the interrupt would come again at
        once, for ever. If serving the ring or the handler clears it, the warning can be waived."""),
    "D0624": ("a cause register that is too wide", """The runtime keeps pending causes in a 32-bit word."""),
}
