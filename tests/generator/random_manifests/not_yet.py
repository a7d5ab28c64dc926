# SPDX-License-Identifier: MIT
"""Keys that random manifests do not use yet: for each the manifest of `whole/` that is compiled and run with it, and why.

The list only gets shorter: whoever makes a key at random (`maker.py` and its neighbours) removes its line; a test asks for it.
"""

NOT_YET: dict[str, tuple[str, str]] = {
    "ring's payload: in": ("plenty_rings", "entries of several kinds are made at random, rings of them not"),
    "register: present": ("plenty_views", "random arrays are there as a whole"),
    "block: present": ("plenty_views", "random blocks are there as a whole"),
    "manifest: model": ("plenty_misc", "a model's source is C that somebody writes"),
}
