# SPDX-License-Identifier: MIT
"""Templates compiled by Jinja2, kept from run to run.

Jinja2 takes ten times as long to compile the templates as a driver takes to generate. What it makes of them is Python code,
so it is kept as Python keeps its own: one file for all templates, in the user's cache folder, under a name that is a hash of
all that it was made from. The file is code that will run, so it counts only when the user alone could have written it; it
never decides what is generated, and without it everything works, a fifth of a second later.
"""

from __future__ import annotations

import contextlib
import hashlib
import marshal
import os
import stat
import sys
import tempfile
from pathlib import Path
from types import CodeType
from typing import Any

import jinja2
import jinja2.compiler

_MAGIC = b"dddk templates 1\n"
_DIGEST = 32
_MAX_BYTES = 16 * 1024 * 1024

#: What may lie in the cache folder, for other versions as well; the oldest go.
_KEPT = 8

#: How templates are compiled and rendered; compiled templates depend on it.
_OPTIONS: dict[str, Any] = {
    "undefined": jinja2.StrictUndefined,
    "trim_blocks": True,
    "lstrip_blocks": True,
    "keep_trailing_newline": True,
    "autoescape": False,
    "cache_size": -1,
}


def environment(folder: Path, cache: Path | None) -> jinja2.Environment:
    """An environment for the templates of one folder, compiled at the first use or taken from the folder `cache`."""
    made = jinja2.Environment(loader=Loader(folder, cache), **_OPTIONS)
    made.code_generator_class = _Code
    return made


class _Code(jinja2.compiler.CodeGenerator):
    """`a.b` in a template is Python's `a.b`: an attribute, never an item, which is what Jinja2 would try next, at six times the price.

    What a template says is gathered in a list, as Jinja2 does it for macros, and not handed on piece by piece.
    """

    def visit_Getattr(self, node: jinja2.nodes.Getattr, frame: jinja2.compiler.Frame) -> None:
        self.visit(node.node, frame)
        self.write(f".{node.attr}")

    def enter_frame(self, frame: jinja2.compiler.Frame) -> None:
        super().enter_frame(frame)
        if frame.toplevel:
            self.buffer(frame)

    def leave_frame(self, frame: jinja2.compiler.Frame, with_python_scope: bool = False) -> None:
        super().leave_frame(frame, with_python_scope)
        if frame.toplevel:
            self.writeline(f"yield concat({frame.buffer})")


class Loader(jinja2.BaseLoader):
    """Gives Jinja2 the templates of one folder, compiled all at once or taken from the cache."""

    def __init__(self, folder: Path, cache: Path | None) -> None:
        self.folder = folder
        self.cache = cache
        self._codes: dict[str, CodeType] | None = None

    def load(self, environment: jinja2.Environment, name: str, globals: Any = None) -> jinja2.Template:
        """One template, ready to render."""
        if self._codes is None:
            self._codes = self._all(environment)
        if name not in self._codes:
            raise jinja2.TemplateNotFound(name)
        return environment.template_class.from_code(environment, self._codes[name], environment.make_globals(globals), None)

    def _all(self, environment: jinja2.Environment) -> dict[str, CodeType]:
        sources = read_templates(self.folder)
        path = None if self.cache is None else self.cache / f"templates-{_key(sources)}"
        codes = None if path is None else load(path)
        if codes is None:
            codes = {name: environment.compile(data.decode("utf-8"), name, f"dddkgen/emit/templates/{name}") for name, data in sources.items()}
            if path is not None:
                save(path, codes)
        return codes


def cache_folder() -> Path | None:
    """Where this user's caches are, after the XDG base directory specification; None: nowhere."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):  # the specification: a relative path is to be ignored
        home = os.environ.get("HOME", "")
        if not os.path.isabs(home):
            return None
        base = os.path.join(home, ".cache")
    return Path(base) / "dddk"


def read_templates(folder: Path) -> dict[str, bytes]:
    """Every template of a folder and those below it, by its name for Jinja2."""
    found: dict[str, bytes] = {}
    open_ = [("", str(folder))]
    while open_:
        prefix, place = open_.pop()
        with os.scandir(place) as entries:
            for entry in entries:
                if entry.is_dir():
                    open_.append((f"{prefix}{entry.name}/", entry.path))
                elif entry.name.endswith(".j2"):
                    with open(entry.path, "rb") as stream:
                        found[prefix + entry.name] = stream.read()
    return dict(sorted(found.items()))


def _key(sources: dict[str, bytes]) -> str:
    """A hash of all that compiled templates depend on: themselves, this file, Jinja2 and Python."""
    made_by: list[object] = [sys.version, marshal.version, jinja2.__version__]
    with os.scandir(os.path.dirname(jinja2.__file__)) as entries:
        # A distribution's patch need not change the version.
        made_by += sorted((entry.name, entry.stat().st_size, entry.stat().st_mtime_ns) for entry in entries if entry.name.endswith(".py"))
    digest = hashlib.blake2b(repr(made_by).encode(), digest_size=16)
    with open(__file__, "rb") as stream:
        digest.update(stream.read())
    for name, data in sources.items():
        digest.update(f"\n{name} {len(data)}\n".encode())
        digest.update(data)
    return digest.hexdigest()


def load(path: Path) -> dict[str, CodeType] | None:
    """Compiled templates from a file; None: there is none, it is damaged, or somebody else could have written it.

    `marshal` crashes on damaged data, and what it gives is run: hence the checksum, and hence the owner.
    """
    try:
        if not _ours(os.lstat(path.parent), stat.S_ISDIR):
            return None
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        status = os.fstat(descriptor)
        if not _ours(status, stat.S_ISREG) or status.st_size > _MAX_BYTES:
            return None
        with open(descriptor, "rb", closefd=False) as stream:
            data = stream.read()
    except OSError:
        return None
    finally:
        os.close(descriptor)
    head = len(_MAGIC) + _DIGEST
    if data[: len(_MAGIC)] != _MAGIC or data[len(_MAGIC) : head] != _checksum(path, data[head:]):
        return None
    codes: dict[str, CodeType] = marshal.loads(data[head:])
    return codes


def save(path: Path, codes: dict[str, CodeType]) -> None:
    """Keep compiled templates for the next run. Where that cannot be, it is not done: a cache may fail silently."""
    payload = marshal.dumps(codes)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _ours(os.lstat(path.parent), stat.S_ISDIR):
            return
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".templates-")
    except OSError:
        return
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(_MAGIC + _checksum(path, payload) + payload)
        os.replace(temporary, path)
        _forget_oldest(path.parent)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(temporary)


def _forget_oldest(folder: Path) -> None:
    """Files of older versions, and what was left by runs that were killed while they wrote."""
    with os.scandir(folder) as entries:
        templates = [entry for entry in entries if entry.name.startswith(("templates-", ".templates-"))]
        found = sorted(((entry.stat(follow_symlinks=False).st_mtime_ns, entry.path) for entry in templates), reverse=True)
    for _, path in found[_KEPT:]:
        os.unlink(path)


def _ours(status: os.stat_result, kind: Any) -> bool:
    """Is it of the expected kind, ours, and not for others to write?"""
    return kind(status.st_mode) and status.st_uid == os.geteuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _checksum(path: Path, payload: bytes) -> bytes:
    """Of the data under its name: a file of another version that was renamed is none of this one."""
    return hashlib.blake2b(path.name.encode() + b"\n" + payload, digest_size=_DIGEST).digest()
