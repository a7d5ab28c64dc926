# SPDX-License-Identifier: MIT
"""Guarantee: a region says in one way where it is, and configuration space has room for those that are in it."""

from __future__ import annotations

from ..capabilities import CONFIG_BYTES, EXTENDED_BYTES, HEADER_BYTES, layout
from ..diagnostics import Label, Report
from ..model import Region
from ..resolve.context import Candidate

_PLACES = ("bar", "window", "capability")


def check(candidate: Candidate, report: Report) -> None:
    room = True
    for region in candidate.driver.regions:
        _one_place(candidate, region, report)
        room &= _fits(candidate, region, report)
    inside = [region for region in candidate.driver.regions if region.capability is not None]
    if room and inside and layout(candidate.driver) is None:
        report.error(
            "D0210", candidate.sources.at(inside[-1], "size"), "configuration space has no room for all of these capabilities",
            f"it has {CONFIG_BYTES - HEADER_BYTES} bytes, and {EXTENDED_BYTES - CONFIG_BYTES} extended ones",
            also=[Label(candidate.sources.at(region, "size"), region.name) for region in inside[:-1] if region.in_config],
            help="`size` is as much of a capability as the registers need",
        )


def _one_place(candidate: Candidate, region: Region, report: Report) -> None:
    sources = candidate.sources
    source = sources.of(region)
    said = [key for key in _PLACES if key in source.values]
    if "reg" in source.values:
        said += ["reg"] if not said or region.window is not None else []
    if not said and not region.in_config:
        report.error("D0209", region.origin, f"region {region.name} does not say where it is", help=["`bar: 0`, or another one", "`reg: 0` of a device that is not on PCI", "`capability:`, `window:`, or `kind: config` for PCI configuration space"])
    elif len(said) > 1:
        report.error("D0209", sources.at(region, said[1]), f"region {region.name} is in two places", also=[Label(sources.at(region, said[0]), "the first")], help="keep one of them")
    elif region.in_config and "bar" in said:
        report.error("D0209", sources.at(region, "bar"), f"region {region.name} is in configuration space, which is no BAR", also=[Label(sources.at(region, "kind"), "here")], help="remove one of them")


def _fits(candidate: Candidate, region: Region, report: Report) -> bool:
    if not region.in_config:
        return True
    capability = region.capability
    most = EXTENDED_BYTES
    if capability is not None:
        most = EXTENDED_BYTES - CONFIG_BYTES if capability.extended else CONFIG_BYTES - HEADER_BYTES
    if region.size <= most:
        return True
    where = "configuration space" if capability is None else "a capability"
    report.error("D0210", candidate.sources.at(region, "size"), f"{where} never has {region.size:#x} bytes", f"at most {most:#x}", help="256 bytes, or 4KiB on PCI Express" if capability is None else "as much of it as the registers need")
    return False
