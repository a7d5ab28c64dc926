# SPDX-License-Identifier: MIT
"""FIFOs: words between a software ring, or a handler's memory, and one register.

Bytes of the serial class that one bit speaks for have templates of their own, as short as hand-written code. All other FIFOs
are words: how many may be moved is asked once, and so many are moved before it is asked again.
"""

from __future__ import annotations

from ... import fifos as facts
from ...dataclass import dataclass
from ...model import DeviceClass, Direction, Driver, Fifo
from ..names import lower, string, upper
from ..registers import accessor
from ..text import said
from . import access


@dataclass(frozen=True, slots=True)
class Typed:
    """The functions for handlers."""

    result: str  # prototype of what moves as many as go
    once: str  # what it returns
    all_result: str  # of what waits for all
    rest: str  # what it adds to `done`
    count: str
    doc: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FifoShape:
    name: str  # "rx"
    prefix: str  # "foo_rx"
    text: str  # as in the manifest
    doc: tuple[str, ...]  # lines
    receives: bool
    kind: str  # "byte", "stream" (through a ring), "handler"
    # What is read before words are moved.
    status: str  # expression: the register that says whether it is ready, raw; "": it always is
    status_type: str
    struct: str  # its value struct
    unpack: str  # from `raw`
    ready: str  # condition on `status`
    counts: str  # expression on `status`: how many words; "": `threshold` if `ready`
    counted_words: str  # expression: how many may be moved
    limit: int  # words that it may say at most; 0: it cannot say more
    limit_is: str  # how many are moved when it says more
    threshold: int
    absent: str  # what only an absent device can say
    overruns: tuple[str, ...]  # statements on `status`
    # Overruns that another register says.
    lost_struct: str
    lost_read: str  # "": none does
    lost: tuple[str, ...]  # statements on `lost`
    # A word.
    data: str  # bytes: expression that reads, or statement that writes, one
    word: str  # its type in C
    unit: int  # its bytes
    get: tuple[str, ...]  # statements that end in a return
    put: str  # statement with `word`
    stream_type: str  # of its bytes in memory: "dddk_le32"; "": the word as it is
    to_memory: str  # "dddk_to_le32"
    from_memory: str
    # Where its words go.
    ring: str  # "dev->serial.rx", "dev->rx.ring"
    paused: str
    counted: str
    done_words: str  # of `done` bytes
    throttled: str
    pause: bool  # dddk_fifo_pause() does it
    moved: str  # statement for who waits; ""
    depth: int
    kicks: tuple[str, ...]  # vectors that serve it
    shown: bool  # in the class's table
    typed: Typed


@dataclass(frozen=True, slots=True)
class Fifos:
    shapes: tuple[FifoShape, ...]

    @property
    def receive(self) -> FifoShape | None:
        return next((shape for shape in self.shapes if shape.receives and shape.kind == "byte"), None)

    @property
    def transmit(self) -> FifoShape | None:
        return next((shape for shape in self.shapes if not shape.receives and shape.kind == "byte"), None)

    @property
    def words(self) -> tuple[FifoShape, ...]:
        return tuple(shape for shape in self.shapes if shape.kind != "byte")

    def __bool__(self) -> bool:
        return bool(self.shapes)


def _kind(driver: Driver, fifo: Fifo) -> str:
    if driver.klass is not DeviceClass.SERIAL:
        return "stream" if fifo.name in facts.served(driver) else "handler"
    data = driver.register(fifo.data.register)
    plain = fifo.data.field is None and data.width == 8 and fifo.ready is not None
    promised = 1 if fifo.direction is Direction.FROM_DEVICE else fifo.depth
    beside = fifo.overrun is None or fifo.overrun.register != fifo.data.register
    return "byte" if plain and beside and (fifo.threshold == promised or fifo.direction is Direction.TO_DEVICE) else "stream"


def _counter(driver: Driver, fifo: Fifo) -> str:
    return "dev->serial.counters.overruns" if driver.klass is DeviceClass.SERIAL else f"dev->{lower(fifo.name)}.counters.overruns"


