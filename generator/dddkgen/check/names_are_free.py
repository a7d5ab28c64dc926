# SPDX-License-Identifier: MIT
"""Guarantee: no generated name is a keyword of C or C++, or a macro of the standard's, POSIX's or the Linux headers.

The compiler would find these too, on one of the ports, in a file nobody wrote, with a message about something else.
"""

from __future__ import annotations

import bisect
import functools
import os

from ..diagnostics import Label, Report
from ..lower.names import lower, upper
from ..model import EnumValue, Field, Register, Span
from ..resolve.context import Candidate
from .generated import OWN_ARGUMENTS, OWN_MEMBERS, OWN_PARAMETERS, Generated, identifiers_and_tags, members

_C = """auto break case char const continue default do double else enum extern float for goto if inline int long register restrict
return short signed sizeof static struct switch typedef union unsigned void volatile while asm typeof fortran
alignas alignof bool constexpr false nullptr static_assert thread_local true typeof_unqual"""
_CPP = """and and_eq bitand bitor catch char8_t char16_t char32_t class co_await co_return co_yield compl concept const_cast
consteval constinit decltype delete dynamic_cast explicit export friend mutable namespace new noexcept not not_eq operator or
or_eq private protected public reinterpret_cast requires static_cast template this throw try typeid typename using virtual
wchar_t xor xor_eq import module final override"""

C_KEYWORDS = frozenset(_C.split())
#: `final`, `override`, `import` and `module` are words only in places where no name of ours stands.
CPP_KEYWORDS = frozenset(_CPP.split()) - {"final", "override", "import", "module"}

#: What a compiler defines by itself under -std=gnu11, on the machines we run on.
PREDEFINED = frozenset({"linux", "unix", "i386", "arm", "mips", "sparc", "powerpc", "PPC", "s390", "vax", "sun", "NULL", "EOF"})

#: A member of such a name would change in C++ what the type of the next member is.
TYPES = frozenset(f"{sign}int{bits}_t" for sign in ("", "u") for bits in (8, 16, 32, 64)) | {"size_t"}

#: Those that a name of several parts could be.
_IN_PARTS = tuple(word for word in C_KEYWORDS | CPP_KEYWORDS | PREDEFINED if "_" in word)


class Macros:
    """Every macro of the headers. The list is in order and searched by halves: a set of its 18,000 words takes longer to make."""

    _BLOCK = 1024  # characters, of many lines

    def __init__(self, text: str) -> None:
        self._text = text  # of lines; the first is a comment
        self._blocks = range(0, len(text) - self._BLOCK, self._BLOCK)
        self._has = functools.lru_cache(maxsize=4096)(self._find)

    def __contains__(self, name: str) -> bool:
        """Is it a macro, with arguments or without?"""
        return self._has(name) or self._has(f"{name}(")

    def replaces(self, name: str) -> bool:
        """Is it a macro without arguments? Only they replace a bare name."""
        return self._has(name)

    def some_begin(self, prefix: str) -> bool:
        """Does any begin like this?"""
        # The first that could may be the first of the next block.
        return any(word.startswith(prefix) for word in self._block(prefix, also=2 * len(prefix)).split())

    def _find(self, word: str) -> bool:
        # Lines begin with a word and a space, which is less than `!`.
        return word in self._block(f"{word}!").split()

    def _block(self, key: str, also: int = 0) -> str:
        """The lines of the last block that begins with less than `key`, and so much of the next one."""
        text, length = self._text, len(key)

        def first(block: int) -> str:
            line = text.find("\n", block) + 1
            return text[line : line + length]

        block = self._blocks[max(0, bisect.bisect_left(self._blocks, key, key=first) - 1)]
        end = len(text) if block == self._blocks[-1] else text.find("\n", block + self._BLOCK) + also
        return text[text.find("\n", block) : end]


@functools.cache
def macros() -> Macros:
    """The macros of C's, POSIX's and Linux's headers."""
    with open(os.path.join(os.path.dirname(__file__), "macros.txt"), encoding="utf-8") as words:
        return Macros(words.read())


