# SPDX-License-Identifier: MIT
"""The command `dddk`. Exit status: 0 fine, 1 errors in the input, 2 wrong use of the command.

Nothing heavy is imported before it is needed: `check` on a good manifest must stay a matter of a tenth of a second.
"""

from __future__ import annotations

import argparse
import errno
import functools
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .diagnostics import Diagnostic, Report, Severity

if TYPE_CHECKING:
    from pathlib import Path

    from .emit import Output
    from .model import Driver, Match
    from .pci_names import PciNames

WRONG_USE = 2

#: Why what is printed cannot be written. Other files are dealt with where they are written.
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)

#: A mend may show the next mistake; more than so many rounds would mean that two fixes undo one another.
MOST_FIX_ROUNDS = 8


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line. Whatever happens, the user sees a message and never a traceback."""
    options = argparse.Namespace(format="text")
    try:
        try:
            options = _parser().parse_args(arguments)
            status: int = options.run(options)
        finally:
            sys.stdout.flush()
        return status
    except BrokenPipeError:
        # The reader of our output left (`| head`): nobody is there to be told.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 1
    except OSError as error:
        if error.filename is not None or error.errno not in _NO_ROOM:
            _internal_error(error, options)
            return 1
        # What is left in the buffer finds no room either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        print(f"dddk: standard output: {error.strerror}", file=sys.stderr)
        return WRONG_USE
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # noqa: BLE001: the last resort
        _internal_error(error, options)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dddk", description="From a manifest to a device driver in C.", allow_abbrev=False)
    from . import __version__

    parser.add_argument("--version", action="version", version=f"dddk {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def command(name: str, help: str, run: object) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=help, description=f"{help[0].upper()}{help[1:]}.", allow_abbrev=False)
        made.set_defaults(run=run, format="text", include=[])
        return made

    def manifests(made: argparse.ArgumentParser) -> None:
        made.add_argument("files", metavar="FILE", nargs="+", help="a manifest")
        made.add_argument("-I", "--include", metavar="DIR", action="append", default=[], help="a folder where manifests may find files that they include")
        made.add_argument("--format", choices=("text", "json", "sarif"), default="text", help="how mistakes are reported; default: text")

    check = command("check", "look for mistakes in manifests", _check)
    manifests(check)
    check.add_argument("--fix", action="store_true", help="mend in the files what can be mended without judgement")
    check.add_argument("-v", "--verbose", action="store_true", help="say which devices each manifest is for, by the names in the machine's pci.ids, and which registers have no update, and why")
    gen = command("gen", "generate the drivers of manifests", _gen)
    manifests(gen)
    gen.add_argument("-o", "--output", metavar="DIR", required=True, help="each driver gets a folder of its name in it")
    gen.add_argument("-v", "--verbose", action="store_true", help="say which files were written")
    gen.add_argument("--pci-ids", metavar="FILE", help="put the names of devices in this list onto the pages; default: none, so that pages are the same everywhere")
    handlers = command("handlers", "print the handlers that a manifest asks for, each with nothing in it", _handlers)
    handlers.add_argument("files", metavar="FILE", nargs=1, help="a manifest")
    handlers.add_argument("-I", "--include", metavar="DIR", action="append", default=[], help="a folder where manifests may find files that they include")
    explain = command("explain", "what a code of a message means", _explain)
    explain.add_argument("code", metavar="CODE", nargs="?", help="for example D0214")
    explain.add_argument("--list", action="store_true", help="every code with its title")
    decode = command("decode", "print values of registers, or entries of descriptors, by name and field", _decode)
    decode.add_argument("files", metavar="FILE", nargs=1, help="a manifest")
    decode.add_argument("register", metavar="REGISTER", help="CTRL, RAL[3], an offset in the first region: 0x5418, or a descriptor: tx_desc")
    decode.add_argument("values", metavar="VALUE", nargs="+", help="what was read or written: 0x140, 320; of a descriptor its bytes, in hexadecimal as they lie in memory")
    dump = command("dump", "print the registers in an image of a region by name and field", _dump)
    dump.add_argument("files", metavar="FILE", nargs=1, help="a manifest")
    dump.add_argument("image", metavar="IMAGE", help="the bytes of the region, from its beginning; all of configuration space, for a capability; - for standard input")
    dump.add_argument("--region", metavar="NAME", help="default: the first")
    schema = command("schema", "write the JSON Schema of the manifest, for editors", _schema)
    schema.add_argument("-o", "--output", metavar="FILE", help="default: standard output")
    reference = command("reference", "write the manual of the manifest, in Markdown", _reference)
    reference.add_argument("-o", "--output", metavar="FILE", help="default: standard output")
    return parser


def _driver(options: argparse.Namespace) -> Driver | None:
    """The one manifest of a command, or None after its mistakes were shown."""
    report = Report()
    drivers = _compile(options.files, report, options.include)
    if report.failed:
        _show(report, options.format)
        return None
    return drivers[0]


def _decode(options: argparse.Namespace) -> int:
    from . import decode

    driver = _driver(options)
    if driver is None:
        return 1
    try:
        descriptor = decode.find_descriptor(driver, options.register)
        if descriptor is not None:
            for value in options.values:
                print(decode.decode_entry(descriptor, value))
            return 0
        register, index = decode.find(driver, options.register)
        for value in options.values:
            print(decode.decode(register, index, decode.number(value)))
    except decode.DecodeError as error:
        print(f"dddk decode: {error}", file=sys.stderr)
        return WRONG_USE
    return 0


def _dump(options: argparse.Namespace) -> int:
    from pathlib import Path

    from . import decode

    driver = _driver(options)
    if driver is None:
        return 1
    try:
        image = sys.stdin.buffer.read() if options.image == "-" else Path(options.image).read_bytes()
        for line in decode.dump(driver, options.region or driver.regions[0].name, image):
            print(line)
    except (decode.DecodeError, OSError) as error:
        print(f"dddk dump: {error}", file=sys.stderr)
        return WRONG_USE
    return 0


def _handlers(options: argparse.Namespace) -> int:
    """To standard output: what is in a file already is never touched."""
    driver = _driver(options)
    if driver is None:
        return 1
    from .emit.handlers import text

    sys.stdout.write(text(driver))
    return 0


def _explain(options: argparse.Namespace) -> int:
    from .diagnostics.codes import registry

    codes = registry()
    if options.list:
        for code in codes.values():
            print(f"{code.code}  {code.title}")
        return 0
    if options.code is None:
        print("dddk explain: give a code, or --list", file=sys.stderr)
        return WRONG_USE
    code = codes.get(options.code.upper())
    if code is None:
        similar = Report().closest(options.code.upper(), codes)
        print(f"dddk explain: there is no code {options.code!r}" + (f"; did you mean {similar}?" if similar else ""), file=sys.stderr)
        return WRONG_USE
    import textwrap

    print(f"{code.code}: {code.title}\n\n{textwrap.fill(code.text, 80)}")
    return 0


def _schema(options: argparse.Namespace) -> int:
    from .keys.schema import text

    return _print(text(), options)


def _reference(options: argparse.Namespace) -> int:
    from .reference import text

    return _print(text(), options)


def _print(text: str, options: argparse.Namespace) -> int:
    """To the file that was asked for, or to standard output."""
    from pathlib import Path

    if options.output is None:
        sys.stdout.write(text)
        return 0
    from .emit import write_if_changed

    path = Path(options.output)
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            path.write_text(text, encoding="utf-8")  # /dev/stdout, a pipe
        else:
            write_if_changed(path, text)
    except OSError as error:
        print(f"dddk: {error.filename or options.output}: {error.strerror}", file=sys.stderr)
        return WRONG_USE
    return 0


def _check(options: argparse.Namespace) -> int:
    report = _report(options)
    drivers = _compile(options.files, report, options.include)
    if options.fix:
        for _ in range(MOST_FIX_ROUNDS):
            if not _mend(options.files, report):
                break
            report = _report(options)
            drivers = _compile(options.files, report, options.include)
    _show(report, options.format)
    if options.verbose and options.format == "text":
        _show_devices(drivers)
        _show_hazards(drivers)
    return 1 if report.failed else 0


def _report(options: argparse.Namespace) -> Report:
    """A report for people has the names of devices that the machine knows; one for programs is the same on every machine."""
    report = Report()
    if options.format == "text":
        report.names = _machine_name
    return report


def _machine_name(match: Match) -> str:
    """Asked for when there is something to say about a device, and not before: a good manifest costs no look at the list."""
    return _machine().of(match)


@functools.cache
def _machine() -> PciNames:
    from .pci_names import of_machine

    return of_machine()


def _show_devices(drivers: Sequence[Driver]) -> None:
    """Which devices the manifests are for, a line each."""
    from .lower.page import match_row

    for driver in drivers:
        for match in driver.matches:
            about = [match_row(match)[0], _machine_name(match), match.doc]
            print(f"{driver.name}: {'; '.join(' '.join(text.split()) for text in about if text)}")


def _show_hazards(drivers: Sequence[Driver]) -> None:
    """Registers of which a field cannot be changed without the others, and what is in the way: calling such an update does not compile."""
    from . import hazards
    from .lower.register_names import accessor

    for driver in drivers:
        for register in driver.registers:
            hazard = hazards.update_hazard(register, accessor(driver, register), driver)
            if hazard is not None and hazard.why not in (hazards.Why.READ_ONLY, hazards.Why.NO_FIELDS):
                print(f"{driver.name}: no update of {register.name}: {hazard.text}")


def _mend(files: Sequence[str], report: Report) -> bool:
    """Write the mechanical fixes into the files; say which. True: something was mended."""
    from pathlib import Path

    from .diagnostics.fixes import apply, mechanical
    from .emit import write_if_changed

    diagnostics, mended = report.sorted(), False
    for file in dict.fromkeys(files):
        fixes = mechanical(diagnostics, file)
        if not fixes:
            continue
        text = Path(file).read_bytes().decode("utf-8")
        mark = text[:1] if text[:1] == "\ufeff" else ""
        write_if_changed(Path(os.path.realpath(file)), mark + apply(text.removeprefix(mark), fixes))
        mended = True
        for fix in fixes:
            print(f"{file}:{fix.span.line}:{fix.span.column}: mended: {fix.text}", file=sys.stderr)
    return mended


def _gen(options: argparse.Namespace) -> int:
    """All or nothing: every driver is rendered before the first file is written. What is there already is left alone."""
    from pathlib import Path

    from . import incremental

    # Pages with names depend on more than a stamp tells: they are made each time.
    folder, unchanged = Path(options.output), {} if options.pci_ids else incremental.unchanged(options.files, Path(options.output))
    changed = [file for file in options.files if file not in unchanged]
    report, keys = _report(options), dict[str, str | None]()
    drivers = _compile(changed, report, options.include, keys) if changed else []
    if any(driver.name in unchanged.values() for driver in drivers):
        # Two of one name, and the reader wants to see both.
        report, keys = _report(options), {}
        drivers = _compile(options.files, report, options.include, keys)
    if options.pci_ids:
        named = _named(drivers, options.pci_ids)
        if named is None:
            print(f"dddk gen: {options.pci_ids}: no list of PCI IDs", file=sys.stderr)
            return WRONG_USE
        drivers, keys = named, dict.fromkeys((driver.name for driver in named), None)
    outputs = [] if report.failed else _render(drivers, folder, keys)
    _show(report, options.format)
    if report.failed:
        return 1
    return _write(outputs, folder, options.verbose)


def _named(drivers: Sequence[Driver], path: str) -> list[Driver] | None:
    """The same drivers with the names of their devices; None: the file is no list."""
    from dataclasses import replace

    from .pci_names import PciNames

    names = PciNames(path)
    if not names.there:
        return None
    return [replace(driver, known_as=tuple(map(names.of, driver.matches))) for driver in drivers]


def _render(drivers: Sequence[Driver], folder: Path, keys: dict[str, str | None]) -> list[tuple[Driver, list[Output]]]:
    """The files of each driver that are not there as they should be, and a stamp that says what they were made from."""
    from . import incremental

    stale = [driver for driver in drivers if not incremental.is_current(folder / driver.name, keys[driver.name])]
    if not stale:
        return []
    from .emit import Output, generate

    outputs = [(driver, generate(driver)) for driver in stale]
    if incremental.identity() == incremental.generator():
        for driver, files in outputs:
            if (key := keys[driver.name]) is not None:
                files.append(Output(incremental.STAMP, incremental.stamp(key, files)))
    return outputs


def _write(outputs: Sequence[tuple[Driver, list[Output]]], folder: Path, verbose: bool) -> int:
    """Each driver into its folder, the stamp last."""
    for driver, files in outputs:
        from .emit import write_if_changed

        for output in files:
            path = folder / driver.name / output.name
            try:
                written = write_if_changed(path, output.text)
            except OSError as error:
                print(f"dddk gen: {error.filename or path}: {error.strerror}", file=sys.stderr)
                return WRONG_USE
            if written and verbose:
                print(path)
    return 0


def _compile(files: Sequence[str], report: Report, search: Sequence[str], keys: dict[str, str | None] | None = None) -> list[Driver]:
    """Compile each file; two manifests must not describe one driver, for their files would overwrite each other.

    `keys` is given a hash of what each driver is made from, by its name.
    """
    from .compile import compile_manifest
    from .diagnostics import Label

    drivers: dict[str, Driver] = {}
    for file in dict.fromkeys(files):
        report.inputs.clear()
        count = report.count
        driver = compile_manifest(file, report, search)
        if driver is None:
            continue
        if keys is not None:
            from .incremental import key

            keys[driver.name] = key(report.inputs, quiet=report.count == count)
        first = drivers.setdefault(driver.name, driver)
        if first is not driver:
            report.error(
                "D0901", driver.origin, f"driver {driver.name} is described twice in one run", "a second manifest of this name",
                also=[Label(first.origin, "the first")], help="drivers of one program have different names",
            )
    return list(drivers.values())


def _show(report: Report, form: str) -> None:
    """Text goes to standard error, for people; JSON and SARIF go to standard output, for programs."""
    diagnostics = report.sorted()
    if form == "json":
        from .diagnostics.machine import to_json

        sys.stdout.write(to_json(diagnostics, report.waived))
    elif form == "sarif":
        from .diagnostics.machine import to_sarif

        sys.stdout.write(to_sarif(diagnostics, report.waived))
    elif diagnostics:
        from .diagnostics.text import Lines, render

        lines, columns = Lines(), _columns()
        # no-color.org: any value but none; a terminal that is dumb knows no colours.
        colour = sys.stderr.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        for diagnostic in diagnostics:
            print(render(diagnostic, lines, colour, columns), file=sys.stderr)
        print(_summary(diagnostics, report.suppressed), file=sys.stderr)


def _columns() -> int:
    """Of the terminal that messages go to; 0: they go elsewhere, or nobody knows."""
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns
    except (OSError, ValueError):
        return 0


def _summary(diagnostics: Sequence[Diagnostic], suppressed: int) -> str:
    errors = sum(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics)
    counts = [f"{count} {word}{'' if count == 1 else 's'}" for count, word in ((errors, "error"), (len(diagnostics) - errors, "warning")) if count]
    more = f"; {suppressed} more not shown" if suppressed else ""
    code = next((diagnostic.code for diagnostic in diagnostics if diagnostic.severity is Severity.ERROR), diagnostics[0].code)
    return f"{', '.join(counts)}{more}. `dddk explain {code}` says more."


def _internal_error(error: Exception, options: argparse.Namespace) -> None:
    """The place inside the generator is told, for the report; the traceback only to who asks by DDDK_TRACEBACK=1."""
    import traceback

    if os.environ.get("DDDK_TRACEBACK") == "1":
        traceback.print_exception(error)
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "dddkgen" in frame.filename]
    where = f"{os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else "?"
    reason = " ".join(str(error).split())[:200]
    report = Report()
    report.error(
        "D0900", None, f"internal error: {type(error).__name__} at {where}" + (f": {reason}" if reason else ""),
        notes=["nothing was written"], help="this is a mistake of the generator: please report it with the manifest and this message",
    )
    _show(report, options.format)
