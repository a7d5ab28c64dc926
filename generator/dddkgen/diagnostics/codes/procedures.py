# SPDX-License-Identifier: MIT
"""Codes of procedures, which use several registers for one purpose: transfers, operations and indirect windows."""

CODES = {
    "D0141": ("not a time", """A bare number does not say whether it counts microseconds or seconds, a mistake that would be seen only on the machine.
        Write a whole number with its unit, `ns`, `us`, `ms` or `s`: `500us`, `10ms`, `1s`."""),
    "D0142": ("not a type of an argument", """Arguments and results of an operation are unsigned numbers of 1 to 64 bits: `u1`, `u5`, `u16`."""),
    "D0451": ("a transfer that waits for no cause", """`done:` names a cause under `on:` of some interrupt, or a field of a register: `STATUS.DONE`, `DMA.GO == 0`."""),
    "D0551": ("a register that takes no number", """Addresses and lengths of a transfer are written to whole registers, which can be written and have no fields, or to fields: a length to a plain number, an
        address to one with `type: address`, whose lowest bit is not above the alignment of the transfer. Two places hold the halves of an address, the low one first."""),
    "D0552": ("a register that is too narrow for a transfer", """The register must hold every number that a transfer may need: each address of the device's memory and of the memory that the device
        can reach (`dma: {address_bits: ...}`), or the largest length. Bits that do not fit would be lost, and the device would move something else."""),
    "D0553": ("a bit that starts no transfer", """`go` and `notify` are single bits, and writing 1 sets the bit; `direction` is a bit or a field that keeps the value written."""),
    "D0554": ("a transfer started by two registers", """The generated C sets `notify` and `go` in one write, so both are bits of one register. Name a bit
        of the register of `go`, or remove `notify`: a bit in another register is set by the handler, before it starts the transfer."""),
    "D0555": ("a cause that nobody waits for", """The end of the transfer is a cause, and the generated function sleeps until that cause wakes a completion. The cause needs `complete: NAME`."""),
    "D0556": ("a field that cannot be polled", """The field is read until it has the value. That needs a field that can be read, in a register whose reading changes nothing."""),
    "D0557": ("a transfer larger than the device's memory", """All bytes of a transfer are in the device's memory at once, so `max`, the most of one
        transfer, cannot exceed it: the driver would run over its end. Lower `max`, or correct `device_memory: {size: ...}`."""),
    "D0558": ("a transfer that notifies nobody", """`notify` asks the device to raise a cause at the end; when the end is polled there is no cause."""),
    "D0559": ("a transfer that is done at once", """The bit that starts the transfer is 1 from then on, so it cannot also say the end by being 1. Most devices clear it: `done: REG.GO == 0`."""),
    "D0560": ("a transfer without a way", """With `source` and `target` the addresses tell which way the data goes: what is read from, and what is written to. With `host` and `device` each
        address stays in its register, so a bit has to tell."""),
    "D0599": ("a transfer that does not say how it goes", """A device moves data one way (`only:`), or its direction field has another value for each way, or the addresses say it. Where it has several channels,
        its registers are arrays with an element for each. Addresses and lengths are multiples of `align:`, so `max:` and the device's memory are, too. And its end and its
        failure are two things."""),
    "D0561": ("a value that nothing has", """What goes into a field is a number, an argument of the operation, or a value of the field's enum; `take:` names results of the operation."""),
    "D0562": ("a value that does not fit a field", """The generated function checks that an argument fits its own width, and then nothing may be cut off. So an argument is not wider than the field it goes into,
        and a result is not narrower than the field it comes from."""),
    "D0563": ("an argument like a value", """The word is an argument of the operation and also a value of the field's enum; a reader could not tell which is meant."""),
    "D0565": ("an argument without use", """An argument that no step writes would be asked of every caller for nothing; a result that no step takes would
        be whatever happened to be in memory, and one taken twice loses the first value. Use each in a `write:` or `take:` once, or remove it."""),
    "D0566": ("a step with a key of another", """`timeout` and `fail` say how a wait ends; a write, a `take:` or a delay has no end to wait for. Put them
        into the step of the `wait:` that they are about: `{wait: ..., timeout: ...}`."""),
    "D0567": ("a result without name", """`take: REGISTER` in short is for operations with exactly one result; with several, or with none, nothing says
        where the value goes. Name the results: `take: {RESULT: REGISTER.FIELD}`."""),
    "D0568": ("a failure that is success", """The wait ends when either condition holds, and `fail:` says that it failed, so it must be another condition than that of the wait."""),
    "D0569": ("a step that cannot write", """A write of what is only read does nothing, one value for a register with fields does not say which field it
        is, and the field that selects a bank is written by accessors alone. Name a field that can be written (`REGISTER: {FIELD: value}`), or the
        register of the bank."""),
    "D0570": ("a result that cannot be read", """A read of this register or field returns nothing defined, so the result would be arbitrary. Take the
        result from what can be read, or correct `access:`."""),
    "D0571": ("a cell that cannot be found", """For the simulated device, an operation with `memory:` reads or writes one cell. Its arguments are the address, at most 16 bits in all; its one result is the content.
        Without results the last argument is written. Operations of one memory have the same widths."""),
    "D0572": ("operations that look alike", """The device knows an operation by the write that starts it. Two with the same register and no field that has a different constant in each cannot be told apart by the
        simulated device: the first one is answered."""),
    "D0581": ("a register that makes no window", """The index is written to one register, or to one field of it while the others keep what they hold, and the data goes through another without fields: single registers,
        which can be written and, as far as the region's registers can, read. `write:` names a register of its own for what is written."""),
    "D0582": ("an index that is too narrow", """The index register cannot hold the index of the last register that the region's size allows."""),
    "D0583": ("a key that does not go with a window", """Registers behind a window are reached through another register: kind and byte order are its. `timeout` says how long `ready` is waited for."""),
    "D0584": ("a window behind a window", """A window reaches its registers through an index and a data register, which must be there without it: behind a
        window they would need another access first. Name registers of a region that has no `window:`."""),
    "D0585": ("a window that is shared with interrupts", """Going through a window takes two accesses, and whoever comes between them reaches another register. So where interrupts or polls use one, every access holds a lock, and
        nobody waits who holds it: such a window is ready at once. Nor do they use the register that the data goes through for itself."""),
    "D0586": ("a register that does not go through the window", """What moves is the whole data register, so every register of the region has its width and begins where an index points."""),
    "D0587": ("a window's register twice", """Each window has a data register of its own: what is behind a register would otherwise depend on who used it last. The index may serve several windows, because every access
        writes it first."""),
}
