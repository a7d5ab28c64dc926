# SPDX-License-Identifier: MIT
"""The command `dddk`. Exit status: 0 fine, 1 errors in the input, 2 wrong use of the command."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from .diagnostics import Report


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line."""
    options = _parser().parse_args(arguments)
    status: int = options.run(options)
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dddk", description="From a manifest to a device driver in C.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    check = commands.add_parser("check", help="look for mistakes in manifests")
    check.add_argument("files", metavar="FILE", nargs="+", help="a manifest")
    check.set_defaults(run=_check)
    gen = commands.add_parser("gen", help="generate the drivers of manifests")
    gen.add_argument("files", metavar="FILE", nargs="+", help="a manifest")
    gen.add_argument("-o", "--output", metavar="DIR", required=True, help="each driver gets a folder of its name in it")
    gen.add_argument("-v", "--verbose", action="store_true", help="say which files were written")
    gen.set_defaults(run=_gen)
    return parser


def _show(report: Report) -> None:
    from .diagnostics.text import Lines, render

    lines = Lines()
    for diagnostic in report.sorted():
        print(render(diagnostic, lines, sys.stderr.isatty()), file=sys.stderr)


def _check(options: argparse.Namespace) -> int:
    from .compile import compile_manifest

    report = Report()
    for file in options.files:
        compile_manifest(file, report)
    _show(report)
    return 1 if report.failed else 0


def _gen(options: argparse.Namespace) -> int:
    from .compile import compile_manifest

    report = Report()
    drivers = [compile_manifest(file, report) for file in options.files]
    _show(report)
    if report.failed:
        return 1
    from .emit import generate, write_if_changed

    outputs = [(driver, generate(driver)) for driver in drivers if driver is not None]
    for driver, files in outputs:
        for output in files:
            path = Path(options.output) / driver.name / output.name
            if write_if_changed(path, output.text) and options.verbose:
                print(path)
    return 0
