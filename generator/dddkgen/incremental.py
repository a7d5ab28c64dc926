# SPDX-License-Identifier: MIT
"""What need not be generated again.

`dddk gen` leaves a stamp beside the files of a driver: a hash of all that they were made from (the manifest and what it
includes, the generator, Jinja2, PyYAML, Python) and a hash of each file. A later run that finds all of it as it was has
nothing to do, and finds that out without parsing the manifest. A stamp is a claim, not a promise: what it says is compared
with what is there, so that a file that somebody edited is made again, and a damaged stamp counts for nothing.

Nothing heavy is imported here: this is all that a run with nothing to do executes.
"""

from __future__ import annotations

import functools
import hashlib
import os
import re
import stat
import sys
from collections.abc import Iterable, Sequence
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING

from . import IMPORTED_NS

if TYPE_CHECKING:
    from .emit import Output

STAMP = ".dddk"

_HEAD = "dddk stamp 1"

#: Larger files are no manifests and no output of ours.
_MAX_BYTES = 64 * 1024 * 1024

#: The kernel stamps files with the time of its last tick.
_TICK_NS = 10_000_000

#: Where the stamp may be: a guess at the driver's name, for the stamp itself says whether it is of this manifest.
_NAME = re.compile(rb"^driver:[ \t]+[\"']?([A-Za-z_][A-Za-z0-9_]*)[\"']?[ \t]*(?:#.*)?\r?$", re.MULTILINE)

#: What one file of a driver may be called in a stamp: a name in its folder, and no path out of it.
_LINE = re.compile(r"([0-9a-f]{64})  ([A-Za-z0-9_][A-Za-z0-9_.]*)")


def unchanged(manifests: Iterable[str], output: Path) -> dict[str, str]:
    """Those of the manifests whose drivers are there already, with the names of the drivers; no two of one name."""
    if generator() is None:
        return {}
    found: dict[str, str] = {}
    for manifest in manifests:
        data = _contents(manifest)
        name = None if data is None else _NAME.search(data)
        if data is not None and name is not None and is_current(output / name[1].decode(), key([data], quiet=True)):
            found[manifest] = name[1].decode()
    names = list(found.values())
    return {manifest: name for manifest, name in found.items() if names.count(name) == 1}


def key(inputs: Sequence[bytes], quiet: bool) -> str | None:
    """A hash of all that a driver is made from, `inputs` being the files that were read; None: that cannot be known.

    `quiet`: there was nothing to warn of. Where there was, a run must look again, to warn again.
    """
    made_by = generator()
    if made_by is None:
        return None
    digest = hashlib.blake2b(f"{made_by} {quiet}".encode(), digest_size=32)
    for data in inputs:
        digest.update(f"\n{len(data)}\n".encode())
        digest.update(data)
    return digest.hexdigest()


def is_current(folder: Path, made_from: str | None) -> bool:
    """Does the folder hold what is made from this, to the byte?"""
    data = None if made_from is None else _contents(folder / STAMP)
    if data is None:
        return False
    try:
        head, said, *lines, check = data.decode("ascii").removesuffix("\n").split("\n")
    except ValueError:
        return False
    if head != _HEAD or said != made_from or check != _hash("\n".join((head, said, *lines)).encode()):
        return False
    for line in lines:
        parsed = _LINE.fullmatch(line)
        content = None if parsed is None else _contents(folder / parsed[2])
        if parsed is None or content is None or _hash(content) != parsed[1]:
            return False
    return True


def stamp(made_from: str, outputs: Sequence[Output]) -> str:
    """The text of the stamp for files with these texts: what is meant to be in the folder, whoever else writes there."""
    text = "\n".join((_HEAD, made_from, *(f"{_hash(output.text.encode('utf-8'))}  {output.name}" for output in outputs)))
    return f"{text}\n{_hash(text.encode())}\n"


@functools.cache
def generator() -> str | None:
    """A hash of the sources that this process runs; None: they changed under it, or are not files."""
    return identity()


def identity() -> str | None:
    """The same, looked at again."""
    digest = hashlib.blake2b(sys.version.encode(), digest_size=32)
    try:
        for package in (os.path.dirname(__file__), *(_package(name) for name in ("jinja2", "yaml"))):
            for name, path in _sources(package):
                with open(path, "rb") as stream:
                    if os.fstat(stream.fileno()).st_ctime_ns >= IMPORTED_NS - _TICK_NS:
                        return None
                    data = stream.read()
                digest.update(f"\n{name} {len(data)}\n".encode())
                digest.update(data)
    except OSError:
        return None
    return digest.hexdigest()


def _package(name: str) -> str:
    """The folder of an importable package, without importing it."""
    spec = PathFinder.find_spec(name)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(name)
    return os.path.dirname(spec.origin)


def _sources(package: str) -> list[tuple[str, str]]:
    """Every source file of a package by its name in it: all files but what Python made of them."""
    found: list[tuple[str, str]] = []
    folders = [("", package)]
    while folders:
        prefix, folder = folders.pop()
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir():
                    if entry.name != "__pycache__":
                        folders.append((f"{prefix}{entry.name}/", entry.path))
                elif not entry.name.endswith((".so", ".pyc")):
                    found.append((prefix + entry.name, entry.path))
    return sorted(found)


def _contents(path: str | Path) -> bytes | None:
    """What a plain file holds; None: there is none, and who needs it will say why."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError):
        return None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size > _MAX_BYTES:
            return None
        with open(descriptor, "rb", closefd=False) as stream:
            return stream.read(_MAX_BYTES)
    except OSError:
        return None
    finally:
        os.close(descriptor)


def _hash(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=32).hexdigest()
