# SPDX-License-Identifier: MIT
"""What devices are called: names of vendors, devices, subsystems and classes from the machine's `pci.ids`.

They are for people, in messages and, where it was asked for, on pages; never in generated C, which would then depend on the
machine. Without the file there are no names, and nothing else changes. The file is not trusted: whatever is in it, a look-up
ends, costs little, and gives one line of printable text or none.

A file of 1.4 MB is not parsed: the lines in question are searched for, which takes a tenth of a millisecond each.
"""

from __future__ import annotations

import os
import re
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .model import Match

#: Where distributions put it: Debian, Fedora, Arch, and what `update-pciids` of pciutils writes.
PLACES = ("/usr/share/misc/pci.ids", "/usr/share/hwdata/pci.ids", "/usr/share/pci.ids")

#: Names another file; empty: no names.
VARIABLE = "DDDK_PCI_IDS"

#: The list has 1.4 MB after thirty years; a larger file is something else.
MOST_BYTES = 16 << 20
MOST_CHARACTERS = 120

_BLOCK = re.compile(rb"\n[^\t#\r\n]")  # the next vendor, or class
_SUBBLOCK = re.compile(rb"\n(?:\t[^\t#\r\n]|[^\t#\r\n])")  # the next device


class PciNames:
    """The names in one file, which is read when it is first asked."""

    def __init__(self, path: str | None) -> None:
        self._path = path
        self._text: bytes | None = None

    @property
    def there(self) -> bool:
        """Is there such a file, of a size that one would be?"""
        return bool(self._read())

    def of(self, match: Match) -> str:
        """What the devices of a line are called: `Intel Corporation 82540EM, subsystem PRO/1000`; "": nobody knows."""
        parts = []
        if match.vendor is not None:
            parts.append(" ".join(filter(None, self.device(match.vendor, match.device))))
        if match.subsystem_vendor is not None:
            board = self.subsystem(match)
            parts.append(f"subsystem {board}" if board else "")
        if match.class_code is not None:
            parts.append(self.klass(match.class_code, match.class_mask))
        return ", ".join(filter(None, parts))

    def device(self, vendor: int, device: int | None) -> tuple[str, str]:
        """The names of a vendor and of its device; each may be empty."""
        block = self._entry(self._read(), b"\n%04x  " % vendor, _BLOCK)
        if block is None:
            return "", ""
        entry = None if device is None else self._entry(block[1], b"\n\t%04x  " % device, _SUBBLOCK)
        return block[0], "" if entry is None else entry[0]

    def subsystem(self, match: Match) -> str:
        """The board, if it is known by both its IDs; else who made it."""
        text, maker, board = self._read(), match.subsystem_vendor, match.subsystem_device
        assert maker is not None
        if None not in (match.vendor, match.device, board):
            vendor = self._entry(text, b"\n%04x  " % match.vendor, _BLOCK)
            device = None if vendor is None else self._entry(vendor[1], b"\n\t%04x  " % match.device, _SUBBLOCK)
            found = None if device is None else self._entry(device[1], b"\n\t\t%04x %04x  " % (maker, board), _SUBBLOCK)
            if found is not None and found[0]:
                return found[0]
        return self.device(maker, None)[0]

    def klass(self, code: int, mask: int) -> str:
        """The class, as exactly as the mask says: `Ethernet controller`."""
        text, name = self._read(), ""
        forms = ((b"\nC %02x  ", 16, _BLOCK), (b"\n\t%02x  ", 8, _SUBBLOCK), (b"\n\t\t%02x  ", 0, _SUBBLOCK))
        for form, shift, end in forms:
            found = self._entry(text, form % (code >> shift & 0xFF), end) if mask >> shift & 0xFF else None
            if found is None:
                break
            name, text = (found[0] or name), found[1]
        return name

    def _entry(self, text: bytes, key: bytes, end: re.Pattern[bytes]) -> tuple[str, bytes] | None:
        """The name behind a key, and the lines that belong to it."""
        at = text.find(key)
        if at < 0:
            return None
        line = text.find(b"\n", at + len(key))
        line = len(text) if line < 0 else line
        last = end.search(text, line)
        return _clean(text[at + len(key) : min(line, at + len(key) + 4 * MOST_CHARACTERS)]), text[line : len(text) if last is None else last.start() + 1]

    def _read(self) -> bytes:
        if self._text is None:
            self._text = b"" if self._path is None else _contents(self._path)
        return self._text


def _contents(path: str) -> bytes:
    """The file with a line end before its first line; nothing where it is no plain file of a sane size."""
    try:
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as file:
            about = os.fstat(file.fileno())
            if not stat.S_ISREG(about.st_mode) or about.st_size > MOST_BYTES:
                return b""
            return b"\n" + file.read(MOST_BYTES)
    except (OSError, ValueError):
        return b""


def _clean(name: bytes) -> str:
    """One line of printable text: no controls, nothing that a terminal, a table or a C comment would obey."""
    text = name.decode("utf-8", "replace").replace("*/", "* /").replace("/*", "/ *")
    text = "".join(character if character.isprintable() and character not in "`<>|\\\ufffd" else " " for character in text)
    return " ".join(text.split())[:MOST_CHARACTERS].strip()


def of_machine() -> PciNames:
    """The machine's names, or none."""
    chosen = os.environ.get(VARIABLE)
    if chosen is not None:
        return PciNames(chosen or None)
    return PciNames(next((path for path in PLACES if os.path.isfile(path)), None))
