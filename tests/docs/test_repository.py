"""Rules for every file of the repository."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, check_command, read

# Where packages come from is the business of whoever installs; where this was written is nobody's.
REGISTRIES = ("pypi" + ".org", "pythonhosted" + ".org", "registry." + "npmjs", "file:" + "///")
MACHINE = re.compile(r"(?<![\w.])/(?:" + "|".join(("work", "root", "home/" + r"\w+", "tmp/" + "venv")) + r")(?=/|\b)")
MOST_LINES = 400
LONG_TABLES = frozenset({"bot/store/migrations/versions/v0001_first.py"})  # one table of data each, and may be longer


def files() -> list[Path]:
    """Return every file that is or could be committed."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode != 0:  # an archive, without git
        skipped = {".venv", "__pycache__", ".git", "build", "dist"}
        return [p for p in ROOT.rglob("*") if p.is_file() and not skipped & set(p.relative_to(ROOT).parts)]
    paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file()]


def texts() -> dict[str, str]:
    found = {}
    for path in files():
        try:
            found[path.relative_to(ROOT).as_posix()] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
    return found


def test_no_file_names_a_registry_or_a_machine() -> None:
    found = [
        f"{name}:{number}: {line.strip()[:80]}"
        for name, text in texts().items()
        for number, line in enumerate(text.splitlines(), 1)
        if any(host in line for host in REGISTRIES) or MACHINE.search(line)
    ]
    assert found == []


def test_no_lock_file_of_an_unused_tool() -> None:
    locks = {"uv.lock", "poetry.lock", "Pipfile.lock", "pdm.lock"}
    assert [path.name for path in files() if path.name in locks] == []


def test_no_secret_and_no_database_is_committed() -> None:
    assert [p.name for p in files() if p.name == ".env" or p.suffix in (".sqlite3", ".pem", ".key")] == []
    real = re.compile(r"\b[rs]k_live_[A-Za-z0-9]{20,}|\b\d{8,10}:AA[A-Za-z0-9_-]{33}\b")
    assert [name for name, text in texts().items() if real.search(text)] == []


def test_python_files_have_fewer_than_400_lines() -> None:
    long = {
        name: lines
        for name, text in texts().items()
        if name.endswith(".py") and name not in LONG_TABLES and (lines := text.count("\n")) >= MOST_LINES
    }
    assert long == {}


def test_procfile_runs_existing_commands() -> None:
    lines = [line for line in read("Procfile").splitlines() if line.strip()]
    scripts = tomllib.loads(read("pyproject.toml"))["project"]["scripts"]
    for line in lines:
        process, _, command = line.partition(": ")
        program, *words = command.split()
        assert process in ("web", "worker")
        assert program in scripts
        check_command(words)


def test_constraints_pin_every_dependency_and_nothing_of_this_machine() -> None:
    lines = [line for line in read("constraints.txt").splitlines() if line and not line.startswith("#")]
    pin = re.compile(r"([A-Za-z0-9._-]+)==[\w.+!]+(; python_version >= \"[\d.]+\")?")
    assert [line for line in lines if not pin.fullmatch(line)] == []
    pinned = {_plain(line.split("==")[0]) for line in lines}
    project = tomllib.loads(read("pyproject.toml"))["project"]
    wanted = [
        *project["dependencies"],
        *(name for extra in project["optional-dependencies"].values() for name in extra),
    ]
    assert [name for name in wanted if _plain(re.split(r"[\[<>=~!; ]", name)[0]) not in pinned] == []


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_licence_matches_the_declared_one() -> None:
    assert tomllib.loads(read("pyproject.toml"))["project"]["license"] == "AGPL-3.0-or-later"
    head = read("LICENSE")[:200]
    assert "GNU AFFERO GENERAL PUBLIC LICENSE" in head
    assert "Version 3, 19 November 2007" in head


@pytest.mark.parametrize("name", [".ci/run", ".ci/coverage"])
def test_scripts_are_executable(name: str) -> None:
    assert (ROOT / name).stat().st_mode & 0o111
    subprocess.run(["bash", "-n", str(ROOT / name)], check=True)
