# SPDX-License-Identifier: MIT
"""Guarantee: DMA limits leave room for what the driver allocates."""

from __future__ import annotations

from ..diagnostics import Label, Report
from ..keys.types import Object
from ..resolve.context import Candidate


def check(candidate: Candidate, report: Report) -> None:
    limits = [candidate.root.item("dma")]
    limits += [entry.item.item("dma") for entry in candidate.root.entries("variants") if entry.item is not None]
    for item in limits:
        if item is not None and not item.broken:
            _limit(candidate, item, report)


def _limit(candidate: Candidate, item: Object, report: Report) -> None:
    bits, boundary = item.get("address_bits", 32), item.get("boundary", 0)
    if boundary and boundary >> bits:
        report.error("D0804", item.at("boundary"), "the boundary is behind the last address", f"2^{boundary.bit_length() - 1}", also=[Label(item.at("address_bits"), f"addresses have {bits} bits")])
    alignment = item.get("alignment", 1)
    if alignment >> bits:
        report.error("D0597", item.at("alignment"), f"no address but 0 is aligned to {alignment} bytes", also=[Label(item.at("address_bits"), f"addresses have {bits} bits")])
    if boundary and alignment > boundary:
        report.error(
            "D0597", item.at("alignment"), f"nothing aligned to {alignment} bytes fits between two boundaries", also=[Label(item.at("boundary"), f"they are {boundary} bytes apart")],
            help="a boundary is a multiple of the alignment",
        )
    _kept(candidate, item, alignment, report)
    sizes = {descriptor.name: descriptor.size for descriptor in candidate.driver.descriptors}
    for ring in candidate.driver.rings:
        size = sizes[ring.descriptor] * ring.count_default
        if boundary and size > boundary:
            source = candidate.sources.of(ring)
            report.error("D0805", source.item("entry").item("count").at("default"), f"ring {ring.name} crosses a DMA boundary wherever it is", f"{size} bytes", also=[Label(item.at("boundary"), f"no buffer crosses a multiple of {boundary}")])


def _kept(candidate: Candidate, item: Object, alignment: int, report: Report) -> None:
    """What says its own alignment says no less."""
    asked = [(f"ring {ring.name}", ring.align, candidate.sources.of(ring).item("entry")) for ring in candidate.driver.rings]
    asked += [(f"buffer {buffer.name}", buffer.align, candidate.sources.of(buffer)) for buffer in candidate.driver.buffers]
    for name, align, source in asked:
        if align < alignment and "align" in source.values:
            report.error(
                "D0597", source.at("align"), f"{name} is aligned to {align} bytes", also=[Label(item.at("alignment"), f"the device takes only addresses aligned to {alignment}")],
                help=f"`align: {alignment}`, or without `align:` it is aligned as the device needs it",
            )
