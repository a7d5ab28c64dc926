# SPDX-License-Identifier: MIT
"""Guarantee: the manifest is written in a version of the syntax that this kit reads."""

from __future__ import annotations

from ..diagnostics import Report, listed
from ..keys.driver import SYNTAX_VERSIONS
from ..resolve.context import Candidate


def check(candidate: Candidate, report: Report) -> None:
    version = candidate.root.get("dddk")
    if version is not None and version not in SYNTAX_VERSIONS:
        report.error("D0809", candidate.root.at("dddk"), f"this kit does not read version {version} of the syntax", help=f"it reads {listed(map(str, SYNTAX_VERSIONS), 'and')}")
