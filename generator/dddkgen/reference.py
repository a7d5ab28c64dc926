# SPDX-License-Identifier: MIT
"""The manual of the manifest, made from the key table: `dddk reference` writes it.

What is said about a key stands in the table (`keys`), what an access policy means in `semantics`; only the introduction is
written here. A test holds `docs/manifest.md` to this, and compiles the example of every key and every whole manifest in it.
"""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator

from .keys import not_yet
from .keys.driver import CLASS_HANDLERS, CLASSES, DRIVER
from .keys.registers import ACCESS
from .keys.ring_types import RingValue
from .keys.transfers import Duration
from .keys.types import Boolean, Choice, Either, Integer, Key, ListOf, MapOf, Name, ObjectType, Part, Size, Type, walk
from .semantics import POLICIES, Idle, ReadEffect

WIDTH = 118

HEAD = """\
<!-- written by `dddk reference`; a test holds it to the generator -->
# The manifest

A manifest is one YAML file that describes one device for its driver: which devices it serves, where their registers
are and what is in them, how data and interrupts move. From it the kit makes the driver, a simulated device, tests and
a page. This is the reference; [first-driver.md](first-driver.md) goes through a small one step by step, and
[design/generated-code.md](design/generated-code.md) says what each thing is called in C.

    dddk check FILE          every mistake in one run, each with its place, its reason and help
    dddk gen FILE -o DIR     the driver, its simulated device, tests and page into DIR/NAME
    dddk explain CODE        what is behind the code of a message; `dddk explain --list` lists them

A whole manifest, as small as can be:

```yaml
dddk: 1
driver: lamp
title: A lamp on PCI
class: misc
license: MIT
match: [{pci: 1234:0001}]
regions: {regs: {bar: 0, size: 4KiB}}
registers:
  LAMP: {at: 0x00, fields: {ON: 0, BRIGHTNESS: 15:8}}
```

## How a manifest is read

* **It is YAML**, in UTF-8, one document to a file. Anchors and aliases (`&causes`, `*causes`) work; tags and merge
  keys (`<<`) do not. The order of keys means nothing, but in lists, in the `layout` of a descriptor and in `attach`.
* **Scalars are what the key says they are**, and YAML's own guesses are not asked: `9:8` is a range of bits, `OFF`
  and `NO` are names, `1.10` is the text. Quotes are for text with `: ` or ` #` in it.
* **Unknown keys are errors**, and so is everything else that would be dropped. One run reports every mistake.
* **Short forms.** Where a mapping has one key that says most, its value may stand in the mapping's place: `RDT:
  0x2818` is `RDT: {at: 0x2818}`. The sections below say *in short* where that is so.

| value | how it is written |
| --- | --- |
| number | `12`, `0x0c`, `0b1100`; `_` between digits; no leading zeros |
| size | bytes, as a number or with a unit: `64`, `4KiB`, `2MiB`, `1GiB` |
| bits | one, `5`, or a range with the high bit first, `9:8`; bit 0 is the least significant |
| time | a number with its unit: `500us`, `10ms`, `1s` |
| yes or no | `true` or `false` and nothing else |
| PCI ID | as lspci prints it: `1af4:1041`; `1af4:*` is every device of a vendor |
| name | letters, digits and `_`; what becomes a function or member of its own is all small; at most 63 characters |
| reference | the name of a register, field or element: `CTRL`, `CTRL.EN`, `TABLE[3]`, `TABLE[3].VALID` |
| condition | a field and its value, a number or the name of an enum's value: `LCR.DLAB == 1` |
| text | one line; under `doc` also several, in Markdown |

**Names become names in C.** `CTRL.SPEED` of driver `nic` is the member `speed` of `struct nic_ctrl`, read by
`nic_ctrl_read`. Names that C, C++ or the Linux headers have taken are refused; `c_name:` is the way out.
"""

POLICY_HEAD = """\
What a read and a write do to a field, under the names of IEEE 1800.2. A register says it for all its fields, a field
for itself. *Left alone by* is what a write may put into the field without changing it: only where every other field
of a register has such a value, and reading has no effect, is there an `_update` of single fields.
[registers.md](registers.md) shows the C of each policy.
"""

HANDLER_HEAD = """\
The functions that a person writes, in `NAME.c`: `int NAME_HANDLER(struct NAME *)`, returning 0 or a negative status,
unless the generated `NAME.dddk.h` says otherwise. Those under `handlers:` are called by the kit at these moments;
those of `user:` and of `call:` (which return nothing) follow from their own keys. All run in thread context, may
sleep, and one at a time.
"""

