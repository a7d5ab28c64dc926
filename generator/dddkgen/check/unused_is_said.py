# SPDX-License-Identifier: MIT
"""Guarantee: an enum or descriptor that nothing uses is said to be so. A warning: it may be there for the handlers."""

from __future__ import annotations

from ..diagnostics import Report
from ..memory import needs_accessors
from ..resolve.context import Candidate


def check(candidate: Candidate, report: Report) -> None:
    driver = candidate.driver
    if candidate.incomplete or candidate.unread:
        return
    fields = [field for register in driver.registers for field in register.fields]
    fields += [field for descriptor in driver.layouts for member in descriptor.members for field in member.fields]
    enums = {field.enum.name for field in fields if field.enum is not None} | {register.index for register in driver.registers}
    enums |= {named.enum.name for named in (*driver.params, *driver.match_data) if named.enum is not None}
    for enum in driver.enums:
        if enum.name not in enums:
            report.warning("D0851", enum.origin, f"no field uses enum {enum.name}", help=f"`enum: {enum.name}` in a field, or remove it")
    calls = any(cause.call is not None for interrupt in driver.interrupts for cause in interrupt.causes)
    if calls or driver.handlers or driver.user:
        return  # handlers may use what no ring does
    declared = candidate.root.item("rings")
    if "rings" in candidate.unread or (declared is not None and len(declared.value) != len(driver.rings) + len(driver.ring_forms)):
        return
    descriptors = {ring.descriptor for ring in driver.rings}.union(*(form.made_of for form in driver.ring_forms))
    for descriptor in driver.descriptors:
        # Alternatives, and fields that are more than bits, come with functions, which handlers call.
        if descriptor.name not in descriptors and not needs_accessors(descriptor) and candidate.sources.of(descriptor).item("alternatives") is None:
            report.warning("D0852", descriptor.origin, f"no ring uses descriptor {descriptor.name}", help=f"`layout: {descriptor.name}` in a ring's entry, or remove it")
