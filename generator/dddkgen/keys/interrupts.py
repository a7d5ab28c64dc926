# SPDX-License-Identifier: MIT
"""The key table: interrupts and their causes."""

from __future__ import annotations

from .registers import DOC, SEE
from .types import Boolean, Choice, Integer, Key, ListOf, MapOf, Name, ObjectType, Ref

REGISTER = Ref("a register", "ICR")
HANDLER_NAME = Name("the name of a handler", lower=True)

CAUSE_SOURCE = ObjectType(
    "cause register",
    "Where the cause is read. In short: a register whose fields are the causes, a bit each.",
    (
        Key("register", REGISTER, "The register.", "register: IIR", required=True),
        Key("code", Ref("a field of that register", "ID"), "The field that holds the cause as a code; the causes are then values of its enum.", "code: ID"),
        Key("none", Ref("a field of that register", "NONE"), "The bit that is 1 when there is no cause.", "none: NONE"),
        DOC,
        SEE,
    ),
    short="register",
    remarks=True,
)

MASK = ObjectType(
    "interrupt mask",
    "How causes are masked at the device: a register to set and one to clear, or one register of enable bits. A message without `cause` has "
    "a bit of its own: `{set: IMS.RXQ0, clear: IMC.RXQ0}`, or `{register: QCTL.ENABLE}`.",
    (
        Key("set", REGISTER, "The register that enables causes: written with their bits.", "set: IMS"),
        Key("clear", REGISTER, "The register that disables causes: written with their bits.", "clear: IMC"),
        Key("register", REGISTER, "One register of enable bits. Single bits that no cause has for `enable` stay 0. Where anything else is in it, or the register has `lock: irq`, masking keeps it: it reads, changes and writes under the lock.", "register: IER"),
        Key("inverted", Boolean(), "A bit of `register` that is 1 masks its cause, and 0 lets it through.", "inverted: true", default="false"),
        DOC,
        SEE,
    ),
    remarks=True,
)

SERVICE = Key("service", ListOf(Ref("the name of a ring or FIFO", "rx"), single=True), "Rings and FIFOs that the poll serves.", "service: rx")
CALL = Key("call", HANDLER_NAME, "A handler to call, in thread context. Where one is called for several causes, `NAME_INTERRUPT_causes(dev)` says for which it runs: a set of NAME_INTERRUPT_CAUSE. They are acknowledged by then, but for those that it takes back itself (`level`).", "call: link")
AT_START = Key("at_start", Boolean(), "Call the handler once when the device starts, as if the cause had come.", "at_start: true", default="false")
COMPLETE = Key("complete", Name("the name of a completion", lower=True), "A completion to wake: a handler waits for it. Where several causes of one register wake it, `NAME_COMPLETION_causes(dev)` says which ended the last `dddk_wait`.", "complete: dma_done")

CAUSE = ObjectType(
    "cause",
    "What to do about one cause.",
    (
        SERVICE,
        CALL,
        AT_START,
        COMPLETE,
        Key("raised_by", Ref("the name of a ring or FIFO", "rx"), "The ring or FIFO whose progress raises it: for the simulated device. Without it, a FIFO's raises the first cause that serves it.", "raised_by: rx"),
        Key(
            "level", Boolean(),
            "Only its handler takes the cause back: it shows what stands in another register, or nothing acknowledges it. The interrupt is then masked until "
            "the handler has returned (whoever waited for `complete` has, or waits again), and `acknowledge` is written after that. A handler waits for another "
            "cause of the interrupt when it has taken back this one.",
            "level: true", default="true where there is no `acknowledge` and a read does not clear it",
        ),
        Key("acknowledge", REGISTER, "The register whose read clears this cause (`read_clears`): read when the cause came, before it is served.", "acknowledge: CLR_ABORT"),
        Key("enable", Ref("a field of the mask register", "IER.RX"), "Its enable bit, where the mask is one register.", "enable: IER.RX"),
        DOC,
        SEE,
    ),
)

INTERRUPT = ObjectType(
    "interrupt",
    "One interrupt of the device: with MSI-X a vector with a message of its own; with MSI, and on the line, all interrupts of that mode come "
    "as one, and each looks at its own cause. An interrupt is there in its `modes` only, so a device that has three vectors with MSI-X and one "
    "otherwise is described by three interrupts with `modes: msix` and one with `modes: [msi, intx]`.",
    (
        Key("modes", ListOf(Choice("an interrupt mode", {"msix": "MSI-X", "msi": "MSI", "intx": "the shared line"}), single=True), "The modes in which there is this interrupt, in order of preference; what the device lacks is skipped.", "modes: [msi, intx]", default="[msix, msi, intx]; [msix] without `cause`"),
        Key("vector", Integer(high=2047), "With MSI-X: which entry of the device's table is its message. The handlers have it as NAME_INTERRUPT_VECTOR.", "vector: 1", default="0"),
        Key("cause", CAUSE_SOURCE, "Where the cause is read. Without it the message says it all, and what to do stands here: `service`, `call` or `complete`.", "cause: ICR"),
        Key("acknowledge", REGISTER, "The register to write the causes to before they are served; or one that is read, where that clears them (`read_clears`): what came between the two reads is lost then. Without it the read acknowledges; what a read does not clear is left to the service or the handler (`level`).", "acknowledge: ACK"),
        Key("mask", MASK, "How causes are masked. Without it an interrupt is masked on its way: with MSI-X in the device's table while it is served; with MSI, and on the line, only while it storms or the device is stopped.", "mask: {set: IMS, clear: IMC}"),
        Key("on", MapOf(Name("the name of a cause", digits=True), CAUSE, "causes by name"), "What to do about each cause, by its name in the cause register.", "on: {LSC: {call: link}}"),
        SERVICE,
        CALL,
        AT_START,
        COMPLETE,
        DOC,
        SEE,
    ),
)
INTERRUPTS = MapOf(Name("the name of an interrupt"), INTERRUPT, "interrupts by name")