IDLE = {
    Idle.ANY: "anything",
    Idle.READ_BACK: "what was read",
    Idle.ZEROS: "0s",
    Idle.ONES: "1s",
    Idle.SHADOW: "what was written last",
    Idle.NONE: "nothing",
}
NO_EFFECT = {ReadEffect.NONE: "yes", ReadEffect.CLEARS: "yes; it clears", ReadEffect.SETS: "yes; it sets"}


def text() -> str:
    """The whole manual."""
    types = ordered()
    common = _common(types)
    lines = [HEAD.rstrip("\n"), "", "## Contents", ""]
    lines += _contents(types)
    lines += ["", "## Keys of every object", "", *_paragraph("These stand in nearly every mapping and are not repeated below.")]
    for key in common:
        lines += ["", *_key(key)]
    lines += ["", "## Access policies", "", POLICY_HEAD.rstrip("\n"), "", *_policies()]
    lines += ["", "## Handlers", "", HANDLER_HEAD.rstrip("\n"), "", *_handlers()]
    for type_ in types:
        lines += ["", *_section(type_, types, common)]
    return "\n".join(lines) + "\n"


def ordered() -> list[ObjectType]:
    """Every object type once, each before what stands in it: the order in which an author meets them."""
    found: dict[str, ObjectType] = {}

    def visit(type_: Type) -> None:
        for object_ in walk(type_):
            if object_.name not in found:
                found[object_.name] = object_
                for key in object_.keys:
                    visit(key.type)

    visit(DRIVER)
    return list(found.values())


def heading(type_: ObjectType) -> str:
    """The title of a type's section."""
    return "The manifest itself" if type_ is DRIVER else type_.name[0].upper() + type_.name[1:]


def anchor(title: str) -> str:
    """What a title is called in links: as GitHub and most other renderers do it."""
    return re.sub("[^a-z0-9_ -]", "", title.lower()).replace(" ", "-")


def _common(types: Iterable[ObjectType]) -> list[Key]:
    """The keys that most mappings share."""
    counts = Counter(id(key) for type_ in types for key in type_.keys)
    found = {key.name: key for type_ in types for key in type_.keys if counts[id(key)] > 6}
    return list(found.values())


def _contents(types: Iterable[ObjectType]) -> list[str]:
    titles = ["How a manifest is read", "Keys of every object", "Access policies", "Handlers"]
    titles += [heading(type_) for type_ in types]
    return _wrapped(" · ".join(f"[{title}](#{anchor(title)})" for title in titles))


def _section(type_: ObjectType, types: Iterable[ObjectType], common: list[Key]) -> list[str]:
    lines = [f"## {heading(type_)}", "", *_paragraph(type_.doc)]
    places = [f"`{key.name}` of [{_called(parent)}](#{anchor(heading(parent))})" for parent in types for key in parent.keys if type_ in _objects(key.type)]
    about = []
    if places:
        about.append(f"Stands in {_and(places)}.")
    if type_.short is not None and "In short" not in type_.doc:
        about.append(f"In short: the value of `{type_.short}` in the mapping's place.")
    about += [f"Exactly one of {_and([f'`{name}`' for name in group], 'or')} must be there." for group in type_.one_of]
    shared = [f"[`{key.name}`](#{anchor('Keys of every object')})" for key in type_.keys if key in common]
    if shared:
        about.append(f"It may have {_and(shared)}.")
    if places and all(_only_checked(parent, key) for parent in types for key in parent.keys if type_ in _objects(key.type)):
        about.append("No driver runs it yet: it is checked, and then refused (D0588).")
    if about:
        lines += ["", *_paragraph(" ".join(about))]
    for key in type_.keys:
        if key not in common:
            lines += ["", *_key(key, not_yet.said(type_.name, key.name))]
    return lines


def _only_checked(parent: ObjectType, key: Key) -> bool:
    return key.name in not_yet.KEYS.get(parent.name, ()) or (parent.name, key.name) == ("ring", "attach")


def _called(type_: ObjectType) -> str:
    return "the manifest" if type_ is DRIVER else type_.describe()


def _key(key: Key, warning: str = "") -> list[str]:
    """One key: what it takes, whether it must be there, what it means, an example; and what of it no driver runs."""
    facts = [_type(key.type)]
    if key.required:
        facts.append(f"**required**, unless there are `{key.unless}`" if key.unless else "**required**")
    if key.default:
        facts.append(f"default: {key.default}")
    lines = _item(f"* **`{key.name}`**: {'; '.join(facts)}.")
    if "\n" in key.example or len(key.example) > WIDTH - 14:
        lines += _more(f"{key.doc} {warning}".strip())
        lines += ["  ```yaml", *(f"  {line}" for line in key.example.splitlines()), "  ```"]
    else:
        lines += _more(f"{key.doc} {warning}{' ' if warning else ''}Example: `{key.example}`")
    if key.type is not ACCESS:
        for words in _choices(key.type):
            if any(words.values()):
                lines += [line for name, meaning in words.items() for line in _item(f"  * `{name}`: {meaning}", "    ")]
    return lines


