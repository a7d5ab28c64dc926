# SPDX-License-Identifier: MIT
"""Codes D03xx: names in C."""

CODES = {
    "D0301": ("a keyword of C", """A field becomes a member of a struct, in small letters, and C has taken this word. `c_name:` gives the object another name in C and leaves
        the datasheet's name in messages, traces and documentation."""),
    "D0302": ("a keyword of C++", """Generated headers can be included by C++, where this word is taken. `c_name:` gives the object another name in C and leaves the
        datasheet's name in messages, traces and documentation."""),
    "D0303": ("a macro", """A header of C, POSIX or Linux defines a macro of this name (as `errno`, `current` and `linux` are), and the preprocessor would replace it on
        one of the ports. `c_name:` gives the object another name in C."""),
    "D0304": ("a name that the generated code has already", """Every driver struct has members `dddk`, `vectors`, `state`, `shadow` and that of its class, and every operation a
        parameter `dev`; data adds `data` and `size_bytes`. Choose another name."""),
    "D0305": ("a name that is not yours", """C reserves names that begin with an underscore, the kit those that end in one (its helpers) and those that begin with `dddk`."""),
    "D0306": ("the same name in C", """Names that differ in the manifest meet in C, where registers are written small, constants large, and parts are joined by `_`: register
        `RX_COUNT` and the count of ring `rx` are both `NAME_RX_COUNT`. Structs and enums share one space of names. Rename one, or give it a
        `c_name:`."""),
    "D0307": ("two registers of one name", """A block gives its registers names (BLOCK_REGISTER), `set_at` and `clear_at` make registers (REGISTER_SET, REGISTER_CLEAR), and another
        register has this name already."""),
}
