# SPDX-License-Identifier: MIT
"""Resolve: from parsed keys to a model in which every name refers to something.

What is broken is reported and dropped; the rest goes on to `check`. Whether the driver makes sense is not asked here.
"""

from __future__ import annotations

from dataclasses import replace

from ..diagnostics import Report
from ..keys.types import Entry, Object
from ..matching import MatchDatum
from ..model import (
    Argument,
    Buffer,
    Descriptor,
    DeviceClass,
    DmaLimits,
    Driver,
    Handler,
    Interrupt,
    Match,
    Ref,
    Revision,
    StateMember,
    UserOperation,
    Variant,
)
from . import descriptors, errata, interrupts, matching, operations, registers, remarks, resets, rings, settings, transfers, variants, windows
from .context import Candidate, Context
from .expand import expand
from .names import Names, unknown

_C_TYPES = {"bool": "bool"} | {f"{sign}{width}": f"{c}int{width}_t" for sign, c in (("u", "u"), ("i", "")) for width in (8, 16, 32, 64)}

#: Cache lines are 64 bytes, or 128, on the machines we run on; a buffer that shares none is safe to flush.
DEFAULT_BUFFER_ALIGN = 64


def resolve(root: Object, file: str, report: Report) -> Candidate:
    """Build the candidate from a parsed manifest."""
    blocks = expand(root, report)
    plan = variants.plan(root, report)
    context = Context(root, Names(root), report, plan)
    regions = registers.regions(context)
    enums = registers.enums(context)
    regions = windows.windows(context, regions, enums)
    registers_ = registers.registers(context, regions, enums)
    descriptors_ = descriptors.descriptors(context, enums)
    rings_, forms = rings.rings(context, descriptors_)
    descriptors_ = _for_handlers(context, descriptors_, {ring.descriptor for ring in rings_}.union(*(form.made_of for form in forms)))
    fifos = rings.fifos(context)
    interrupts_ = interrupts.interrupts(context, registers_)
    registers_ = interrupts.share_masks(context, registers_, interrupts_)
    transfers_ = transfers.transfers(context, interrupts_, enums)
    buffers = _buffers(context)
    match_data = matching.match_data(context, enums)
    dma = _dma(root.item("dma"), None)
    if dma is None and (rings_ or buffers or transfers_):
        dma = DmaLimits()
    driver = Driver(
        name=root.get("driver", "unnamed"),
        title=root.get("title", ""),
        klass=DeviceClass(root.get("class", "misc")),
        license=root.get("license", ""),
        datasheet=root.get("datasheet", ""),
        doc=root.get("doc", ""),
        file=file,
        matches=_matches(context, dma, match_data),
        dma=dma,
        regions=regions,
        presence=_presence(context),
        enums=tuple(enums.values()),
        registers=registers_,
        descriptors=descriptors_,
        rings=rings_,
        ring_forms=forms,
        fifos=fifos,
        interrupts=interrupts_,
        buffers=buffers,
        user=_user(context),
        handlers=tuple(Handler(value.value, value.span) for value in root.items("handlers")),
        state=_state(context),
        model_source=root.get("model"),
        completions=_completions(interrupts_),
        origin=root.at("driver"),
        transfers=transfers_,
        operations=operations.operations(context, enums),
        version=root.get("version", ""),
        authors=tuple(value.value for value in root.items("author")),
        see=root.get("see", ""),
        variants=_variants(context, dma),
        blocks=blocks,
        match_data=match_data,
        params=settings.params(context, enums),
        stats=settings.stats(context),
        revisions=_revisions(context),
        devices=registers.devices(context, registers_, enums),
        errata=errata.errata(context),
        reset_kinds=resets.kinds(context),
        remarks=remarks.remarks(root),
        waived=remarks.waived(root),
    )
    driver = windows.share(context, driver)
    return Candidate(driver, context.sources, root, frozenset(root.broken), frozenset(context.incomplete))


def _for_handlers(context: Context, descriptors_: tuple[Descriptor, ...], in_rings: set[str]) -> tuple[Descriptor, ...]:
    """Those that no ring is made of are filled and read by handlers: in buffers, or wherever the device has them."""
    made = []
    for descriptor in descriptors_:
        own = descriptor if descriptor.name in in_rings or context.root.broken & {"rings"} else replace(descriptor, for_handlers=True)
        if own is not descriptor:
            context.sources.add(own, context.sources.of(descriptor))
        made.append(own)
    return tuple(made)


