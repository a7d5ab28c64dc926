# SPDX-License-Identifier: MIT
"""Codes D05xx: descriptors, rings and FIFOs."""

CODES = {
    "D0573": ("alternatives that cannot be told apart", """An entry must be one alternative or another, never two: in every two of them at least one member or field of
        `chosen_by` has different values. What an alternative leaves out, or calls `any`, does not tell it from others."""),
    "D0574": ("alternatives without a choice", """`chosen_by` names the members or fields that say which alternative an entry is, `alternatives` the forms that there are, each with a
        value for each of them in the same order. Neither has a meaning without the other."""),
    "D0575": ("an alternative of another size", """Alternatives are the same bytes seen in other ways, so each layout has as many bytes as the descriptor's own."""),
    "D0576": ("a choice outside the common part", """Which alternative an entry is must be known before any of them is looked at. So `chosen_by` names members of the descriptor's own
        `layout`, or fields of them, and not of an alternative's."""),
    "D0577": ("a choice that cannot be", """The member or field is too narrow for the value, so no entry would ever be this alternative."""),
    "D0578": ("a choice and something else", """The bits that make an entry this alternative are written by the generated code alone. A field of the alternative may name exactly these bits,
        or none of them; and a member that holds some of them says with `fields` what the others are."""),
    "D0511": ("a count that is not a power of two", """Indices of a ring run freely over 32 bits and are masked where an entry is touched. With another count the mask would be a
        division, and the order would break where the index passes 2^32."""),
    "D0512": ("no possible count", """The fewest entries (`min`) are more than the most (`max`), so no ring fits. Without `min` it is `multiple`, or one more than
        `spare`."""),
    "D0513": ("a count out of bounds", """The driver starts with the default number of entries, and the device takes no fewer than `min` and no more than
        `max`. Choose a default between them, a power of two. Without `max` it is the default; without `min` it follows from `multiple` and `spare`."""),
    "D0514": ("a count that the device refuses", """The device takes only a multiple of `multiple` entries, and a ring has a power of two of them, so that
        indices can be masked. Choose a larger default, or correct `multiple`."""),
    "D0515": ("a ring that holds nothing", """`spare` entries always stay empty, so that a full ring does not look like an empty one. With as many as
        there are entries the ring never carries anything: lower `spare` (1 is usual), or raise the default count."""),
    "D0516": ("attaching by a register that cannot be written", """Each entry of `attach:` is a register write that tells the device about the ring, and a
        write of this register does nothing, so the device would never learn it. Correct the register's `access:`, or name the one that is written."""),
    "D0517": ("one value to two registers", """The ring's address, size or index goes to one place. (The two halves of an address are `base.low` and `base.high`.)"""),
    "D0518": ("a ring without address", """The device finds the ring only by its address, which `attach:` writes: without it the device would read and
        write elsewhere in memory. Give `base` to one register, or `base.low` and `base.high` to two."""),
    "D0519": ("two addresses", """`base` is the whole address in one register, `base.low` and `base.high` are its halves in two. With both, the device
        would be told the address twice, and one of the writes goes to the wrong register: keep one form."""),
    "D0520": ("half an address", """The device can reach memory beyond 4 GiB, and the ring may be there; the register takes only part of its address. The upper half would be
        lost, and the device would read somewhere else."""),
    "D0521": ("an array without index", """The name stands for all elements of an array, and only one of them can be read or written here. Write the index
        behind the name (`RXT[0]`); a register in nested arrays has an index for each, the outermost first."""),
    "D0522": ("an index without array", """There is one such register, so an index behind its name has no meaning. Remove the index, or give the register
        a `count:`; `count: 1` makes an array of one."""),
    "D0523": ("a ring that cannot be enabled", """The enable bit is set after `start` and cleared at stop, with a read and a write that keep its neighbours. So it is one bit that
        can be read and written."""),
    "D0524": ("a doorbell that cannot be written", """The doorbell is how the device learns that there are new entries: with `give: {to: ...}` the driver
        writes its index there, and a `doorbell:` is written besides. A write that does nothing leaves the device waiting for ever: correct `access:`, or
        name the register that is written."""),
    "D0525": ("a doorbell that is too narrow", """The highest index of a ring is one less than its most entries, and this register, field or member has
        too few bits for it: the upper ones would be lost, and driver and device would mean different entries. Lower `max` of `count:`, or correct the
        width."""),
    "D0526": ("a doorbell with fields", """The index is written to the whole register. If only some of its bits are the index, this kit cannot ring that bell yet."""),
    "D0527": ("a ring without first index", """The doorbell must be written before the ring is enabled, never assumed: devices keep what an earlier driver left there. Attach it with
        `tail`."""),
    "D0528": ("tail is not the doorbell", """The register attached with `tail` and the one under `give:` are the same: where the driver says how far it got."""),
    "D0529": ("a head that cannot be read", """The register under `take: {from: ...}`, or attached with `head`, is where the device shows how far it has
        come, and a read of this one returns nothing defined: entries would be taken back too early or never. Correct its `access:`, or name the right
        register; one that only takes a first index gets a number (`RXH: 0`)."""),
    "D0530": ("a field that cannot be changed by itself", """The generated code must change this field and leave its neighbours alone, and one of them has no value that leaves it
        alone; the message names it. docs/registers.md explains which policies allow an update."""),
    "D0531": ("an entry of odd size", """Entries lie side by side in memory and their size is a power of two, or they would cross the boundaries that the device expects. Reserved bytes
        of the datasheet are members too."""),
    "D0532": ("a member that is too narrow", """The member cannot hold every value it must: an address has as many bits as the device has address lines, a length must hold the
        size of a buffer."""),
    "D0533": ("a length that is too wide", """Lengths are 32-bit numbers in the runtime. If only the lower half of the member is the length, split the member in the layout."""),
    "D0534": ("a payload of unknown size", """A receive ring says how large its buffers are (`size`), a transmit ring how much one entry may carry (`max`)."""),
    "D0535": ("a payload's size of the other direction", """`size` is how large the buffers of a receive ring are, and `room` where the driver tells an
        entry that size. `max` is how much one entry of a transmit ring may carry, and its `length` says how much it does. Write the key of the ring's own
        direction, and remove the other."""),
    "D0536": ("a mark that is not one bit", """Each mark (done, first and last entry of a frame, error) is tested or set as one bit; of a wider field
        nothing says which value counts. Describe the bit as a field of its own under the descriptor's `fields:`, and name that."""),
    "D0537": ("several marks of the last entry", """On receive one bit says that a frame ends here. On transmit there may be several, and all are set."""),
    "D0538": ("a key of the other direction", """The driver and the device do different things to entries to the device and from it, and this key is about
        what the other direction does; here nothing would use it. Remove it; the message says why this direction does not need it."""),
    "D0539": ("no mark of the last entry", """With `on: last` only the last entry of a frame reports, so the device must be told which entry that is. Name
        the bits that mark it under `frame: {last: ...}`, or write `on: each` where every entry reports."""),
    "D0579": ("which entries carry payload?", """Where a ring's entries are of several kinds, `payload: {in: ...}` names the alternatives with payload. The first is what the driver
        writes. A ring to the device takes all that are named, and everything that the ring says of its entries is in each of them. Into a ring from the
        device it writes those that have the member of `length`, and none else: what brings no data would go to nobody."""),
    "D0580": ("kinds of entries that come back elsewhere", """The driver asks one bit whether an entry is done, and reads its length and marks, before it knows or cares of which kind the entry is. So they are
        at the same place and have the same name in every alternative that comes back; and what is given does not look as if it was done."""),
    "D0588": ("a ring or FIFO that no driver runs yet", """It is read and checked like all else, and it is right: names, widths, and that what is given comes back. But for this form of
        ring, or for a second one in a class that runs one ring or FIFO in each direction, the kit has neither the driver's side nor the device's, so nothing is generated. What runs: one piece of memory with descriptors; `attach` with addresses,
        sizes, numbers and expressions over sizes; `give: {by: index}` to a register, masked or with a `width` up to 32, or `{by: bit}`, and a `doorbell` besides; `wrap`; `take` by bit (`ready` 0 or 1), by lap, or by index from a register or from memory; payload by
        address; `frame` with `first`, `last`, `each` and `bad`."""),
    "D0589": ("a key of another way", """Each way to give and to take has keys of its own, and so have rings of entries and rings of bytes. What this way does not ask is a
        slip, or belongs to another one."""),
    "D0590": ("no such part", """A ring may be made of several pieces of memory, its `parts`. The name is none of them, or a whole part stands where a member of its head is
        needed. Exactly the parts named under `parts:` can be meant, and one of them is a `table`."""),
    "D0591": ("no element for each instance", """`qid` is the number of the instance, from 0. The register must be an array with an element for each."""),
    "D0592": ("an index of another width", """`width` is how many bits a free-running index has; the member or register that it is written to or read from has fewer."""),
    "D0593": ("rings that do not pair", """Entries that come back through another ring are known there by a member that both descriptors have, of the same width, and there is one of
        that ring for each of this one."""),
    "D0594": ("a record that does not fit", """Records lie in a ring of bytes, behind a header with the member `length`. The longest must fit into the ring, and where `slack` is memory
        for records that begin before the end, into that."""),
    "D0595": ("a word that nobody writes", """With `take: {by: index, from: memory}` the device writes its index to a word of 32 bits in memory, whose address it must be told: `taken`, or
        `taken.low` and `taken.high`, in `attach`. Without that way to take there is no such word."""),
    "D0596": ("full and empty look the same", """The device says by an index alone how far it is. When every entry is with it, that index is the same whether it has finished all or none: one entry
        must stay empty (`spare: 1`)."""),
    "D0597": ("alignments that contradict one another", """`dma: {alignment: ...}` is what the device asks of every address that it is given. A ring or a buffer that is to be aligned less would not
        suit it; and where no address is aligned so much, or nothing aligned so much lies between two boundaries, there would be no memory at all."""),
    "D0598": ("an address that an entry cannot hold", """An entry's address is one member of 64 or 32 bits, two members of 32 bits with its halves, the low one first, or fields in their place that
        say so: `type: address`, with `half:` where there are two. Lower bits that such a field lacks are 0 in every address, so `dma: {alignment: ...}` must be as large."""),
    "D0541": ("a FIFO that cannot move words", """Words from the device are read from the data register, words to the device written to it. They are the whole register, or a
        field of it that is a plain number, and one access moves one: not a register that the bus moves in halves (`split`)."""),
    "D0542": ("a serial port's FIFO of other than bytes", """A serial port sends bytes one by one, as they come, so each access of the data register moves one: it is a register of 8 bits, or the byte is
        a field of it. A FIFO that moves several bytes at once would have to wait for the others, or send what nobody asked for; describe such a device as `class: misc`."""),
    "D0543": ("a FIFO's bit that cannot be asked", """The driver asks before it moves words: `ready` is one bit, `level` and `room` are numbers; all can be read, and reading changes nothing.
        `overrun` is one bit that can be read, and that a read, a write of the bit, or the device itself clears."""),
    "D0544": ("a FIFO's key without a meaning", """Some keys belong to one direction: `room` to FIFOs to the device, `overrun` to those from it. Others go with another key: `threshold`, and
        to a FIFO from the device `depth`, say how many words there are where `ready`, or `level`, speaks of them; `bytes` says in which order a word has several."""),
    "D0545": ("a FIFO that does not say when it is ready", """The driver asks before it moves words: `ready`, `level` or `room`. Only a FIFO whose words handlers move, because no interrupt serves it, may
        do without: the handler knows. And where `level` says how many words are in a FIFO to the device, `depth` must say how many it holds."""),
    "D0546": ("an overrun that disturbs others", """The driver reads the overrun's register after each move of words, and writes the bit where that clears it. Neither may change anything else:
        another field that cannot be left alone, causes that the interrupt has not seen yet, or a count of `stats:`."""),
    "D0547": ("a FIFO and something else", """An operation that is a FIFO has no handler, so there is nobody who would see arguments or data besides the FIFO's words."""),
    "D0548": ("two FIFOs through one register", """An access of the register moves a word, whoever asked for it: two FIFOs of one direction would take each other's words. Fields of one
        register (two channels in one word, for example) are one FIFO, and who gets a word takes it apart."""),
    "D0681": ("an entry that does not come back as it was given", """With `give: {by: bit}` one bit of an entry says whose it is, the driver's or the device's: the same bit in `take: {by: bit}`, and in
        every entry, not only in the last of a frame. An entry that the device left marked as its own would be taken for a new one when the ring has come around."""),
    "D0682": ("a ring whose end the device does not know", """A device that goes from entry to entry by itself must know behind which of them it begins anew: by a mark in the last one (`wrap:`), or because
        a register tells it the ring's size."""),
    "D0683": ("a ring that the device looks into at any time", """With `give: {by: bit}` no register says that there is something in the ring: the device looks by itself. Without a bit that keeps it
        from doing so (`enable:`) it would look into memory that is not a ring yet, or not any more."""),
    "D0684": ("a bit of an entry that says two things", """Whose an entry is, where the ring ends, where a frame begins and ends: each has bits of its own in the entry. One of the names is a slip."""),
    "D0920": ("an entry's mark that is not in one piece", """The device sets the mark at any moment, so the driver reads the member that it is in with one load, and memory gives only
        aligned words in one piece: the member stands at a multiple of its size. If the datasheet's is larger and misaligned, only the byte with the mark matters; describe its bytes as members of 8 bits."""),
}