def overruns(driver: Driver, name: str, variable: str, own: Fifo | None = None) -> tuple[str, ...]:
    """Statements on the value of register `name` that was read: every overrun that it shows is counted, for the read may have cleared it."""
    lines: list[str] = []
    register = driver.register(name)
    for fifo in driver.fifos:
        if fifo.overrun is None or fifo.overrun.register != name:
            continue
        bit = f"{variable}.{access.member(driver, fifo.overrun)}"
        clears = facts.clears(access.field_of(register, fifo.overrun.field or ""))
        if clears is None:
            lines.append(f"{_counter(driver, fifo)} += {bit};")
        elif own is None or own is fifo:
            place = f"dev{fifo.overrun.arguments}"
            write = f"{accessor(driver, register)}_write({place}, .{access.member(driver, fifo.overrun)} = {'true' if clears else 'false'});"
            lines += [f"if ({bit}) {{", f"    {_counter(driver, fifo)}++;", f"    {write}", "}"]
    return tuple(lines)


def _struct(driver: Driver, name: str) -> str:
    register = driver.register(name)
    return f"struct {lower(driver.name)}_{lower(register.name, register.c_name)}"


def _get(driver: Driver, fifo: Fifo, word: str) -> tuple[str, ...]:
    """Statements that read one word."""
    data = fifo.data
    whole = data.whole
    raw = access.read_raw(driver, whole)
    told = overruns(driver, data.register, "got", fifo)
    if data.field is None and not told:
        return (f"return {raw};",)
    field = facts.field_of(driver, fifo)
    declared = f"{_struct(driver, data.register)} got = {access.unpack(driver, whole, 'raw' if field is None else raw)};"
    register = driver.register(data.register)
    value = "raw" if field is None else f"got.{access.member(driver, data)}"
    cast = value if field is None or word == f"uint{64 if register.width > 32 else 32}_t" else f"({word}){value}"
    first = (f"uint{register.width}_t raw = {raw};",) if field is None else ()
    return (*first, declared, *(("", *told) if told else ()), "", f"return {cast};")


def _put(driver: Driver, fifo: Fifo) -> str:
    if fifo.data.field is None:
        return f"{access.write_raw(driver, fifo.data, 'word')};"
    place = f"dev{fifo.data.arguments}"
    field = facts.field_of(driver, fifo)
    value = "word != 0" if field is not None and field.width == 1 else "word"
    return f"(void){accessor(driver, driver.register(fifo.data.register))}_write({place}, .{access.member(driver, fifo.data)} = {value});"


def _counts(driver: Driver, fifo: Fifo) -> tuple[str, int]:
    """How many words the device says there are, or are in it, and how many that may be."""
    ref = fifo.level or fifo.room
    if ref is None:
        return "", 0
    field = access.field_of(driver.register(ref.register), ref.field or "")
    value = f"status.{access.member(driver, ref)}"
    value = f"(uint32_t){value}" if field.width == 1 or driver.register(ref.register).width > 32 else value
    sends = fifo.level is not None and fifo.direction is Direction.TO_DEVICE
    most = fifo.depth if sends or fifo.depth > 1 else 0
    return value, most if most < (1 << field.width) - 1 else 0


def _kicks(driver: Driver, fifo: Fifo) -> tuple[str, ...]:
    """The vectors whose poll moves its words, one a mode."""
    serving = [interrupt for interrupt in driver.interrupts if any(fifo.name in cause.services for cause in interrupt.causes)]
    return tuple(f"{upper(driver.name)}_{upper(interrupt.name)}" for interrupt in serving)


def _typed(driver: Driver, fifo: Fifo, prefix: str, word: str) -> Typed:
    receives = fifo.direction is Direction.FROM_DEVICE
    verb, const = ("pull", "") if receives else ("push", "const ")
    dev, gone = f"struct {lower(driver.name)} *dev", "out of" if receives else "into"
    always = fifo.says is None
    if fifo.bytes is not None:
        what, rest = f"{const}void *data, size_t size_bytes", f"{prefix}_{verb}(dev, ({const}uint8_t *)data + done, size_bytes - done)"
        once, count = f"{prefix}_move(dev, data, size_bytes)", "size_bytes"
        unit = facts.unit(driver, fifo)
        doc = [f"Move bytes {gone} it, {unit} of them with each access; " + (f"of the last {unit} what is not wanted is dropped." if receives else f"the last {unit} are filled up with 0.")]
    else:
        what, rest = f"{const}{word} *words, size_t count", f"{prefix}_{verb}(dev, words + done, count - done)"
        once, count = f"{prefix}_move(dev, words, count * sizeof(*words)) / sizeof(*words)", "count"
        doc = [f"Move words {gone} it."]
    if always:
        doc += ["It does not say when it is ready: the caller knows. Returns how many were moved: all."]
    else:
        doc += [f"{verb} moves as many as go at once, and returns how many; {verb}_all waits until", "all are moved: 0, or as dddk_poll(), and then some may have been moved."]
    return Typed(
        result=f"size_t {prefix}_{verb}({dev}, {what})",
        once=once,
        all_result=f"int {prefix}_{verb}_all({dev}, {what}, uint64_t timeout_ns)",
        rest=rest,
        count=count,
        doc=(*doc, "Thread context, device attached."),
    )


