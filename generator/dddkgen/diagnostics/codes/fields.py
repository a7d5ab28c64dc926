# SPDX-License-Identifier: MIT
"""Codes D026x to D028x: what fields hold, what enums name, what resets do."""

CODES = {
    "D0261": ("a field that contradicts its register", """The register is write-only, so a read of it returns nothing defined for any of its fields. A field cannot say otherwise. Where a read of
        that place reaches another register, describe that as a register of its own, `access: ro`, at the same offset."""),
}
