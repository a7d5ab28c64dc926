# SPDX-License-Identifier: MIT
"""Codes D06xx: interrupts."""

CODES = {
    "D0601": ("a cause that cannot be read", """The first thing an interrupt does is to read its cause, and a read of this register returns nothing
        defined, so the handler would serve what did not happen. Correct its `access:`, or name the register that shows the causes."""),
    "D0602": ("a cause that is not one bit", """Each cause is tested, masked and acknowledged as one bit, and the bit of `none:` is tested as one; of a
        wider field nothing says which bit counts. Describe each bit as a field of its own. A field whose number says what happened is a `code:`."""),
    "D0603": ("`none` without `code`", """A code register shows some number even when nothing happened, so it needs a bit that says so. In a register of cause bits no bit is
        set then."""),
    "D0604": ("an array where a register is needed", """The register is an array, and the key does not say which element. Describe the one that is meant as a register of its own."""),
    "D0605": ("an acknowledge of a code", """A cause that is a code goes away when what it is about is served, for example when the handler reads the
        register with the data; a code has no bit of its own to write. Remove `acknowledge:`."""),
    "D0606": ("an interrupt without causes", """Causes that are not listed stay masked, so this interrupt would never do anything. List under `on:` what
        to do about each cause (`service:`, `call:` or `complete:`); an interrupt that is not needed can be left out."""),
    "D0607": ("an acknowledge that cannot be written", """The causes that were read are written to this register before they are served: a 1 for each of them, so a field in which 0 acts would do
        the opposite, and lose the causes that came meanwhile."""),
    "D0608": ("a cause is missing in a register", """The registers that mask and acknowledge are written with the causes' bits, so each must have every cause."""),
    "D0609": ("a cause at another bit", """The registers that mask and acknowledge are written with the bits of the cause register, so a cause must be the same bit in all of them."""),
    "D0610": ("two kinds of mask", """A device has either a register to set and one to clear mask bits, or one register of enable bits, in which a 1 may also mask."""),
    "D0611": ("half a mask", """To mask and to unmask, both a register that sets and one that clears are needed. If one register holds the enable bits, it is
        `mask: {register: ...}`."""),
    "D0612": ("a mask that cannot be written", """Masking and unmasking are writes, and this register does not take one. Is its `access:` right? A register to set and one to clear are
        written with a 1 for each cause, so no field of theirs may act when 0 is written."""),
    "D0613": ("a mode twice", """The modes are tried in the order given, the first that the machine grants is taken, and a second attempt at one that it
        refused would not help. Remove it; an interrupt has each mode once."""),
    "D0614": ("a cause beyond the set", """The runtime keeps pending causes in a 32-bit word that it updates atomically, a bit a cause; a code is the number of a bit."""),
    "D0615": ("nothing is done", """The cause is listed and so unmasked, and nothing would make it go away: serve a ring or FIFO, call a handler, or complete a waiter."""),
    "D0616": ("`at_start` without a handler", """`at_start: true` calls the cause's handler once when the device starts, as if the cause had come, and
        this cause has no `call:`. Add `call: HANDLER`, or remove `at_start`."""),
    "D0617": ("raised by what it does not serve", """`raised_by` says which ring's progress makes the device raise the cause; the same cause must serve that ring."""),
    "D0618": ("an enable bit without mask register", """Only a mask that is one register of enable bits has a bit for each cause. Registers that set and clear are written with the causes' own
        bits."""),
    "D0619": ("an enable bit elsewhere", """An interrupt masks its causes by writing the register under `mask:` as a whole, and a bit in another register
        would not be written. Name the bit of the mask register, or name the register with the enable bits in `mask: {register: ...}`."""),
    "D0620": ("an enable bit that cannot enable", """The enable bit of a cause is written whenever it is masked or unmasked, so it is one bit that can be written."""),
    "D0621": ("a ring or FIFO that nobody serves", """Without an interrupt that serves it, what arrives would lie there, and what was sent would never be taken back."""),
    "D0622": ("a cause that is never enabled", """With one register of enable bits a cause must name its bit (`enable:`), or serve what another enabled cause serves."""),
    "D0623": ("a cause that the driver does not clear", """A write clears the cause, and the driver does not write it: there is no `acknowledge:`. The interrupt stays masked until the handler has
        returned, and comes again unless it has cleared the cause. Where it does, `level: true` at the cause says so; where it does not, `acknowledge:` is missing."""),
    "D0624": ("a cause register that is too wide", """The runtime keeps pending causes in a 32-bit word, a bit for each cause, so a wider cause register
        would lose the upper ones. Describe its halves as two registers, and name the one that has the causes."""),
    "D0625": ("half with a cause register, half without", """An interrupt is told in one of two ways. Where a register shows what happened, `cause:` names it and `on:` says what to do about each
        cause. Where the message says it all, there is no `cause:`, and what to do stands at the interrupt itself: `{modes: msix, vector: 0, service: rx}`."""),
    "D0626": ("nothing says whose interrupt it is", """With MSI-X each interrupt has a message of its own, so the message can be the cause. The line is shared with other devices, and with MSI all
        interrupts of the device come as one message: there a register has to say what happened. That need not be one of events: a status register whose bit is 1 while there is something
        to do is a cause as well, which its service or its handler takes back. A device that has neither is used with MSI-X only."""),
    "D0627": ("a message without a number", """With MSI-X each interrupt is an entry of the device's table, and the datasheet, or a register that the driver writes, says which event is which
        entry. `vector:` is that number."""),
    "D0628": ("a message twice", """An entry of the MSI-X table is one message, and one interrupt hears it: the driver could not tell which of the two is
        meant. Give each its own `vector:`, or make them one interrupt with a cause register (`cause:` and `on:`)."""),
    "D0629": ("a vector without MSI-X", """`vector:` is an entry of the MSI-X table. With MSI and on the line there is one interrupt for all."""),
    "D0630": ("served twice", """Each interrupt has a poll of its own, and the polls of two may run at the same time on two processors. So a ring, a FIFO or a cause belongs to one
        interrupt of a mode. In different modes it may belong to different ones: they are never there together."""),
    "D0631": ("served in one mode only", """Which mode a device gets is the machine's decision, so every mode has to do what the others do: serve the same rings and FIFOs, call the same
        handlers, wake the same completions."""),
    "D0632": ("a register that two interrupts cannot share", """The two are there in the same mode, and may be served at the same time. Each must be able to read, acknowledge and mask its own causes
        without touching the other's. A register that a read clears, one that shows a code, and one register of enable bits for all cannot do that."""),
    "D0633": ("modes in two orders", """All interrupts of a device are in one mode, the first that the device has and the machine grants. The interrupts must agree which comes first."""),
    "D0634": ("a bit that cannot mask an interrupt", """An enable bit is one bit that can be changed without changing others. In a register that sets and one that clears, bits written as 0 are left
        alone; in one register what is beside it is read and written back, which is impossible where reading has an effect or a write does more than to store."""),
    "D0635": ("too many interrupts", """A machine keeps a word of memory and a poll for each interrupt of a device, and has a bound for them."""),
    "D0636": ("an interrupt that leads to nothing", """Without a cause register an interrupt means one thing, and it says which: `service:`, `call:` or `complete:`. With one, `cause:` names it and
        `on:` says what to do about each cause."""),
    "D0637": ("a level that nobody takes back", """`level: true` keeps an interrupt masked until the handler of the cause has taken it back. A cause that only a ring or FIFO serves has no handler,
        and is masked anyway until there is nothing left to serve."""),
    "D0639": ("a cause that no read acknowledges", """`acknowledge:` of one cause is a register that is read when the cause came, as devices have that clear each cause by reading a register of its own. That
        register says what a read of it clears: `read_clears:`. Registers that are written acknowledge all causes at once, and stand at the interrupt."""),
    "D0638": ("a wait for what an interrupt takes away", """An interrupt reads its causes and acknowledges them at once, so an operation or a transfer that polls one of them sees it only if it is faster.
        Either the interrupt has the bit (`complete:`, and whoever needs it waits for the completion), or the wait has: then it is not under `on:`, stays masked, and the interrupt does not
        acknowledge it either. Who polls it clears it, where the device does not."""),
}