def check(candidate: Candidate, report: Report) -> None:
    known = macros()
    for one in members(candidate.driver):
        _bare(candidate, one, known, report)
    if "driver" in candidate.unread:
        return
    # Nearly all of these names begin with the driver's, and nearly no keyword or macro does.
    innocent = tuple(prefix for name in (lower, upper) if not _some_begin(known, prefix := f"{name(candidate.driver.name)}_"))
    for one in identifiers_and_tags(candidate.driver):
        if one.name.startswith(innocent):
            continue
        if one.name in C_KEYWORDS or one.name in CPP_KEYWORDS:
            _refuse(candidate, "D0301", one, "a keyword of C or C++", report)
        elif one.name in PREDEFINED or one.name in known:
            _refuse(candidate, "D0303", one, "a macro of the C or Linux headers", report)
    _reserved(candidate, report)


def _some_begin(known: Macros, prefix: str) -> bool:
    """Does any word that is taken begin like this?"""
    return known.some_begin(prefix) or any(word.startswith(prefix) for word in _IN_PARTS)


def _bare(candidate: Candidate, one: Generated, known: Macros, report: Report) -> None:
    if one.name in C_KEYWORDS:
        _refuse(candidate, "D0301", one, "a keyword of C", report)
    elif one.name in CPP_KEYWORDS:
        _refuse(candidate, "D0302", one, "a keyword of C++, which may include the generated header", report)
    elif one.name in TYPES and one.space.startswith(("struct ", "state ")):
        _refuse(candidate, "D0302", one, "a type of the members beside it, which C++ would take for this one", report)
    elif known.replaces(one.name) or one.name in PREDEFINED:
        _refuse(candidate, "D0303", one, "a macro of the C or Linux headers", report)
    elif one.space.startswith("struct ") and one.what.split()[0] in ("region", "ring", "FIFO", "buffer", "completion") and one.name in OWN_MEMBERS:
        _refuse(candidate, "D0304", one, "a member that every driver struct has", report)
    elif (one.space.startswith("parameters of ") and one.name in OWN_PARAMETERS) or (one.space.startswith("arguments of ") and one.name in OWN_ARGUMENTS):
        _refuse(candidate, "D0304", one, "a parameter that the generated function has", report)


def _refuse(candidate: Candidate, code: str, one: Generated, why: str, report: Report) -> None:
    can_rename = one.what.split()[0] in ("field", "register", "value", "member")
    written = candidate.c_name_at(one.origin)
    span, also = one.origin, []
    if written is not None:
        span, also = written, [Label(one.origin, f"{one.what}")]
    mend = f"`c_name: {one.name}_bit`, for example, gives it another name in C" if can_rename else "choose another name"
    report.error(code, span, f"`{one.name}` cannot be a name in C", f"it is {why}", also=also, help=mend, notes=[f"{one.what} becomes `{one.name}` in {_where(one)}"])


def _where(one: Generated) -> str:
    return "the generated C" if one.space in ("identifier", "tag") else f"the {one.space}" if one.space[0] != "s" else one.space


def _reserved(candidate: Candidate, report: Report) -> None:
    """Names that the kit keeps for itself: those ending in `_`, and everything beginning with dddk."""
    driver = candidate.driver
    if driver.name == "dddk" or driver.name.startswith("dddk_"):
        report.error("D0305", driver.origin, "names beginning with `dddk` are the kit's", "the driver's name begins every name in C")
    for thing in _named(candidate):
        name: str = getattr(thing, "c_name", None) or thing.name  # type: ignore[attr-defined]
        origin: Span = thing.origin  # type: ignore[attr-defined]
        if name.endswith("_"):
            report.error("D0305", origin, f"`{name}` ends in an underscore", "such names are the kit's own, for its helpers", help=f"`{name.rstrip('_') or 'x'}`")
        elif name.startswith("_"):
            report.error("D0305", origin, f"`{name}` begins with an underscore", "C keeps such names for itself", help=f"`{name.lstrip('_') or 'x'}`")


def _named(candidate: Candidate) -> list[object]:
    driver = candidate.driver
    things: list[object] = [*driver.regions, *driver.enums, *driver.registers, *driver.descriptors, *driver.rings, *driver.fifos, *driver.transfers, *driver.operations]
    things += [*(one for each in driver.descriptors for one in each.alternatives), *driver.interrupts, *driver.buffers, *driver.user, *driver.state, *driver.handlers, *driver.match_data]
    registers: list[Register] = list(driver.registers)
    fields: list[Field] = [field for register in registers for field in register.fields]
    values: list[EnumValue] = [value for enum in driver.enums for value in enum.values]
    members_ = [member for descriptor in driver.layouts for member in descriptor.members]
    return [*things, *fields, *values, *members_, *(field for member in members_ for field in member.fields)]