def _dma(item: Object | None, base: DmaLimits | None) -> DmaLimits | None:
    """Limits as given, over those of the driver."""
    if item is None or item.broken:
        return base
    default = base or DmaLimits()
    return DmaLimits(item.get("address_bits", default.address_bits), item.get("boundary", default.boundary), item.get("alignment", default.alignment))


def _matches(context: Context, dma: DmaLimits | None, match_data: tuple[MatchDatum, ...]) -> tuple[Match, ...]:
    result = []
    for item in context.root.items("match"):
        if item.broken:
            continue
        variant, limits = None, dma
        value = item.item("variant")
        if value is not None:
            variant = context.names.find("variants", value, context.report)
            if variant is None:
                continue
            chosen: Object | None = context.names.variants[variant].item
            if chosen is not None:
                limits = _dma(chosen.item("dma"), dma)
        values = matching.values(context, item, match_data)
        if values is None:
            continue
        vendor, device = item.get("pci", (None, None))
        subsystem_vendor, subsystem_device = item.get("subsystem", (None, None))
        class_code, class_mask = item.get("class", (None, 0))
        match = Match(
            vendor, device, subsystem_vendor, subsystem_device, class_code, class_mask, variant, limits or DmaLimits(),
            item.at("pci", "class", "compatible"), item.get("doc", ""), item.get("see", ""), values, item.get("compatible"),
        )
        context.sources.add(match, item)
        result.append(match)
    return tuple(result)


def _variants(context: Context, dma: DmaLimits | None) -> tuple[Variant, ...]:
    result = []
    for entry in context.root.entries("variants"):
        item: Object | None = entry.item
        if item is not None and not item.broken:
            limits = _dma(item.item("dma"), dma) or DmaLimits()
            result.append(Variant(entry.name.value, limits, entry.name.span, item.get("doc", ""), item.get("see", "")))
    return tuple(result)


def _revisions(context: Context) -> tuple[Revision, ...]:
    """Those that the kit tells apart, the oldest first."""
    found = {entry.name.value: entry for entry in context.root.entries("revisions")}
    return tuple(
        Revision(name, found[name].item.get("id"), found[name].name.span, found[name].item.get("doc", ""), found[name].item.get("see", ""))
        for name in context.plan.revisions
        if name is not None
    )


def _presence(context: Context) -> Ref | None:
    value = context.root.item("presence")
    return None if value is None else rings.whole_register(context, value)


def _buffers(context: Context) -> tuple[Buffer, ...]:
    result = []
    for entry in context.root.entries("buffers"):
        item: Object | None = entry.item
        if item is None or item.broken:
            continue
        buffer = Buffer(entry.name.value, item.get("size"), item.get("align", max(DEFAULT_BUFFER_ALIGN, rings.dma_alignment(context))), entry.name.span, item.get("doc", ""), item.get("see", ""))
        context.sources.add(buffer, item)
        result.append(buffer)
    return tuple(result)


def _user(context: Context) -> tuple[UserOperation, ...]:
    result = []
    for entry in context.root.entries("user"):
        item: Object | None = entry.item
        if item is None or item.broken:
            continue
        arguments = tuple(
            _argument(argument, key == "out") for key in ("in", "out") for argument in item.entries(key) if argument.item and not argument.item.broken
        )
        fifo = item.item("fifo")
        if fifo is not None and fifo.value.name not in context.names.fifos:
            if "fifos" not in context.names.unread:
                unknown(fifo, fifo.value.name, "FIFO", context.names.fifos, context.report, "D0419")
            continue
        operation = UserOperation(
            entry.name.value, arguments, item.get("data"), item.get("max", 0), entry.name.span, item.get("doc", ""), item.get("see", ""), None if fifo is None else fifo.value.name
        )
        context.sources.add(operation, item)
        result.append(operation)
    return tuple(result)


def _argument(entry: Entry, out: bool) -> Argument:
    item: Object = entry.item
    return Argument(entry.name.value, int(item.get("type")[1:]), out, entry.name.span, item.get("doc", ""), item.get("see", ""))


def _state(context: Context) -> tuple[StateMember, ...]:
    result = []
    for entry in context.root.entries("state"):
        item: Object | None = entry.item
        if item is None or item.broken:
            continue
        result.append(StateMember(entry.name.value, _C_TYPES[item.get("type")], item.get("count"), entry.name.span, item.get("doc", ""), item.get("see", "")))
    return tuple(result)


def _completions(interrupts_: tuple[Interrupt, ...]) -> tuple[str, ...]:
    """Every name once, in order."""
    names = (cause.complete for interrupt in interrupts_ for cause in interrupt.causes if cause.complete is not None)
    return tuple(dict.fromkeys(names))
