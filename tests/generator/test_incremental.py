# SPDX-License-Identifier: MIT
"""What is kept from run to run changes how long a run takes, and nothing else: stamps beside the output, compiled templates."""

from __future__ import annotations

import marshal
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import dddkgen.compile
import dddkgen.emit
from dddkgen import cli, incremental
from dddkgen.emit import compiled

ROOT = Path(__file__).resolve().parents[2]
DDDK = ROOT / "generator" / "dddk"
TOY = """dddk: 1
driver: toy
title: A toy
class: misc
license: MIT
match: [{pci: 1234:0001}]
regions: {regs: {bar: 0, size: 256}}
registers: {CTRL: {at: 0, fields: {GO: 0, MODE: 7:4}}}
"""
WARNS = TOY.replace("regions:", "enums: {speed: {SLOW: 0}}\nregions:")


class Toy:
    """A manifest, a folder for its output, and a count of what a run does."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.manifest = folder / "toy.yaml"
        self.manifest.write_text(TOY)
        self.output = folder / "out"
        self.folder = self.output / "toy"
        self.stamp = self.folder / incremental.STAMP
        self.compiled = self.rendered = 0
        compile_manifest, generate = dddkgen.compile.compile_manifest, dddkgen.emit.generate

        def compiling(*arguments: object) -> object:
            self.compiled += 1
            return compile_manifest(*arguments)

        def rendering(*arguments: object) -> object:
            self.rendered += 1
            return generate(*arguments)

        monkeypatch.setattr(dddkgen.compile, "compile_manifest", compiling)
        monkeypatch.setattr(dddkgen.emit, "generate", rendering)

    def gen(self, *more: str | Path) -> tuple[int, int]:
        """Run once; how many manifests were compiled, and how many drivers rendered."""
        self.compiled = self.rendered = 0
        assert cli.main(["gen", str(self.manifest), *map(str, more), "-o", str(self.output)]) == 0
        return self.compiled, self.rendered

    def files(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in sorted(self.folder.iterdir())}

    def times(self) -> dict[str, int]:
        return {path.name: path.stat().st_mtime_ns for path in sorted(self.folder.iterdir())}


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Toy:
    """Whoever edits the generator while its tests run must not fail them: here its identity is a name."""
    monkeypatch.setattr(incremental, "generator", lambda: "this generator")
    monkeypatch.setattr(incremental, "identity", lambda: "this generator")
    return Toy(tmp_path, monkeypatch)


def test_a_run_with_nothing_to_do_neither_compiles_nor_renders_nor_writes(toy: Toy) -> None:
    assert toy.gen() == (1, 1)
    times = toy.times()
    assert toy.gen() == (0, 0)
    assert toy.times() == times


def test_a_manifest_that_was_touched_is_unchanged(toy: Toy) -> None:
    toy.gen()
    os.utime(toy.manifest, (1, 1))
    assert toy.gen() == (0, 0)
    toy.manifest.rename(toy.manifest.with_name("other.yaml"))
    toy.manifest = toy.manifest.with_name("other.yaml")
    assert toy.gen() == (0, 0)


def test_a_manifest_that_changed_is_generated(toy: Toy) -> None:
    toy.gen()
    before = toy.files()
    toy.manifest.write_text(TOY.replace("MODE: 7:4", "MODE: 7:5"))
    assert toy.gen() == (1, 1)
    assert toy.files()["toy.regs.h"] != before["toy.regs.h"]
    toy.manifest.write_text(TOY)
    assert toy.gen() == (1, 1)
    assert toy.files() == before


def test_a_comment_in_the_manifest_leaves_the_output_alone(toy: Toy) -> None:
    toy.gen()
    times = toy.times()
    toy.manifest.write_text(f"# a comment\n{TOY}")
    assert toy.gen() == (1, 1)
    changed = {name for name, time in toy.times().items() if time != times[name]}
    assert changed == {incremental.STAMP}
    assert toy.gen() == (0, 0)


def test_an_output_that_was_edited_is_made_again(toy: Toy) -> None:
    toy.gen()
    files, times = toy.files(), toy.times()
    for name in files:
        (toy.folder / name).write_bytes(files[name].replace(b"0", b"1", 1))
        assert toy.gen() == (1, 1), name
        assert toy.files() == files
        assert {other for other, time in toy.times().items() if time != times[other]} == {name}
        times = toy.times()
    assert toy.gen() == (0, 0)


def test_an_output_that_was_deleted_is_made_again(toy: Toy) -> None:
    toy.gen()
    files = toy.files()
    for name in files:
        (toy.folder / name).unlink()
        assert toy.gen() == (1, 1), name
        assert toy.files() == files
    shutil.rmtree(toy.folder)
    assert toy.gen() == (1, 1)
    assert toy.files() == files


def test_another_generator_generates_again(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    toy.gen()
    times = toy.times()
    monkeypatch.setattr(incremental, "generator", lambda: "another generator")
    monkeypatch.setattr(incremental, "identity", lambda: "another generator")
    assert toy.gen() == (1, 1)
    assert {name for name, time in toy.times().items() if time != times[name]} == {incremental.STAMP}
    assert toy.gen() == (0, 0)


def test_a_generator_that_changes_while_it_runs_leaves_no_stamp(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incremental, "identity", lambda: None)
    assert toy.gen() == (1, 1)
    assert not toy.stamp.exists()
    assert toy.gen() == (1, 1)


def test_a_generator_that_does_not_know_itself_trusts_no_stamp(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    toy.gen()
    monkeypatch.setattr(incremental, "generator", lambda: None)
    assert toy.gen() == (1, 1)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: b"\n",
        lambda data: data[:-1] + b"x",
        lambda data: data[: len(data) // 2],
        lambda data: b"\n".join(data.split(b"\n")[:3]) + b"\n",
        lambda data: b"\n".join(line for number, line in enumerate(data.split(b"\n")) if number != 4),
        lambda data: data.replace(b"toy.regs.h", b"../toy.yaml"),
        lambda data: data.replace(b"stamp 1", b"stamp 2"),
        lambda data: data[:40] + bytes([data[40] ^ 1]) + data[41:],
        lambda data: b"\xff\x00" * 1000,
        lambda data: data * 2,
    ],
)
def test_a_damaged_stamp_counts_for_nothing(toy: Toy, damage: Callable[[bytes], bytes]) -> None:
    toy.gen()
    good = toy.stamp.read_bytes()
    assert damage(good) != good
    toy.stamp.write_bytes(damage(good))
    assert toy.gen() == (1, 1)
    assert toy.stamp.read_bytes() == good


def test_what_is_no_file_is_no_stamp(toy: Toy) -> None:
    toy.gen()
    good = toy.stamp.read_bytes()
    toy.stamp.unlink()
    os.mkfifo(toy.stamp)
    assert cli.main(["gen", str(toy.manifest), "-o", str(toy.output)]) == 2
    assert toy.stamp.is_fifo()  # who put it there knows why
    toy.stamp.unlink()
    assert toy.gen() == (1, 1)
    assert toy.stamp.read_bytes() == good


def test_a_stamp_of_another_manifest_is_none_of_this_one(toy: Toy) -> None:
    toy.manifest.write_text(TOY.replace("MODE: 7:4", "MODE: 7:5"))
    toy.gen()
    other = toy.stamp.read_bytes()
    toy.manifest.write_text(TOY)
    toy.gen()
    files = toy.files()
    toy.stamp.write_bytes(other)
    assert toy.gen() == (1, 1)
    assert toy.files() == files


def test_a_stamp_holds_no_path_and_no_date(toy: Toy, tmp_path: Path) -> None:
    toy.gen()
    first = toy.stamp.read_bytes()
    toy.manifest = Path(shutil.copy(toy.manifest, tmp_path / "elsewhere.yaml"))
    os.utime(toy.manifest, (1, 1))
    toy.output = tmp_path / "there"
    toy.gen()
    assert (toy.output / "toy" / incremental.STAMP).read_bytes() == first
    names = [line.split()[-1] for line in first.decode().split("\n")[2:-2]]
    assert names == [name for name in names if "/" not in name] and set(names) == set(toy.files()) - {incremental.STAMP}


def test_a_warning_is_given_each_time(toy: Toy, capsys: pytest.CaptureFixture[str]) -> None:
    toy.manifest.write_text(WARNS)
    toy.gen()
    first = capsys.readouterr().err
    assert "warning[D0851]" in first
    times = toy.times()
    assert toy.gen() == (1, 0)
    assert capsys.readouterr().err == first
    assert toy.times() == times


def test_two_manifests_of_one_name_are_refused_though_one_is_there(toy: Toy, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    toy.gen()
    before = toy.files()
    for text in (TOY, TOY.replace("A toy", "Another toy")):
        (tmp_path / "second.yaml").write_text(text)
        assert cli.main(["gen", str(toy.manifest), str(tmp_path / "second.yaml"), "-o", str(toy.output)]) == 1
        assert "error[D0901]" in capsys.readouterr().err
        assert toy.files() == before


def test_only_what_changed_is_generated(toy: Toy, tmp_path: Path) -> None:
    second = tmp_path / "second.yaml"
    second.write_text(TOY.replace("driver: toy", "driver: second"))
    assert toy.gen(second) == (2, 2)
    second.write_text(second.read_text().replace("A toy", "Another toy"))
    assert toy.gen(second) == (1, 1)
    assert toy.gen(second) == (0, 0)


def test_a_name_that_cannot_be_guessed_costs_a_look_and_no_more(toy: Toy) -> None:
    toy.manifest.write_text("{" + ", ".join(line for line in TOY.split("\n") if line) + "}\n")
    assert toy.gen() == (1, 1)
    assert toy.gen() == (1, 0)


def test_json_is_the_same_for_what_is_there(toy: Toy, capsys: pytest.CaptureFixture[str]) -> None:
    toy.gen("--format=json")
    first = capsys.readouterr().out
    assert toy.gen("--format=json") == (0, 0)
    assert capsys.readouterr().out == first != ""


# ---- as a command: the generator is what its files are ----


def copy_of_the_generator(folder: Path) -> Path:
    """One that nobody edits while the test runs."""
    shutil.copytree(ROOT / "generator", folder / "generator", ignore=shutil.ignore_patterns("__pycache__"))
    return folder / "generator"


def start(generator: Path, *arguments: str | Path, cache: Path | None, **environment: str) -> subprocess.Popen[str]:
    env = {name: value for name, value in os.environ.items() if name not in ("HOME", "XDG_CACHE_HOME")} | environment
    if generator != ROOT / "generator":  # a copy, whose bytecode goes with it
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        env["PYTHONPYCACHEPREFIX"] = str(generator.parent / "bytecode")
    if cache is not None:
        env["XDG_CACHE_HOME"] = str(cache)
    command = [sys.executable, str(generator / "dddk"), *map(str, arguments)]
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(process: subprocess.Popen[str]) -> str:
    """What a run wrote, by its own account."""
    try:
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert (process.returncode, err) == (0, "")
    return out


def manifest(folder: Path, text: str = TOY) -> Path:
    path = folder / "toy.yaml"
    path.write_text(text)
    return path


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_the_generator_knows_its_own_sources(tmp_path: Path) -> None:
    generator, cache, out = copy_of_the_generator(tmp_path), tmp_path / "cache", tmp_path / "out"

    def gen() -> list[str]:
        time.sleep(0.02)  # what changed just before a run may have changed in it
        return [Path(line).name for line in finish(start(generator, "gen", manifest(tmp_path), "-o", out, "-v", cache=cache)).split()]

    assert "toy.regs.h" in gen()
    before = contents(out)
    assert gen() == []
    template = generator / "dddkgen" / "emit" / "templates" / "page.md.j2"
    template.write_text(template.read_text() + "One line more.\n")
    assert gen() == ["toy.md", incremental.STAMP]
    assert (out / "toy" / "toy.md").read_bytes() == before["toy/toy.md"] + b"One line more.\n"
    source = generator / "dddkgen" / "semantics.py"
    source.write_text(source.read_text() + "# nothing that matters\n")
    assert gen() == [incremental.STAMP]


def test_runs_at_once_in_one_folder_agree(tmp_path: Path) -> None:
    """In a folder that is not there, with a cache that is not there."""
    generator, cache, out, path = copy_of_the_generator(tmp_path), tmp_path / "cache", tmp_path / "out", manifest(tmp_path)
    time.sleep(0.02)
    for process in [start(generator, "gen", path, "-o", out, cache=cache) for _ in range(4)]:
        finish(process)
    finish(start(generator, "gen", path, "-o", tmp_path / "alone", cache=cache))
    assert contents(out) == contents(tmp_path / "alone")
    assert [path.name.split("-")[0] for path in (cache / "dddk").iterdir()] == ["templates"]


def test_after_two_different_runs_at_once_the_next_one_mends(tmp_path: Path) -> None:
    generator, cache, out = copy_of_the_generator(tmp_path), tmp_path / "cache", tmp_path / "out"
    time.sleep(0.02)
    folders = [tmp_path / name for name in ("one", "two")]
    for folder, text in zip(folders, (TOY, TOY.replace("MODE: 7:4", "MODE: 7:5")), strict=True):
        folder.mkdir()
        manifest(folder, text)
        finish(start(generator, "gen", folder / "toy.yaml", "-o", folder / "out", cache=cache))
    for process in [start(generator, "gen", folder / "toy.yaml", "-o", out, cache=cache) for folder in folders * 2]:
        finish(process)
    for folder in folders:
        finish(start(generator, "gen", folder / "toy.yaml", "-o", out, cache=cache))
        assert contents(out) == contents(folder / "out")


# ---- compiled templates ----


@pytest.mark.parametrize("where", ["a file", "/proc", "/dev/null", "read only", "relative", "nowhere"])
def test_a_cache_that_cannot_be_is_done_without(where: str, tmp_path: Path) -> None:
    path = manifest(tmp_path)
    expected = next(output for output in dddkgen.emit.generate(dddkgen.load(path)) if output.name == "toy.regs.h")
    (tmp_path / "a file").write_text("in the way")
    (tmp_path / "read only").mkdir(mode=0o500)
    cache = {"nowhere": None, "relative": Path("relative"), "/proc": Path("/proc"), "/dev/null": Path("/dev/null")}.get(where, tmp_path / where)
    finish(start(ROOT / "generator", "gen", path, "-o", tmp_path / "out", cache=cache))
    assert contents(tmp_path / "out")["toy/toy.regs.h"] == expected.text.encode()
    assert not Path("relative").exists()


TEMPLATES = {"page.j2": "{% for a in things %}{{ a.name }}\n{% endfor %}"}


class Cache:
    """A folder of templates, and the cache of what they are compiled to."""

    def __init__(self, folder: Path) -> None:
        self.templates = folder / "templates"
        self.templates.mkdir()
        (self.templates / "page.j2").write_text(TEMPLATES["page.j2"])
        self.folder = folder / "cache" / "dddk"

    def render(self) -> str:
        class Thing:
            name = "a thing"

        return compiled.environment(self.templates, self.folder).get_template("page.j2").render(things=[Thing])

    @property
    def file(self) -> Path:
        (path,) = self.folder.iterdir()
        return path

    def forge(self, path: Path | None = None) -> None:
        """What somebody else would put there: well formed, under the right name, with a checksum."""
        code = compiled.environment(self.templates, None).compile("not what the template says")
        compiled.save(path or self.file, {"page.j2": code})  # type: ignore[dict-item]


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    made = Cache(tmp_path)
    assert made.render() == "a thing\n"
    return made


def test_the_cache_is_used(cache: Cache) -> None:
    """Without this, the tests below could not fail."""
    cache.forge()
    assert cache.render() == "not what the template says"


def test_only_the_user_can_have_written_the_cache(cache: Cache) -> None:
    assert cache.file.stat().st_mode & 0o777 == 0o600
    assert cache.folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_cache_that_others_can_write_is_not_run(cache: Cache, mode: int) -> None:
    cache.forge()
    cache.file.chmod(mode)
    assert cache.render() == "a thing\n"
    assert cache.file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("mode", [0o720, 0o702, 0o777])
def test_a_cache_in_a_folder_that_others_can_write_is_not_run(cache: Cache, mode: int) -> None:
    cache.forge()
    cache.folder.chmod(mode)
    assert cache.render() == "a thing\n"


def test_a_cache_of_another_user_is_not_run(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.forge()
    user = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: user + 1)
    assert cache.render() == "a thing\n"


def test_a_cache_that_is_a_link_is_not_run(cache: Cache, tmp_path: Path) -> None:
    cache.forge()
    file = cache.file
    file.rename(tmp_path / "forged")
    file.symlink_to(tmp_path / "forged")
    assert cache.render() == "a thing\n"


def test_a_damaged_cache_is_replaced(cache: Cache) -> None:
    file, good = cache.file, cache.file.read_bytes()
    damaged = [b"", b"x", good[:-1], good[: len(good) // 2], good + b"x", b"\0" * len(good), marshal.dumps({"page.j2": None})]
    damaged += [good[:at] + bytes([good[at] ^ 0x10]) + good[at + 1 :] for at in range(0, len(good), max(1, len(good) // 40))]
    for data in damaged:
        file.write_bytes(data)
        assert cache.render() == "a thing\n"
        assert file.read_bytes() == good


def test_a_template_that_changed_is_compiled_again(cache: Cache) -> None:
    (cache.templates / "page.j2").write_text("now {{ things | length }}")
    assert cache.render() == "now 1"
    assert len(list(cache.folder.iterdir())) == 2


def test_a_file_of_another_version_under_this_name_is_not_run(cache: Cache) -> None:
    file, other = cache.file, cache.file.with_name("templates-of-another-version")
    cache.forge(other)
    other.rename(file)
    assert cache.render() == "a thing\n"


@pytest.mark.parametrize("part", ["jinja2.__version__", "sys.version"])
def test_another_version_of_what_compiles_compiles_again(cache: Cache, part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.forge()
    monkeypatch.setattr(part, "99.9")
    assert cache.render() == "a thing\n"


def test_old_files_go(cache: Cache) -> None:
    for number in range(20):
        (cache.templates / "page.j2").write_text(f"number {number}")
        assert cache.render() == f"number {number}"
    assert 1 < len(list(cache.folder.iterdir())) < 12


def test_a_missing_template_is_named(cache: Cache) -> None:
    with pytest.raises(Exception, match=r"missing\.j2"):
        compiled.environment(cache.templates, cache.folder).get_template("missing.j2")
