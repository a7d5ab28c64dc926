# SPDX-License-Identifier: MIT
"""Codes D00xx: the file, and YAML."""

CODES = {
    "D0001": ("the file is not there", """The path given on the command line, or under a key of the manifest, names nothing. Paths on the
        command line are relative to the folder where the command runs, paths in a manifest to the folder of the manifest."""),
    "D0002": ("the file cannot be read", """The system refused to open or read it, and the message says why: permissions, a part of the path
        that is no folder, a disk error."""),
    "D0003": ("not a plain file", """A manifest is a plain file. A folder holds no text, and a pipe or a device might never end, so neither is
        opened."""),
    "D0004": ("the manifest is too large", """A manifest has at most 4 MiB. One of 1,000 registers with 4,000 fields has about 100 kB, so a larger one is
        most probably not a manifest. Repeated registers are one entry with `count:`."""),
    "D0005": ("the manifest is not UTF-8", """Manifests are UTF-8 (ASCII is a part of it). The place shown is the first byte that cannot be: the file may
        be UTF-16, Latin-1 or not text at all. Save it as UTF-8."""),
    "D0006": ("a control character", """YAML allows no control characters but tab and the ends of lines, not even in quotes. It usually came in by
        copying from a PDF or a terminal; delete it."""),
    "D0007": ("the manifest is empty", """There is nothing but comments in it, or nothing at all. The smallest manifest has `dddk`, `driver`, `title`,
        `class`, `license`, `match`, `regions` and `registers`."""),
    "D0008": ("a key is there twice", """YAML readers disagree about which of the two counts, so neither is taken quietly. Keep one. For two registers
        with one name in the datasheet choose different names; where C is the reason, `c_name:` helps."""),
    "D0009": ("a second document", """A line `---` begins another YAML document. A manifest is one document: put the second driver into a file of
        its own, or remove the line."""),
    "D0010": ("a YAML tag", """Tags such as `!!str` tell a YAML reader which type a value has. Here the key says so, and a scalar's text is read as it
        stands: remove the tag."""),
    "D0011": ("a key that is not a name", """Keys are single words. A list or a mapping as a key (`[a, b]: c`, `? {a: b}`) has no meaning in a manifest. A
        missing blank behind a colon, or a brace too many, often produces one."""),
    "D0012": ("too many values", """Counted with aliases expanded, a manifest has at most 160,000 values, and with `set_at`, `clear_at` and repeated fields
        written out at most 60,000 registers and fields. Aliases of aliases grow exponentially, which is a known way to exhaust a
        reader's memory. Repeated registers are one entry with `count:`."""),
    "D0013": ("nested too deeply", """The language needs eight levels; 48 are read, a bound that keeps a file from exhausting the reader. Aliases count
        with what they stand for. A file that is deeper is usually no manifest, or came out of another program: write the entries flat."""),
    "D0014": ("a merge key", """`<<: *other` is an extension that YAML 1.2 dropped and that readers implement differently. Use an alias for a whole
        value (`fields: *causes`)."""),
    "D0015": ("an alias without anchor", """`*name` repeats the value that was marked `&name` before it, and no value was. Anchors must stand before their
        aliases; check the spelling. A text that begins with `*` needs quotes."""),
    "D0016": ("an alias inside its own anchor", """An alias stands for the whole value that its anchor marks, so this value would contain itself without
        end. Mark the inner value that is to be repeated with an anchor of its own, before the alias, and name that one."""),
    "D0017": ("not YAML", """The file breaks YAML's own rules at the place shown; nothing behind it was read, so further mistakes may appear once this one is
        mended. The usual reasons: a tab in the indentation, text with `: ` or ` #` in it that is not in quotes, a bracket that is not
        closed, lines of one mapping that are indented differently."""),
    "D0018": ("files that include one another", """Each file would need the other one read first, so neither can be; the message shows the circle. What
        both need belongs in a third file that both include."""),
    "D0019": ("too many files", """A manifest is made from at most 64 files, itself among them; a file that is included from several places counts once.
        Put small files together, so that fewer are needed."""),
    "D0020": ("a path out of the project", """A manifest may come from anybody, and must not make the generator read files elsewhere. Paths lead downwards from the folder of the
        manifest that names them, or from a folder given by `-I`; `..`, absolute paths and links that lead out are refused."""),
    "D0021": ("an included file is not there", """Files are looked for in the folder of the manifest that names them, then in the folders given by `-I`, in order."""),
    "D0022": ("there twice", """`include` puts the entries of files side by side, so a name can be in one of them only. `extends` is for a manifest that changes what
        another says."""),
    "D0023": ("nothing to remove", """`NAME: ~` in a manifest that `extends` another removes the entry of this name, and the base has none."""),
}
