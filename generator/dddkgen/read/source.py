# SPDX-License-Identifier: MIT
"""From a path to text. The file may be missing, huge, binary or not a file at all; each has its own message."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import field

from ..dataclass import dataclass
from ..diagnostics import Report
from ..model import Span

#: A manifest of 1,000 registers with 4,000 fields has 100 kB.
MAX_BYTES = 4 * 1024 * 1024

#: What libyaml takes for the end of a line; the numbers in its marks count these.
_BREAKS = re.compile("\r\n|[\r\n\u0085\u2028\u2029]")

#: What YAML 1.1 does not allow in a stream.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(slots=True)
class Source:
    """One file's text, and its lines for messages."""

    path: str
    text: str
    _lines: list[str] | None = field(default=None, repr=False)

    def line(self, number: int) -> str:
        """A line by its number, counted from 1; empty behind the end."""
        if self._lines is None:
            self._lines = _BREAKS.split(self.text)
        return self._lines[number - 1] if 0 < number <= len(self._lines) else ""

    def span(self, index: int, length: int = 1) -> Span:
        """The place of the character at `index`."""
        before = _BREAKS.split(self.text[:index])
        line, column = len(before), len(before[-1]) + 1
        return Span(self.path, line, column, line, column + length)


def read_source(path: str, report: Report, asked: Span | None = None) -> Source | None:
    """Read a manifest. None: it could not be read, and why is in `report`. `asked`: where another one names it."""
    data = read_bytes(path, report, asked)
    if data is None:
        return None
    report.inputs.append(data)
    start = Span(path, 1, 1, 1, 1)
    if len(data) > MAX_BYTES:
        report.error("D0004", start, "the manifest is too large", f"more than {MAX_BYTES // (1024 * 1024)} MiB")
        return None
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig", "replace")
        place = Source(path, before).span(len(before), 1)
        notes = []
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            notes.append("it begins like UTF-16")
        report.error("D0005", place, "the manifest is not UTF-8", f"byte 0x{data[error.start]:02x} cannot stand here", notes=notes)
        return None
    source = Source(path, text)
    bad = _FORBIDDEN.search(text)
    if bad is not None:
        report.error(
            "D0006", source.span(bad.start()), "the manifest holds a control character", f"U+{ord(bad.group()):04X} may not stand in YAML"
        )
        return None
    return source


def read_bytes(path: str, report: Report, asked: Span | None = None) -> bytes | None:
    """At most one byte more than allowed. Anything but a plain file is refused: reading a pipe could wait for ever."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        report.error("D0001", asked, f"there is no file {path!r}")
        return None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        report.error("D0002", asked, f"{path!r} cannot be read: {reason}")
        return None
    try:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            what = "a folder" if stat.S_ISDIR(mode) else "not a plain file"
            report.error("D0003", asked, f"{path!r} is {what}", help="give the path of a manifest, a YAML file")
            return None
        with open(descriptor, "rb", closefd=False) as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        report.error("D0002", asked, f"{path!r} cannot be read: {error.strerror}")
        return None
    finally:
        os.close(descriptor)