def _policies() -> Iterator[str]:
    yield "| policy | what it means | can be read | left alone by |"
    yield "| --- | --- | --- | --- |"
    for policy in POLICIES.values():
        readable = NO_EFFECT[policy.read] if policy.readable else "no"
        yield f"| `{policy.name}` | {policy.doc} | {readable} | {IDLE[policy.idle]} |"


def _handlers() -> Iterator[str]:
    yield "| handler | of class | when, and what for |"
    yield "| --- | --- | --- |"
    meanings = {name: meaning for handlers in CLASS_HANDLERS.values() for name, meaning in handlers.items()}
    for name, meaning in meanings.items():
        classes = [klass for klass in CLASSES if name in CLASS_HANDLERS.get(klass, {})]
        yield f"| `{name}` | {'every' if len(classes) == len(CLASSES) else ', '.join(f'`{klass}`' for klass in classes)} | {meaning} |"


# ---- kinds of value in words ----


def _type(type_: Type) -> str:
    match type_:
        case ObjectType():
            return f"[{type_.describe()}](#{anchor(heading(type_))})"
        case MapOf():
            names = " (names may begin with a digit and hold dots)" if type_.name.digits else " (names all small)" if type_.name.lower else ""
            return f"{type_.what}{names}, each {_type(type_.item)}"
        case ListOf():
            item = _type(type_.item)
            return f"{item}, or a list of such" if type_.single else f"a list, each {item}"
        case Part():
            return _type(type_.item)
        case Either():
            return ", or ".join(_type(option) for option in type_.types())
        case Choice() if type_ is ACCESS:
            return f"[an access policy](#{anchor('Access policies')})"
        case Choice() if any(type_.values.values()):
            return type_.what
        case Choice():
            return f"{type_.what}: {_and([f'`{name}`' for name in type_.values], 'or')}"
        case Size():
            return f"{type_.what}, {_bytes(type_.low)} to {_bytes(type_.high)}" + (", a power of two" if type_.power else "")
        case Integer():
            return f"{type_.what}, {_number(type_.low)} to {_number(type_.high)}" + (", a power of two" if type_.power else "")
        case Duration():
            return f"{type_.describe()}, at most {type_.longest_s}s"
        case Name() if type_.lower:
            return f"{type_.describe()}, all small"
        case Boolean():
            return "`true` or `false`"
    return type_.describe()


def _objects(type_: Type) -> list[ObjectType]:
    """The object types that may stand directly in a value of this type."""
    if isinstance(type_, ObjectType):
        return [type_]
    inner = type_.types() if isinstance(type_, Either) else [getattr(type_, "item", None)]
    return [found for each in inner if isinstance(each, Type) for found in _objects(each)]


def _choices(type_: Type) -> list[dict[str, str]]:
    """The words that may stand directly in a value of this type, with what they mean."""
    if isinstance(type_, Choice):
        return [type_.values]
    if isinstance(type_, RingValue):
        return [type_.words]
    inner = type_.types() if isinstance(type_, Either) else [getattr(type_, "item", None)]
    return [found for each in inner if isinstance(each, Type) for found in _choices(each)]


def _number(value: int) -> str:
    if value < 1 << 16:
        return str(value)
    power = value.bit_length() - 1
    if value == 1 << power:
        return f"2^{power}"
    return f"2^{power + 1} - 1" if value == (2 << power) - 1 else str(value)


def _bytes(value: int) -> str:
    for shift, unit in ((40, "TiB"), (30, "GiB"), (20, "MiB"), (10, "KiB")):
        if value >= 1 << shift and value % (1 << shift) == 0:
            return f"{value >> shift} {unit}"
    return str(value)


# ---- lines ----


def _and(words: list[str], last: str = "and") -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def _wrapped(line: str, first: str = "", rest: str = "") -> list[str]:
    """Lines of at most WIDTH; what is code, or the text of a link, stays in one piece."""
    whole = re.sub(r"`[^`]*`|\[[^\]]*\]\([^)]*\)", lambda match: match.group().replace(" ", "\0"), line)
    lines = textwrap.wrap(whole, WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False)
    return [line.replace("\0", " ") for line in lines]


def _paragraph(line: str) -> list[str]:
    return _wrapped(line)


def _item(line: str, rest: str = "  ") -> list[str]:
    indent = line[: len(line) - len(line.lstrip())]
    return _wrapped(line.lstrip(), indent, rest)


def _more(line: str) -> list[str]:
    """What follows in a list's item, from a new line."""
    return _wrapped(line, "  ", "  ")
