# SPDX-License-Identifier: MIT
"""Data classes that are quick to make: the command makes a hundred of them each time it starts.

Python's own compile six methods of each frozen class from text. Here only the constructor is made so; what compares, hashes,
prints and refuses changes are the same functions for all of them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

_Class = TypeVar("_Class", bound=type)


@dataclass_transform(frozen_default=True, field_specifiers=(dataclasses.field,))
def dataclass(*, frozen: bool = False, slots: bool = False, eq: bool = True, repr: bool = True) -> Callable[[_Class], _Class]:
    """`dataclasses.dataclass`, as far as this package uses it. What is not frozen is compared by identity."""

    def make(cls: _Class) -> _Class:
        if cls.__doc__ is None:
            cls.__doc__ = ""  # or Python writes the signature there, which takes longer than anything else
        made: Any = dataclasses.dataclass(init=not frozen, slots=slots, eq=False, repr=False)(cls)
        if repr:
            made.__repr__ = _repr
        if frozen:
            made.__init__ = _constructor(made)
            made.__setattr__ = made.__delattr__ = _refuse
        if frozen and eq:
            made._compared = attrgetter(*(field.name for field in dataclasses.fields(made) if field.compare))
            made.__eq__, made.__hash__ = _eq, _hash
        return made  # type: ignore[no-any-return]

    return make


def _constructor(cls: Any) -> Any:
    """`__init__`, which alone may set what is frozen."""
    names: dict[str, Any] = {"_put": object.__setattr__, "_missing": dataclasses.MISSING}
    parameters, lines = ["self"], []
    for field in dataclasses.fields(cls):
        if not field.init:
            continue
        name = field.name
        value = name
        if field.default_factory is not dataclasses.MISSING:
            names[f"_make_{name}"] = field.default_factory
            parameters.append(f"{name}=_missing")
            value = f"_make_{name}() if {name} is _missing else {name}"
        elif field.default is not dataclasses.MISSING:
            names[f"_default_{name}"] = field.default
            parameters.append(f"{name}=_default_{name}")
        else:
            parameters.append(name)
        lines.append(f'    _put(self, "{name}", {value})')
    if hasattr(cls, "__post_init__"):
        lines.append("    self.__post_init__()")
    made: dict[str, Any] = {}
    exec(f"def __init__({', '.join(parameters)}):\n" + "\n".join(lines or ["    pass"]), names, made)
    return made["__init__"]


def _refuse(self: Any, name: str, *_: object) -> None:
    raise dataclasses.FrozenInstanceError(f"{type(self).__name__}.{name} is frozen")


def _eq(self: Any, other: object) -> Any:
    return self._compared(self) == self._compared(other) if self.__class__ is other.__class__ else NotImplemented


def _hash(self: Any) -> int:
    return hash(self._compared(self))


def _repr(self: Any) -> str:
    values = (f"{field.name}={getattr(self, field.name)!r}" for field in dataclasses.fields(self) if field.repr)
    return f"{type(self).__name__}({', '.join(values)})"
