# SPDX-License-Identifier: MIT
"""Codes D02xx: regions, registers, fields, enums, effects."""

CODES = {
    "D0201": ("a register is outside its region", """The driver maps as many bytes as the region's `size` says; an access behind them would fault. Either the offset
        (or `count`, or `stride`) is wrong, or the region is larger than it says."""),
    "D0202": ("a register is misaligned", """A register stands at a multiple of its width, because a bus transfers it in one piece only there. An offset in bits or words
        instead of bytes often looks like this; offsets are in bytes."""),
    "D0203": ("elements of an array overlap", """`stride` is the distance from one element to the next in bytes and must be at least the element's size; of a repeated block at least as
        much as its registers reach over, unless they are interleaved without sharing a byte. Listed offsets are at least an element's size apart."""),
    "D0204": ("registers overlap", """Two registers share a byte, and nothing tells the device which is meant. What tells them apart is direction (one is `access: ro`,
        the other `access: wo`) or a bank (`when: LCR.DLAB == 1`). If they are one register with two views, describe it once."""),
    "D0205": ("a value is too wide for a register", """The register, or the field, has fewer bits than the value needs, so the upper ones would be lost.
        This is about `reset:`, and about values written to a ring's registers, as in `attach:`. A doorbell's `value:` may not be 0 either, because that
        tells the device nothing. Correct the value, or the register's `width:`."""),
    "D0206": ("a stride without an array", """`stride` is the distance from one element to the next, and a register or block without `count` is there only
        once, so the key has no effect. Add `count: NUMBER`, or remove `stride`."""),
    "D0207": ("a BAR twice", """Two regions are the same BAR, the same capability, or both configuration space. Put their registers into one region; its size is that of the
        whole."""),
    "D0208": ("two default regions", """Registers that do not say `region:` are in the default region, and with two of them nothing says which one the
        generated accessors should reach. Keep `default: true` at one; registers of the others say `region: NAME`."""),
    "D0209": ("a region that is nowhere, or in two places", """A region is one of: a BAR (`bar:`), what a PCI capability says (`capability:`), what is behind two registers (`window:`), or PCI
        configuration space (`kind: config`). With `kind: config`, `capability:` means the capability itself."""),
    "D0210": ("more than configuration space has", """PCI configuration space has 256 bytes, of which the standard header takes 64, and on PCI Express 4096; capabilities share what is left. The driver refuses a device with
        less than the region's `size`, so it is as much as the registers need."""),
    "D0211": ("a field is outside its register", """The field has bits that the register does not. Without `width:` a register has 32 bits, a member of a descriptor as many as its
        type says."""),
    "D0212": ("a value is too wide for a field", """Put in its place, the value would reach into the bits above the field, so no reset of the device can
        leave it there. Correct `reset:`, or the field's `bits:`; a field's value counts from the field's own lowest bit."""),
    "D0213": ("two reset values", """The register's `reset:` and the field's contradict. One of them is enough: the register's covers all its fields."""),
    "D0214": ("fields overlap", """Two fields of one register share a bit, so writing one would change the other. The help says which bits are free. If the meaning of the
        bits depends on something else, describe one of the meanings."""),
    "D0215": ("repetitions of a field overlap", """A repeated field's `stride` is the distance in bits from one repetition to the next, and must be at least the field's width."""),
    "D0217": ("a repeated block without stride", """A block says how far apart its repetitions are; the size of its registers does not tell, for there may be gaps."""),
    "D0218": ("listed and counted", """A list of offsets says how many elements there are, and where. `count` and `stride` say the same in another way."""),
    "D0219": ("an enum that cannot count", """An array with an element for each value of an enum needs values from 0 upwards without gaps, or some elements would have no name
        and some names no element."""),
    "D0221": ("an enum does not fit its field", """The enum has a value that needs more bits than the field has: the device could never show it, and a
        write would lose its upper bits. Correct the value or the field's `bits:`, or give the field an enum of its own."""),
    "D0222": ("two names for one value", """Both names are usable in C, but a message, a trace or a dump can only print one of them, and prints the first. Usually one of the
        numbers is a slip."""),
    "D0223": ("an empty enum", """An enum becomes an enum of C, which must have at least one constant, and without values it names nothing. List the
        values (`speed: {SLOW: 0, FAST: 1}`), or remove the enum and the references to it."""),
    "D0224": ("an expectation that is never met", """The field or register cannot hold the value of `expect:`, so every device would be refused."""),
    "D0225": ("an expectation that cannot be asked", """What is expected is read when the driver attaches, before anything else is known of the device: the register must be one that can be read, whose
        reading has no effect, and that shows the value after a reset."""),
    "D0226": ("an expectation at the wrong place", """`expect:` belongs to a field, or to a register that has none; of an array each element is looked at. Where the device says how far apart
        its elements are, they are not known yet."""),
    "D0231": ("a bank that is never selected", """The field can never have this value: it needs more bits than the field has, or the field's enum or
        limits leave it out. A register with such a `when:` would never be there, a wait for it would never end, and what a write of it should do would
        not happen. Correct the number or the field."""),
    "D0232": ("a selector inside a bank", """To select a bank the generated code reads and writes the selector. If that is in a bank itself, another selection would have to come
        first, and so on."""),
    "D0233": ("a selector in an array", """`when:` names a field of an array, and does not say of which element. Without an index it is the one that belongs to the register's own
        element, so the register must be there as often, in the same repeated blocks."""),
    "D0234": ("a selector that cannot be switched", """Selecting a bank means reading the selector, changing one field, and putting back what was there. So it must read back what
        was written and have no effect of its own."""),
    "D0235": ("selecting a bank does harm", """To reach the register the generated code changes the selector and puts it back. One of the selector's other fields, or an effect of this
        register, does not allow that: the message says which and why."""),
    "D0241": ("an effect that never happens", """`sets:`, `clears:` and `resets:` say what writing 1 does, and the device ignores writes to what is only
        read; likewise `read_clears:` needs a register that can be read. Correct `access:`, or move the effect to the register that has it. If a read
        causes it, `read_clears:` says so."""),
    "D0242": ("a register that resets the device", """`resets: device` on a whole register says that each of its bits does it. Name the field that does."""),
    "D0243": ("an effect on itself", """What a write does to the bits it goes to is their access policy: `w1c`, `w1s`, `sc` and others. Effects are for other
        registers."""),
    "D0244": ("an effect without a target", """An effect of a whole register works bit by bit on the fields of the same name, and the target has none of this name. Give both
        registers the same fields (an anchor and an alias keep them equal)."""),
    "D0245": ("an effect between different bits", """Source and target of an effect must correspond bit by bit: the same width, and fields in both or in none. Arrays must correspond element by
        element: they are repeated alike, or one is in a repeat of the other."""),
    "D0246": ("locked by itself", """While the lock is not 0, writes to what it locks do nothing: once set, this field could never be written back to 0.
        Name the field that holds the lock; for a field that takes only its first write, `access: w1` says that."""),
    "D0247": ("a lock on what cannot be written", """`locked_by` says when a write has no effect, and a write of this field never has one, so the lock
        locks nothing. Remove `locked_by`, or correct the field's `access:`."""),
    "D0251": ("halves of what is not 64 bits", """`split` says in which order the two 32-bit halves of a 64-bit register are moved; a narrower register is
        moved in one access. Remove `split`, or say `width: 64` if the register has so many bits."""),
    "D0252": ("latched without halves", """`latched` says that reading one half holds the other still, so there must be halves: `split: low_first` or `high_first`."""),
    "D0253": ("a bit among the enable bits", """With `write_mask` the upper half of the register says which bits of the lower half a write reaches. Fields and the reset value are in
        the lower half; the accessors write the enable bits."""),
    "D0254": ("enable bits that enable nothing", """With `write_mask` a write reaches the fields that it names and nothing else. That needs fields that can be written, and room above
        them, and makes all keys superfluous that say what happens to the others."""),
    "D0255": ("a key of the register at an alias", """An alias is another address of a register. Its width, its value after a reset, who else uses it and what else is true of it at every address
        is said once, at the register itself."""),
    "D0256": ("an alias that shows no register", """An alias shows one whole register, so it has as many elements, or one element of it (`alias_of: COUNTER[3]`), and what it names is no alias itself. At
        the register's own address its fields have the bits of whole fields there, or a part of plain ones, so that changing one leaves the others alone."""),
    "D0257": ("a stride that cannot be asked", """Where the device says how far apart the elements of an array are, its register is read once, when the driver attaches. So it is a single one,
        always there, that can be read without an effect and does not change."""),
    "D0258": ("a register among elements that move", """The elements of the array are as far apart as the device says, so in another device one of them may be where this register is. Nothing stands
        between the first and the last."""),
    "D0280": ("repeated too often", """Blocks may be repeated in repeated blocks, and arrays stand in them, up to four repeats within one another and 65,536 elements of one
        register: accessors take an index for each repeat, and the simulated device keeps every element. Describe the outermost repeats as blocks of their own."""),
    "D0281": ("an element with too many or too few indices", """A register in repeated blocks has an index for each of them, the outermost first, and one for its own `count:`: `PORT_QUEUE[1][3]` is entry
        3 in port 1."""),
    "D0291": ("an access that the region does not answer", """An accessor moves its register whole, or in halves of 32 bits with `split:`. The region's `access_widths` does not have that
        width."""),
    "D0292": ("what every device needs in a region that some lack", """Code for interrupts, rings, FIFOs, `stats:`, `presence:` and `expect:` is the same for all devices that the driver serves, so their registers are in
        regions that all of them have. Handlers ask `NAME_has_REGION` first."""),
    "D0293": ("a region that cannot be so", """Only memory BARs take 64-bit addresses or are prefetchable. A 64-bit BAR takes two numbers, its own and the next, so BAR 5 is none, and no
        region is at the next one. A BAR of more than 512 MiB has 64 bits: below 4 GiB, beside memory and other devices, it finds no room. Nor does one of more than
        16 KiB of ports, of which there are 64 KiB in all."""),
    "D0294": ("a prefetchable region with a read that has an effect", """A BAR that says it is prefetchable allows bridges to read ahead and to throw away what they read. A register whose reading changes
        something loses events there."""),
    "D0295": ("a place that the device cannot say", """Where a part of a BAR begins is read from a register once, when the driver attaches, before that part is mapped. So the register is in a region at a fixed place that every
        device has, a single one, always there, and reading it has no effect."""),
    "D0296": ("a part of a BAR that cannot be", """A region with `at:` is a part of a BAR, and so is every other region of that BAR. None reaches into another one, and each begins where its registers are aligned, as far as
        the manifest knows; what only the device knows is checked when the driver attaches."""),
    "D0297": ("a number of elements that the device cannot say", """How many there are of an array or of a repeated block is read from a register once, when the driver attaches: a single one that every device has and that can say as
        many as `count:`. It counts the outermost repeat, at fixed distances, in a BAR. The simulated device has all of them, so no `reset:` says less."""),
    "D0237": ("a shadow that begins as nobody knows what", """With `shadow: true` the driver keeps what it wrote last, and updates start from that. Before the first write that is the value after a reset;
        where nobody says what it is, 0 is taken, and the first update of one field writes 0 into all others. Say it with `reset:`. Where the datasheet does not tell,
        write the whole register in the handler `reset`, before any update, and waive the warning with that as the reason."""),
}
