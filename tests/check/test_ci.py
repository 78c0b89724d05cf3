"""The checks that `tg-schema init` writes for code hosts, run line by line in clones as the hosts make them."""

from __future__ import annotations

import json
import os
import pathlib
import re
import subprocess
import textwrap
from xml.etree import ElementTree

import pytest

COMMAND = os.environ["TG_SCHEMA_BIN"]
FILES = {"github": ".github/workflows/tg-schema.yml", "gitlab": ".gitlab/tg-schema.yml"}
SAFE = ('page = "int?"\n', 'page = "int?"\nauthor = "string?"\n')
BREAKING = ('page = "int?"\n', 'page = "int?"\nauthor = "string"\n')


def steps(text: str) -> list[str]:
    """The shell lines of a workflow or a job, each as one script."""
    found = []
    lines = iter(text.splitlines())
    listed = False
    for line in lines:
        item = re.fullmatch(r" *(?:- )?run: (.*)", line)
        if re.fullmatch(" *(before_)?script:", line):
            listed = True
            continue
        if not item and listed:
            item = re.fullmatch(" *- (.*)", line)
            listed = item is not None
        if not item:
            continue
        script = item[1]
        if script == "|":
            body = []
            depth = len(line) - len(line.lstrip()) + 1
            for line in lines:
                if line.strip() and len(line) - len(line.lstrip()) <= depth:
                    break
                body.append(line)
            script = textwrap.dedent("\n".join(body))
            listed = False
        found.append(script)
    return found


