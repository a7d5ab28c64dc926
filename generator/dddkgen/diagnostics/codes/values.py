# SPDX-License-Identifier: MIT
"""Codes D01xx: keys and the form of their values."""

CODES = {
    "D0101": ("unknown key", """The manifest's language has no such key at this place. Nothing is accepted and ignored: a misspelt key would silently
        mean its default. The message lists the keys that can stand here; docs/manifest.md explains each."""),
    "D0102": ("a key is missing", """This kind of object cannot be understood without the key, and there is no sensible default."""),
    "D0103": ("a value is missing", """There is nothing behind the colon. If the next lines were meant to be the value they must be indented further than
        the key."""),
    "D0104": ("the wrong kind of value", """A single value, a list (`[a, b]`, or lines beginning with `- `) and a mapping (`{a: b}`, or indented `a: b`
        lines) are different things, and this key takes another one. Where order matters the language uses lists, where names matter
        mappings."""),
    "D0105": ("the text is empty", """Empty quotes, or quotes around nothing but blanks, say nothing where the text is to be shown. Write the text, or
        remove the key if it may be left out."""),
    "D0106": ("text of several lines", """This text appears where one line has room: in a log, a table, a message. Longer explanations belong to `doc:`."""),
    "D0107": ("the text is too long", """The limit keeps generated files readable. Refer to the datasheet with `see:` instead of copying it."""),
    "D0109": ("not a name", """Names become parts of names in C: letters, digits and underscores, the first not a digit. Names of drivers, rings, regions, handlers
        and arguments are written small, because in C they are; registers and fields are written as the datasheet writes them."""),
    "D0110": ("the name is too long", """63 characters are what every C compiler tells apart, and generated names join two or three of them."""),
    "D0111": ("not an integer", """Integers are decimal, hexadecimal with `0x` or binary with `0b`, and may have `_` between digits. A leading zero is refused: to
        YAML 1.1 `010` is eight, to YAML 1.2 ten. In quotes it would be text."""),
    "D0112": ("out of range", """The number cannot be what this key means: a field, a register or the generated C has no room for it, or it has no sense
        there, as a negative offset. The message says what is possible. A field that holds negative numbers says `type: signed`."""),
    "D0113": ("not a power of two", """Widths, alignments and boundaries are powers of two because hardware compares address bits, and because the generated code masks
        instead of dividing."""),
    "D0114": ("not a size", """Sizes are in bytes, or have a unit: `KiB`, `MiB`, `GiB`. `KB` and `K` are refused because to some they mean 1,000."""),
    "D0115": ("not bits", """A field is one bit, `5`, or a range with the high bit first, `9:8`, as datasheets write it. `8-9`, `[9:8]` and `8..9` are not
        read."""),
    "D0116": ("the low bit first", """A range of bits begins with the high bit, as datasheets write it: `9:8`, not `8:9`. Turned round, it could as well
        be a slip in one of the numbers, so it is not taken silently: swap them, or correct the wrong one."""),
    "D0117": ("no such bit", """Registers have at most 64 bits, which are numbered 63 to 0; bit 0 is the least significant. If the datasheet numbers the other way
        round, subtract."""),
    "D0118": ("not true or false", """Only `true` and `false` are taken. YAML 1.1 also reads `yes`, `on` and `y` as true, YAML 1.2 does not, and a field's name may be
        `ON`."""),
    "D0119": ("not one of the words", """This key takes one of a few fixed words, because each of them makes the generator do something else. The message
        lists them all, and the one that is meant if it is near enough; case counts."""),
    "D0120": ("not a PCI ID", """A PCI ID is vendor and device in hexadecimal, without `0x`, as `lspci -n` prints it: `8086:100e`."""),
    "D0121": ("a PCI ID is too long", """Vendor and device are registers of 16 bits each in configuration space, so no device could ever match more: write
        at most four hexadecimal digits on each side of the colon (`8086:100e`). IDs of the subsystem go under `subsystem:`."""),
    "D0122": ("not a reference", """A reference is the name of something in the manifest: `CTRL`, a field of it `CTRL.EN`, an element of an array `RAL[0]`."""),
    "D0123": ("not a condition", """A bank is selected by one field: `when: LCR.DLAB == 1`. The value is a number, or the name of a value of the field's enum. Other
        conditions are not part of the language."""),
    "D0124": ("text of the wrong form", """The text is used as it stands: as a path, a licence, a version, a code, a `compatible` string. What has another
        form cannot be any such thing, and the message gives an example. The path under `model:` leads downwards from the manifest's folder, so it has no
        `..`."""),
    "D0125": ("an empty list", """A key with an empty list looks as if something had been forgotten. Write at least one item, or remove the key if it may
        be left out; the message says what an item is."""),
    "D0126": ("keys that exclude each other", """The two keys say the same thing in two ways, or belong to two forms of the same entry, so they could
        contradict each other and nothing would say which counts. Keep the one that is meant."""),
    "D0128": ("no such parameter", """Names in expressions are those under `parameters:`; in `attach` of a ring also its words, `count`, `bytes`, `base` and so on. Values that registers hold are not known when code is generated, so registers cannot be
        part of an expression."""),
    "D0129": ("an expression that cannot be computed", """Expressions are integers, parameters, parentheses and the operators of C: `~ -`, `* / %`, `+ -`, `<< >>`, `&`, `^`, `|`. A division must leave no
        remainder, and nothing may have more than 128 bits."""),
    "D0127": ("not a PCI class", """A PCI class is written as `lspci -n` prints it, in hexadecimal without `0x`: two digits for the base class, four with the sub-class, six with
        the programming interface."""),
    "D0236": ("a character in text that is not seen", """Control characters, and those that turn the direction in which text is shown (U+202A to U+202E, U+2066 to U+2069), make a
        text say something else than it shows, to a reviewer, to a terminal and to a compiler, which warns of them in comments. Text in a language that is
        written from right to left needs none of them."""),
}
