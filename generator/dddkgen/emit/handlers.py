# SPDX-License-Identifier: MIT
"""The handlers that a manifest asks for, each with nothing in it: what an author begins with.

They compile, and the driver runs with them. They are printed, not written: the file is its author's.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from ..keys.driver import CLASS_HANDLERS
from ..lower.glue import Glue, glue
from ..lower.names import comment, lower
from ..model import Driver

_COLUMNS = 100


def text(driver: Driver) -> str:
    """NAME.c with empty handlers; the same for the same manifest."""
    shape = glue(driver)
    head = f"/* SPDX-License-Identifier: {shape.license}\n *\n{_lines(f'The handlers of {driver.name}. They run in thread context, one at a time.')} */\n"
    return f'{head}#include "{driver.name}.dddk.h"\n' + "".join(f"\n{_comment(say)}{_function(prototype)}" for prototype, say in _prototypes(driver, shape))


def _prototypes(driver: Driver, shape: Glue) -> Iterator[tuple[str, str]]:
    """Each handler and what is to be said about it."""
    for prototype in shape.prototypes:
        yield prototype, _about(driver, prototype)
    for operation in shape.operations:
        if operation.handler:
            said = " ".join(" ".join(operation.doc).split())
            yield f"int {operation.handler}(struct {shape.name} *dev{operation.parameters});", said or f"Operation {operation.name} of `user`."


def _about(driver: Driver, prototype: str) -> str:
    """When it is called."""
    name = prototype.split("(")[0].split()[1].removeprefix(f"{lower(driver.name)}_")
    words = CLASS_HANDLERS[driver.klass.value]
    causes = [
        f"{interrupt.name}.{cause.name}" + (f" ({comment(cause.doc)})" if cause.doc else "")
        for interrupt in driver.interrupts
        for cause in interrupt.causes
        if cause.call is not None and lower(cause.call) == name
    ]
    said = [f"{_sentence(words[name])}"] if name in words else []
    said += [f"Interrupt: {', '.join(causes)}."] if causes else []
    said += [f"Workaround of {erratum.name}: {comment(erratum.title)}." for erratum in driver.errata if erratum.workaround is not None and lower(erratum.workaround) == name]
    return " ".join(said)


def _sentence(said: str) -> str:
    return f"{said[0].upper()}{said[1:]}{'' if said.endswith('?') else '.'}"


def _lines(said: str) -> str:
    return "".join(f" * {line}\n" for line in textwrap.wrap(said, _COLUMNS - 3, break_long_words=False, break_on_hyphens=False))


def _comment(said: str) -> str:
    if not said:
        return ""
    return f"/* {said} */\n" if len(said) <= _COLUMNS - 6 else f"/*\n{_lines(said)} */\n"


def _function(prototype: str) -> str:
    """Its results are 0, and what it is given is not used."""
    result, rest = prototype.removesuffix(";").split(" ", 1)
    name, parameters = rest.removesuffix(")").split("(", 1)
    lines, body = [f"{result} {name}("], []
    for number, parameter in enumerate(parameters.split(", ")):
        last = number == parameters.count(", ")
        piece = ("" if number == 0 else " ") + parameter + (")" if last else ",")
        if number and len(lines[-1] + piece) > _COLUMNS:
            lines.append(" " * len(lines[0].split("(")[0] + "(") + piece.lstrip())
        else:
            lines[-1] += piece
        written = re.fullmatch(r"uint\d+_t \*(\w+)", parameter)
        own = re.search(r"(\w+)$", parameter)
        if written is not None:
            body.append(f"    *{written[1]} = 0;\n")
        elif own is not None:
            body.append(f"    (void){own[1]};\n")
    return "\n".join(lines) + "\n{\n" + "".join(body) + ("    return 0;\n" if result == "int" else "") + "}\n"
