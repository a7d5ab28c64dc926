# SPDX-License-Identifier: MIT
"""Emit: from a checked driver to files.

An emitter is a function from `model.Driver` to `Output`s, registered in `EMITTERS`. It lowers the model to plain values
first (package `lower`) and renders small templates that hold no logic. Output depends on the manifest alone: no dates, no
paths, nothing read from the machine. A file whose content did not change is not touched.
"""

from __future__ import annotations

import errno
import functools
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..dataclass import dataclass

if TYPE_CHECKING:
    import jinja2

    from ..model import Driver

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Output:
    """One generated file; `name` is relative to the folder the user chose."""

    name: str
    text: str


@functools.cache
def _environment() -> jinja2.Environment:
    """The one template environment. jinja2 is imported only when something must be rendered: it costs 20 ms."""
    from . import compiled

    return compiled.environment(TEMPLATES, compiled.cache_folder())


def render(template: str, **values: Any) -> str:
    """Render one template of the folder `templates`."""
    return _environment().get_template(template).render(**values)


def emitters() -> Iterable[Callable[[Driver], Iterator[Output]]]:
    """Every emitter, in the order of the files in docs/design/generated-code.md."""
    from . import glue, model_files, page, registers, tests

    return (glue.files, registers.files, model_files.files, tests.files, page.files)


def generate(driver: Driver) -> list[Output]:
    """Every file of one driver."""
    from .. import no_garbage

    with no_garbage():
        return [output for emitter in emitters() for output in emitter(driver)]


def write_if_changed(path: Path, text: str) -> bool:
    """Put `text` into `path` atomically; a file that has it already keeps its time stamp. True: written."""
    data, name = text.encode("utf-8"), str(path)
    try:
        found = os.stat(name)
        if not stat.S_ISREG(found.st_mode):
            # A device or a pipe is not ours to replace, and to read one is to wait for ever.
            raise OSError(errno.EEXIST, "there is something else than a file", name)
        if found.st_size == len(data) and path.read_bytes() == data:
            return False
    except FileNotFoundError:
        pass
    handle, temporary = _new_file(name)
    try:
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(handle, view) :]
        finally:
            os.close(handle)
        os.replace(temporary, name)
    except BaseException:
        os.unlink(temporary)
        raise
    return True


def _new_file(path: str) -> tuple[int, str]:
    """A file that nobody else has, beside `path`, for the user's umask to say who may read it. Its folder is made."""
    folder, name = os.path.split(path)
    for _ in range(100):
        temporary = os.path.join(folder, f".{name}.{os.urandom(6).hex()}")
        try:
            return os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666), temporary
        except FileExistsError:
            continue
        except FileNotFoundError:
            os.makedirs(folder, exist_ok=True)
    raise FileExistsError(f"no free name beside {path}")
