# SPDX-License-Identifier: MIT
"""What the language says about rings and FIFOs and no driver runs yet (D0588), and which class runs which of them.

The check refuses by these tables and the reference tells by them, so that nobody describes a whole ring before being told.
"""

from __future__ import annotations

#: How a class runs what moves its data; what is not here it does not run.
PAIR, ANY = "one in each direction", "any number of them"
CLASS_RUNS: dict[str, dict[str, str]] = {"net": {"rings": PAIR}, "serial": {"fifos": PAIR}, "misc": {"fifos": ANY}}

#: Keys, by the object that they stand in.
KEYS: dict[str, tuple[str, ...]] = {
    "ring": ("instances", "parts", "vector", "arm"),
    "ring's entry": ("bytes", "slack"),
    "ring's give": ("part",),
    "ring's take": ("ring", "part", "match", "length"),
    "ring's payload": ("pages", "record"),
    "ring's frame": ("chain", "slots"),
}

#: Values of a key.
WORDS: dict[tuple[str, str], tuple[str | int, ...]] = {
    ("ring's give", "by"): ("offset",),
    ("ring's give", "width"): (64,),
    ("ring's take", "by"): ("offset",),
    ("ring's take", "width"): (64,),
}

#: Forms of a key that is run in others; the check knows them by what they are.
FORMS: dict[tuple[str, str], str] = {
    ("ring", "attach"): "`call:`, `qid`, members of `parts` (`PART.base`, `PART.base.low`, `PART.base.high`, `PART.bytes`, `PART.count`), and expressions from which the device could not tell a size",
    ("ring's give", "to"): "members of `parts`, and `[qid]`",
    ("ring's give", "once"): "`poll` in rings to the device",
    ("ring's give", "doorbell"): "one with `unless`, in a member of `parts`, or with another value than `index` or a number",
    ("ring's take", "from"): "members of `parts`, and `[qid]`; anything with `by: bit`",
}


def said(owner: str, key: str) -> str:
    """What the reference says at a key; "": drivers run all of it."""
    if key in KEYS.get(owner, ()):
        return "*Checked, and not run by any driver yet (D0588).*"
    words = WORDS.get((owner, key), ())
    form = FORMS.get((owner, key)) or " and ".join(f"`{word}`" for word in words)
    return f"*Checked, and not run by any driver yet (D0588): {form}.*" if form else ""


def classes(key: str) -> str:
    """Which classes run `rings` or `fifos`."""
    runs = [f"class `{name}` runs {how[key]}" for name, how in CLASS_RUNS.items() if key in how]
    none = [f"`{name}`" for name, how in CLASS_RUNS.items() if key not in how]
    text = "; ".join([*runs, f"{' and '.join(none)} {'run' if len(none) > 1 else 'runs'} none"])
    return text[0].upper() + text[1:] + "."
