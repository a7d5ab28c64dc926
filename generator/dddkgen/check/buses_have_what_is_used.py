# SPDX-License-Identifier: MIT
"""Guarantee: on every bus that a line of `match:` is for there is what the driver uses.

A device on PCI has IDs, BARs, capabilities, configuration space and messages; one that is not has compatible strings, ranges
and interrupt lines, and nobody to ask whether it is still there.
"""

from __future__ import annotations

from ..diagnostics import Label, Report
from ..model import Match, Region
from ..resolve.context import Candidate

_OF_PCI = ("pci", "subsystem", "class")
_OF_BARS = ("address_bits", "prefetchable")


def check(candidate: Candidate, report: Report) -> None:
    driver = candidate.driver
    for match in driver.matches:
        _one_bus(candidate, match, report)
    if candidate.dropped("match"):
        return  # of a line that is broken the bus is not known
    pci = next((match for match in driver.matches if match.compatible is None), None)
    platform = next((match for match in driver.matches if match.compatible is not None), None)
    for region in driver.bars:
        _region(candidate, region, pci, platform, report)
    if platform is not None:
        _interrupts(candidate, pci, platform, report)
        if driver.presence is None and "presence" not in candidate.unread:
            report.warning(
                "D0440", platform.origin, "nothing tells whether this device is still there", "PCI alone can be asked for a vendor",
                help="`presence:` names a register that never reads as all ones; or waive this, if the device cannot go away",
            )


def _one_bus(candidate: Candidate, match: Match, report: Report) -> None:
    source = candidate.sources.of(match)
    others = [key for key in _OF_PCI if key in source.values]
    if match.compatible is not None and others:
        report.error(
            "D0434", source.at(others[0]), "a line is for devices of one bus", f"`{others[0]}` is PCI's" + (f" ({name})" if (name := report.called(match)) else ""), also=[Label(source.at("compatible"), "and this is for devices that are not on PCI")],
            help="two lines, one for each",
        )


def _region(candidate: Candidate, region: Region, pci: Match | None, platform: Match | None, report: Report) -> None:
    sources = candidate.sources
    source = sources.of(region)
    of_pci = [key for key in ("capability", "bar") if key in source.values] or (["kind"] if region.in_config else [])
    if not of_pci and "reg" not in source.values:
        return  # it is nowhere, which was said
    if platform is not None:
        line = Label(platform.origin, "this device is not on PCI")
        if of_pci and of_pci[0] != "bar":
            report.error("D0439", sources.at(region, of_pci[0]), f"region {region.name} is PCI's", "there is no such thing elsewhere", also=[line], help="a driver of its own for devices that are not on PCI")
        elif pci is None and (attribute := next((key for key in _OF_BARS if key in source.values), None)) is not None:
            report.error("D0439", sources.at(region, attribute), f"`{attribute}` is said of BARs", "there is no such thing elsewhere", also=[line], help="remove it")
        elif "reg" not in source.values:
            report.error("D0435", region.origin, f"region {region.name} has no `reg:`", also=[line], help="`reg: 0`, for example: the first range of its description")
    elif "reg" in source.values:
        report.error("D0436", sources.at(region, "reg"), "`reg:` is of devices that are not on PCI", "no line of `match:` is for one", help="remove it, or add a line with `compatible:`")
    if pci is not None and not of_pci:
        report.error("D0435", region.origin, f"region {region.name} has no `bar:`", also=[Label(pci.origin, "this device is on PCI" + (f" ({name})" if (name := report.called(pci)) else ""))], help="`bar: 0`, for example")
    elif pci is None and platform is not None and of_pci == ["bar"]:
        report.error("D0436", sources.at(region, "bar"), "`bar:` is of devices on PCI", "no line of `match:` is for one", help="remove it, or add a line with `pci:` or `class:`")


def _interrupts(candidate: Candidate, pci: Match | None, platform: Match, report: Report) -> None:
    has_line = any("intx" in interrupt.modes for interrupt in candidate.driver.interrupts)
    for interrupt in candidate.driver.interrupts:
        source = candidate.sources.of(interrupt)
        messages = [mode for mode in interrupt.modes if mode != "intx"]
        meant = "modes" in source.values or "intx" not in interrupt.modes
        if not meant or not messages or (pci is not None and has_line):  # another interrupt is there without messages
            continue
        report.error(
            "D0437", candidate.sources.at(interrupt, "modes"), f"interrupt {interrupt.name} cannot be a message", "messages are PCI's", also=[Label(platform.origin, "this device is not on PCI")],
            help="`modes: [intx]`: its line" if pci is None else f"`modes: [{', '.join(messages)}, intx]`: a line where there are no messages",
        )
