# SPDX-License-Identifier: MIT
"""One manifest from several files: `include` adds what others hold, `extends` starts from another and changes it.

    include: [common/phy.yaml]     entries of the same sections side by side; one that is there twice is a mistake
    extends: base.yaml             entries replace those of the base, key by key; `NAME: ~` removes one

Files are looked for in the folder of the manifest that names them, then along the search path, and never outside of these.
Every node keeps the file it came from, so a message points there.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import field

from ..dataclass import dataclass
from ..diagnostics import Fix, Label, Report
from . import MAX_NODES, read
from .nodes import Kind, Node

MAX_FILES = 64

#: Keys that a fragment may say again: they do not describe the driver.
_OWN = ("dddk", "include", "extends")


@dataclass(slots=True)
class _Assembly:
    """The state of one manifest's assembly."""

    search: Sequence[str]
    report: Report
    open: list[str] = field(default_factory=list)  # real paths of the files being read, outermost first
    done: set[str] = field(default_factory=set)  # included once is enough
    nodes: int = 0
    files: int = 1


def assemble(path: str, report: Report, search: Sequence[str] = ()) -> Node | None:
    """Read a manifest with all that it includes and extends. None: it cannot be made, and why is in `report`."""
    document = read(path, report)
    if document is None:
        return None
    state = _Assembly(search, report, [os.path.realpath(path)], nodes=document.root.size)
    return _expand(document.root, path, state)


def _expand(root: Node, path: str, state: _Assembly) -> Node | None:
    """The root with everything that its `include` and `extends` name."""
    if root.kind is not Kind.MAPPING:
        return root
    keys = {key.value: value for key, value in root.value}
    if "include" not in keys and "extends" not in keys:
        return root
    ok, result = True, root
    included = keys.get("include")
    for node in [] if included is None else included.value if included.kind is Kind.SEQUENCE else [included]:
        fragment, fine = _file(node, path, state)
        ok = ok and fine
        if fragment is not None:
            result = _union(result, fragment, state.report)
    if "extends" in keys:
        base, fine = _file(keys["extends"], path, state)
        ok = ok and fine
        if base is not None:
            result = _override(base, result, state.report)
    return result if ok else None


def _file(node: Node, path: str, state: _Assembly) -> tuple[Node | None, bool]:
    """The tree of a file that a manifest names; (None, True): it is there already."""
    if node.kind is not Kind.SCALAR or node.is_empty:
        return None, True  # the key table says what is wrong
    found = _locate(node, path, state)
    if found is None:
        return None, False
    real = os.path.realpath(found)
    if real in state.open:
        chain = " -> ".join(os.path.basename(one) for one in [*state.open[state.open.index(real) :], real])
        state.report.error("D0018", node.span, "manifests include one another without end", chain)
        return None, False
    if real in state.done:
        return None, True
    state.files += 1
    if state.files > MAX_FILES:
        if state.files == MAX_FILES + 1:
            state.report.error("D0019", node.span, "too many files", f"a manifest is made from at most {MAX_FILES}")
        return None, False
    document = read(found, state.report, node.span)
    if document is None:
        return None, False
    state.nodes += document.root.size
    if state.nodes > MAX_NODES:
        state.report.error("D0012", node.span, "the manifest is too large", f"with its files it holds more than {MAX_NODES} values")
        return None, False
    state.open.append(real)
    tree = _expand(document.root, found, state)
    state.open.pop()
    state.done.add(real)
    if tree is not None and tree.kind is not Kind.MAPPING:
        state.report.error("D0104", tree.span, f"expected a manifest, found {tree.describe()}", "a mapping of keys")
        return None, False
    return tree, tree is not None


def _locate(node: Node, path: str, state: _Assembly) -> str | None:
    """The path of a file, inside the manifest's folder or a folder of the search path."""
    name: str = node.value
    parts = name.split("/")
    if name.startswith(("/", "~")) or "\\" in name or "\0" in name or any(part in ("", "..") for part in parts):
        state.report.error("D0020", node.span, "this path may lead out of the project", help="a path downwards, from the manifest's folder or a folder given by `-I`")
        return None
    folders = [os.path.dirname(path), *state.search]
    for folder in folders:
        candidate = os.path.join(folder, name)
        if not os.path.lexists(candidate):
            continue
        inside, real = os.path.realpath(folder or "."), os.path.realpath(candidate)
        if os.path.commonpath((inside, real)) != inside:
            state.report.error("D0020", node.span, "this path leads out of the project", f"it is a link to {real!r}")
            return None
        return candidate
    looked = ", ".join(repr(folder or ".") for folder in folders)
    state.report.error("D0021", node.span, f"there is no file {name!r}", f"looked in {looked}", help="`-I FOLDER` on the command line adds a folder")
    return None


def _mapping(pairs: list[tuple[Node, Node]], like: Node) -> Node:
    made = Node(Kind.MAPPING, pairs, False, like.file, like.start, like.end)
    made.size = 1 + sum(key.size + value.size for key, value in pairs)
    return made


def _union(ours: Node, fragment: Node, report: Report) -> Node:
    """Both side by side: sections are joined, an entry of both is a mistake."""
    pairs = list(ours.value)
    places = {key.value: number for number, (key, _) in enumerate(pairs)}
    for key, value in fragment.value:
        if key.value in _OWN:
            continue
        number = places.get(key.value)
        if number is None:
            pairs.append((key, value))
            continue
        first_key, first = pairs[number]
        if first.kind is not Kind.MAPPING or value.kind is not Kind.MAPPING:
            _twice(key, first_key, report)
            continue
        names = {name.value: name for name, _ in first.value}
        joined = list(first.value)
        for name, entry in value.value:
            if name.value in names:
                _twice(name, names[name.value], report)
            else:
                joined.append((name, entry))
        pairs[number] = (first_key, _mapping(joined, first))
    return _mapping(pairs, ours)


def _twice(second: Node, first: Node, report: Report) -> None:
    report.error(
        "D0022", second.span, f"`{second.value}` is there twice", "again in this file", also=[Label(first.span, "first here")],
        help="rename one; or use `extends`, where the second replaces the first",
    )


def _override(base: Node, ours: Node, report: Report) -> Node:
    """The base with our changes, key by key."""
    if base.kind is not Kind.MAPPING or ours.kind is not Kind.MAPPING:
        return ours
    pairs = [(key, value) for key, value in base.value if key.value not in ("include", "extends")]
    places = {key.value: number for number, (key, _) in enumerate(pairs)}
    removed: set[int] = set()
    for key, value in ours.value:
        number = places.get(key.value)
        if value.is_empty:
            if number is None:
                similar = report.closest(key.value, places)
                report.error("D0023", key.span, f"there is no `{key.value}` to remove", help=() if similar is None else f"did you mean `{similar}`?", fix=None if similar is None else Fix(key.span, similar, sure=False))
            else:
                removed.add(number)
        elif number is None:
            pairs.append((key, value))
        else:
            base_key, before = pairs[number]
            pairs[number] = (key if value.kind is not Kind.MAPPING else base_key, _override(before, value, report))
    return _mapping([pair for number, pair in enumerate(pairs) if number not in removed], ours)