def git(folder: pathlib.Path, *arguments: str) -> str:
    """Runs git as somebody."""
    who = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "init.defaultBranch=main")
    run = subprocess.run(["git", *who, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return run.stdout.strip()


def commit(folder: pathlib.Path, message: str) -> None:
    """Keeps everything."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", message)


def call(folder: pathlib.Path, *arguments: str) -> None:
    """Runs the command, which is content."""
    subprocess.run([COMMAND, *arguments, "--quiet"], cwd=folder, check=True, capture_output=True)


class Host:
    """A code host with a repository, whose base branch has a project, and a branch that changes it."""

    def __init__(self, ci: str, root: pathlib.Path, project: bool = True) -> None:
        self.ci = ci
        self.origin = root / "origin"
        self.clone = root / "clone"
        self.tools = root / "tools"
        self.origin.mkdir()
        git(self.origin, "init", "--quiet")
        (self.origin / "README").write_text("A project.\n")
        commit(self.origin, "Begin")
        if project:
            self.start()
        git(self.origin, "switch", "--quiet", "--create", "feature/new")
        if not project:
            self.start()
        self.tools.mkdir()
        (self.tools / "tg-schema").symlink_to(COMMAND)
        (self.tools / "cargo").write_text("#!/bin/sh\nexit 0\n")
        (self.tools / "cargo").chmod(0o755)

    def start(self) -> None:
        """A fresh project."""
        call(self.origin, "init", "--ci", self.ci)
        call(self.origin, "gen")
        commit(self.origin, "Start a project")

    def change(self, change: tuple[str, str]) -> None:
        """A commit on the branch, while the base goes on."""
        example = self.origin / "schemas" / "example.toml"
        text = example.read_text()
        assert change[0] in text
        example.write_text(text.replace(*change))
        call(self.origin, "gen")
        commit(self.origin, "Change a record")
        git(self.origin, "switch", "--quiet", "main")
        (self.origin / "README").write_text("A project that goes on.\n")
        commit(self.origin, "Go on")
        git(self.origin, "switch", "--quiet", "feature/new")

    def run(self) -> subprocess.CompletedProcess[str]:
        """Clones as the host does and runs every line; the first that fails ends it."""
        base = git(self.origin, "merge-base", "main", "feature/new")
        branch = "feature/new"
        variables = {"CI_MERGE_REQUEST_DIFF_BASE_SHA": base}
        if self.ci == "github":
            # What GitHub checks out is the merge of the branch into its base.
            git(self.origin, "switch", "--quiet", "--create", "merged", "main")
            git(self.origin, "merge", "--quiet", "--no-edit", "feature/new")
            branch = "merged"
            variables = {"BASE": "main", "GITHUB_STEP_SUMMARY": str(self.clone.parent / "summary.md")}
        git(self.origin, "clone", "--quiet", "--depth=1", "--branch", branch, self.origin.as_uri(), str(self.clone))
        assert git(self.clone, "rev-list", "--count", "--all") == "1"
        assert "main" not in git(self.clone, "branch", "--all").replace("merged", "")
        script = "\n".join(steps((self.clone / FILES[self.ci]).read_text()))
        environment = {**os.environ, **variables, "PATH": f"{self.tools}:{os.environ['PATH']}"}
        return subprocess.run(
            ["bash", "-e", "-c", script], cwd=self.clone, env=environment, capture_output=True, text=True, check=False
        )


def test_the_lines_are_found(tmp_path: pathlib.Path) -> None:
    """Everything that a host would run is run here."""
    for ci, file in FILES.items():
        folder = tmp_path / ci
        folder.mkdir()
        call(folder, "init", "--ci", ci)
        text = (folder / file).read_text()
        found = steps(text)
        assert [line.split(" ")[0] for line in found[:3]] == ["cargo", "tg-schema", "tg-schema"]
        assert len(found) == 4 and "git fetch" in found[3] and found[3].rstrip().endswith("fi")
        commands = [line for line in text.splitlines() if "tg-schema check --against" in line]
        assert commands and sum(script.count("tg-schema check --against") for script in found) == len(commands)


@pytest.mark.parametrize("ci", FILES)
def test_a_change_that_breaks_nobody_passes(ci: str, tmp_path: pathlib.Path) -> None:
    """The base is fetched, the comparison is made, and it is content."""
    host = Host(ci, tmp_path)
    host.change(SAFE)
    run = host.run()
    assert run.returncode == 0, run.stdout + run.stderr
    assert "author" in run.stdout


@pytest.mark.parametrize("ci", FILES)
def test_a_change_that_breaks_somebody_fails(ci: str, tmp_path: pathlib.Path) -> None:
    """It ends with 1, and the host has what it shows."""
    host = Host(ci, tmp_path)
    host.change(BREAKING)
    run = host.run()
    assert run.returncode == 1, run.stdout + run.stderr
    if ci == "github":
        assert "::error file=schemas/example.toml,line=" in run.stdout
        assert "ADDED\\_REQUIRED" in (tmp_path / "summary.md").read_text()
    else:
        entries = json.loads((host.clone / "gl-code-quality-report.json").read_text())
        places = {entry["location"]["path"] for entry in entries}
        assert places == {"schemas/example.toml"}
        cases = ElementTree.parse(host.clone / "tg-schema-junit.xml").getroot()
        assert cases.findall(".//failure")


def test_the_lines_for_more_of_github(tmp_path: pathlib.Path) -> None:
    """SARIF and a comment: findings do not end the steps, a comparison that cannot be made does."""
    page = pathlib.Path(__file__).parents[2] / "docs" / "check-in-ci.md"
    section = page.read_text().partition("\n## GitHub\n")[2].partition("\n## ")[0]
    lines = re.findall(r"^```sh\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    assert len(lines) == 2 and all("tg-schema check" in line for line in lines)
    host = Host("github", tmp_path)
    host.change(BREAKING)
    assert host.run().returncode == 1
    (host.tools / "gh").write_text('#!/bin/sh\n[ "$*" = "pr comment 7 --body-file comment.md" ]\n')
    (host.tools / "gh").chmod(0o755)
    path = f"{host.tools}:{os.environ['PATH']}"
    for line, base, fine in [(lines[0], "main", True), (lines[0], "gone", False), (lines[1], "main", True)]:
        environment = {**os.environ, "PATH": path, "BASE": base, "PR": "7"}
        run = subprocess.run(["bash", "-e", "-c", line], cwd=host.clone, env=environment, check=False)
        assert (run.returncode == 0) is fine, (line, base)
        if fine:
            made = "tg-schema.sarif" if "sarif" in line else "comment.md"
            assert "ADDED" in (host.clone / made).read_text()


@pytest.mark.parametrize("ci", FILES)
def test_the_request_that_brings_the_project_passes(ci: str, tmp_path: pathlib.Path) -> None:
    """There is nothing to compare with yet."""
    run = Host(ci, tmp_path, project=False).run()
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("ci", FILES)
def test_what_is_out_of_date_fails(ci: str, tmp_path: pathlib.Path) -> None:
    """A file that is not generated anew ends it before anything is compared."""
    host = Host(ci, tmp_path)
    host.change(SAFE)
    example = host.origin / "schemas" / "example.toml"
    example.write_text(example.read_text().replace(*reversed(SAFE)))
    commit(host.origin, "Forget to generate")
    assert host.run().returncode == 1