def _shape(driver: Driver, fifo: Fifo) -> FifoShape:
    name, prefix = lower(fifo.name), f"{lower(driver.name)}_{lower(fifo.name)}"
    receives, serial = fifo.direction is Direction.FROM_DEVICE, driver.klass is DeviceClass.SERIAL
    kind, says, unit = _kind(driver, fifo), fifo.says, facts.unit(driver, fifo)
    way, word = "rx" if receives else "tx", f"uint{8 * unit}_t"
    whole = None if says is None else says.whole
    register = None if says is None else driver.register(says.register)
    ready = "" if fifo.ready is None else f"{'' if fifo.ready_is else '!'}status.{access.member(driver, fifo.ready)}"
    counts, limit = _counts(driver, fifo)
    data = access.read_raw(driver, fifo.data) if receives else access.write_raw(driver, fifo.data, "byte")
    elsewhere = fifo.overrun is not None and fifo.overrun.register not in {fifo.data.register, None if says is None else says.register}
    lost = fifo.overrun.whole if fifo.overrun is not None and elsewhere else None
    order = {"low_first": "le", "high_first": "be", None: ""}[fifo.bytes]
    stream = f"dddk_{order}{8 * unit}" if order and unit > 1 else ""
    return FifoShape(
        name=name,
        prefix=prefix,
        text=string(fifo.name),
        doc=said(fifo),
        receives=receives,
        kind=kind,
        status="" if whole is None else access.read_raw(driver, whole),
        status_type="" if register is None else f"uint{register.width}_t",
        struct="" if register is None else _struct(driver, register.name),
        unpack="" if whole is None else access.unpack(driver, whole, "raw"),
        ready=ready,
        counts=counts,
        counted_words=f"{fifo.depth}u - {counts}" if fifo.level is not None and not receives else counts,
        limit=limit,
        limit_is="0" if fifo.level is not None and not receives else f"{limit}u",
        threshold=fifo.threshold,
        absent="" if register is None else access.all_ones(register),
        overruns=() if register is None else overruns(driver, register.name, "status"),
        lost_struct="" if lost is None else _struct(driver, lost.register),
        lost_read="" if lost is None else access.unpack(driver, lost, access.read_raw(driver, lost)),
        lost=() if lost is None else overruns(driver, lost.register, "lost", fifo),
        data=data,
        word=word,
        unit=unit,
        get=_get(driver, fifo, word) if receives else (),
        put="" if receives else _put(driver, fifo),
        stream_type=stream,
        to_memory=f"dddk_to_{order}{8 * unit}" if stream else "",
        from_memory=f"dddk_from_{order}{8 * unit}" if stream else "",
        ring=f"dev->serial.{way}" if serial else f"dev->{name}.ring",
        paused="dev->serial.rx_paused" if serial else f"dev->{name}.paused",
        counted=f"dev->serial.counters.{way}_bytes" if serial else f"dev->{name}.counters.words",
        done_words="done" if unit == 1 else f"(done + {unit - 1}u) / {unit}u" if fifo.bytes is not None else f"done / {unit}u",
        throttled="dev->serial.counters.rx_throttled" if serial else f"dev->{name}.counters.throttled",
        pause=not serial,
        moved="" if serial else "dddk_misc_moved(&dev->misc);",
        depth=fifo.depth if kind != "byte" else fifo.threshold,
        kicks=_kicks(driver, fifo),
        shown=not serial,
        typed=_typed(driver, fifo, prefix, word),
    )


def fifos(driver: Driver) -> Fifos:
    return Fifos(tuple(_shape(driver, fifo) for fifo in driver.fifos))


def members(driver: Driver) -> tuple[str, ...]:
    """Of the driver struct: the serial class has its rings itself."""
    if driver.klass is DeviceClass.SERIAL:
        return ()
    served = facts.served(driver)
    return tuple(f"struct dddk_fifo{'_stream' if fifo.name in served else ''} {lower(fifo.name)};" for fifo in driver.fifos)
