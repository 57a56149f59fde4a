"""Files for the hosting service: CI, hooks, Dependabot, templates. They must agree with the rest of the repository."""

import re
import tomllib

import pytest

from tests.docs.pages import read

WORKFLOW = ".github/workflows/ci.yml"
HOOKS = ".pre-commit-config.yaml"
FORMS = ("bug", "idea")
SUPPORTED = ("3.11", "3.12", "3.13", "3.14")


@pytest.mark.parametrize(
    "name",
    [
        WORKFLOW,
        HOOKS,
        ".github/dependabot.yml",
        ".github/pull_request_template.md",
        ".github/ISSUE_TEMPLATE/config.yml",
        *(f".github/ISSUE_TEMPLATE/{form}.yml" for form in FORMS),
        "CODE_OF_CONDUCT.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
    ],
)
def test_file_exists_and_is_not_empty(name: str) -> None:
    assert len(read(name)) > 20


def test_ci_runs_on_every_supported_python() -> None:
    workflow = read(WORKFLOW)
    assert re.findall(r"python: \[(.*)\]", workflow) == [", ".join(f'"{version}"' for version in SUPPORTED)]
    assert tomllib.loads(read("pyproject.toml"))["project"]["requires-python"] == f">={SUPPORTED[0]}"
    assert re.findall(r"run: (\.ci/\w+)$", workflow, re.MULTILINE) == [".ci/run", ".ci/coverage"]


def test_ci_is_read_only_and_gives_forks_no_secrets() -> None:
    workflow = read(WORKFLOW)
    assert "permissions:\n  contents: read\n" in workflow
    assert "pull_request_target" not in workflow and "secrets." not in workflow
    assert {uses.partition("/")[0] for uses in re.findall(r"uses: (\S+)", workflow)} == {"actions"}


def test_hooks_are_the_quick_checks_of_ci_and_download_nothing() -> None:
    hooks, ci = read(HOOKS), read(".ci/run")
    assert re.findall(r"repo: (\S+)", hooks) == ["local"]
    entries = [entry.removesuffix(" --fix") for entry in re.findall(r"entry: (.+)", hooks)]
    assert entries == ["ruff check", "ruff format", "mypy --strict", "lint-imports"]
    assert [entry for entry in entries if f".venv/bin/{entry}" not in ci] == []


@pytest.mark.parametrize("form", FORMS)
def test_issue_form_has_what_the_host_needs(form: str) -> None:
    text = read(f".github/ISSUE_TEMPLATE/{form}.yml")
    assert [word for word in ("name", "description", "body") if not re.search(rf"^{word}:", text, re.MULTILINE)] == []
    ids = re.findall(r"^    id: (\w+)$", text, re.MULTILINE)
    assert len(ids) == len(set(ids)) >= 3
    assert len(re.findall(r"^      label: ", text, re.MULTILINE)) == len(ids)


def test_conduct_names_the_covenant_and_a_private_contact() -> None:
    page = read("CODE_OF_CONDUCT.md")
    assert "Contributor Covenant, version 2.1" in page
    assert "(SECURITY.md)" in page
    assert "CODE_OF_CONDUCT.md" in read("CONTRIBUTING.md")
