# SPDX-License-Identifier: MIT
"""Guarantee: user operations have arguments that the class can carry, and memory that the device can reach."""

from __future__ import annotations

from ..diagnostics import Label, Report
from ..model import UserOperation
from ..resolve.context import Candidate

#: DDDK_MISC_ARGUMENTS of dddk/misc.h.
MOST_ARGUMENTS = 8


def check(candidate: Candidate, report: Report) -> None:
    for operation in candidate.driver.user:
        _operation(candidate, operation, report)
    for buffer in candidate.driver.buffers:
        limits = candidate.driver.dma
        if limits is not None and limits.boundary and buffer.size > limits.boundary:
            report.error(
                "D0711", candidate.sources.at(buffer, "size"), f"buffer {buffer.name} crosses a DMA boundary wherever it is", f"{buffer.size} bytes",
                also=[Label(candidate.root.item("dma").at("boundary") if candidate.root.item("dma") else buffer.origin, f"no buffer crosses a multiple of {limits.boundary}")],
            )


def _operation(candidate: Candidate, operation: UserOperation, report: Report) -> None:
    source = candidate.sources.of(operation)
    if operation.fifo is not None:
        other = next((key for key in ("in", "out", "data", "max") if key in source.values), None)
        if other is not None:
            report.error("D0547", source.at(other), f"operation {operation.name} has a FIFO and `{other}`", "nobody would see it", also=[Label(source.at("fifo"), "the FIFO")], help="an operation of its own, with a handler")
        return
    if operation.data is not None and "max" not in source.values:
        report.error("D0706", source.at("data"), f"operation {operation.name} does not say how much data it takes at most", help="`max: 4096`, for example")
    if operation.data is None and "max" in source.values:
        report.error("D0707", source.at("max"), "`max` goes with `data`", f"operation {operation.name} has no data", help="`data: in` or `data: out`")
    if len(operation.arguments) > MOST_ARGUMENTS:
        report.error("D0708", operation.arguments[MOST_ARGUMENTS].origin, f"operation {operation.name} has {len(operation.arguments)} arguments", f"at most {MOST_ARGUMENTS}, in and out together", help="`data:` carries more")
    seen: dict[str, object] = {}
    for argument in operation.arguments:
        first = seen.setdefault(argument.name, argument)
        if first is not argument:
            report.error("D0709", argument.origin, f"operation {operation.name} has two arguments `{argument.name}`", also=[Label(first.origin, "the first")], help="names are shared by `in` and `out`")  # type: ignore[attr-defined]
