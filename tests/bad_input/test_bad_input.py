"""Broken, hostile and huge input: an entry or a message each, and the rest audited."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from agentlint.report.schema import schema

HEALTHY = "#!/bin/sh\nread -p 'Name? ' name\n"
KINDS = (
    ".github/workflows/ci.yml", "action.yml", ".gitlab-ci.yml", ".circleci/config.yml", "azure-pipelines.yml", "Jenkinsfile",
    ".buildkite/pipeline.yml", ".travis.yml", "bitbucket-pipelines.yml", ".woodpecker.yml", ".drone.yml", ".cirrus.yml", ".semaphore/semaphore.yml", "a.sh",
    "a.ps1", "a.bat", "Makefile", "Dockerfile", "package.json", "a.py", "setup.py", "noxfile.py", "pyproject.toml", "tox.ini",
    "setup.cfg", ".pre-commit-config.yaml", "justfile", "Taskfile.yml", "Rakefile", "build.gradle", "gradle.properties", "pom.xml",
    "CMakeLists.txt", "CMakePresets.json", "Cargo.toml", "go.mod", "composer.json", "Gemfile", "docker-compose.yml",
    ".devcontainer/devcontainer.json", "turbo.json", "nx.json", "a.js", "a.ts", "a.go", "a.rb", "README.md", ".npmrc",
    "requirements.txt", "pytest.ini", "jest.config.js", "environment.yml", "lefthook.yml", ".config/nextest.toml",
)  # fmt: skip


def processor_seconds() -> float:
    """Time spent in child processes, which a busy machine does not stretch as it does the clock's."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def audit(root: Path, *arguments: str, seconds: float = 30) -> dict[str, object]:
    """Audit with everything that production forgives still forgiven; crashes must show nowhere but in `errors`."""
    done = subprocess.run(
        [sys.executable, "-m", "agentlint", ".", "--output-format", "json", *arguments],
        cwd=root, capture_output=True, timeout=seconds, check=False,
    )  # fmt: skip
    assert done.returncode in {0, 1}, done.stderr.decode()
    assert done.stderr == b""
    document = json.loads(done.stdout)
    jsonschema.validate(document, schema())
    crashed = [error for error in document["errors"] if "crashed" in error["message"]]
    assert not crashed
    return dict(document)


def flagged(document: dict[str, object]) -> list[str]:
    return sorted({finding["path"] for finding in document["findings"] if finding["rule"] == "INT102"})  # type: ignore[attr-defined]


def said(document: dict[str, object]) -> dict[str, str]:
    return {error["path"]: error["message"] for error in document["errors"]}  # type: ignore[attr-defined]


CONTENTS: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "invalid UTF-8": lambda: b"# \xff\xfe\x80\nname: \xc3(\n",
    "NUL bytes": lambda: b"#!/bin/sh\n\0\0\0read x\n",
    "UTF-16": lambda: "read x\n".encode("utf-16"),
    "byte-order mark": lambda: b"\xef\xbb\xbf" + HEALTHY.encode(),
    "only line endings": lambda: b"\r\n\r\r\n\n" * 50,
    "brackets": lambda: b"[" * 10_000,
    "braces": lambda: b"{" * 10_000,
    "parentheses": lambda: b"(" * 10_000,
    "balanced": lambda: b"[" * 10_000 + b"]" * 10_000,
    "nested maps": lambda: "".join(f"{' ' * i}a:\n" for i in range(2_000)).encode(),
    "nested lists": lambda: b"- " * 10_000,
    "nested substitutions": lambda: b"x=" + b"$(" * 5_000 + b")" * 5_000,
    "nested ifs": lambda: b"if true; then\n" * 3_000,
    "quotes": lambda: b"'\"`" * 5_000,
    "one long line": lambda: b"a " * 300_000,
    "backslashes": lambda: b"\\\n" * 50_000,
    "here-documents": lambda: b"cat <<EOF\n" * 2_000,
    "alias bomb": lambda: (
        b"a: &a [x,x,x,x,x,x,x,x,x]\n"
        + b"".join(b"%c: &%c [%s]\n" % (c, c, b",".join([b"*%c" % (c - 1)] * 9)) for c in range(ord("b"), ord("k")))
    ),
    "binary": lambda: bytes(range(1, 256)) * 100,
    "angle brackets": lambda: b"<a>" * 20_000,
    "entity bomb": lambda: (
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
        + b"".join(b'<!ENTITY %c "%s">' % (c, b"&%c;" % (c - 1) * 10) for c in range(ord("b"), ord("l")))
        + b"]><project>&k;</project>"
    ),
}


@pytest.mark.parametrize("content", CONTENTS)
def test_every_kind_survives(tmp_path: Path, content: str) -> None:
    data = CONTENTS[content]()
    for path in KINDS:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    (tmp_path / "healthy.sh").write_text(HEALTHY)
    started = processor_seconds()
    document = audit(tmp_path, seconds=300)
    assert processor_seconds() - started < 30
    assert "healthy.sh" in flagged(document)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "healthy.sh").write_text(HEALTHY)
    os.mkfifo(tmp_path / "pipe.sh")
    (tmp_path / "binary.sh").write_bytes(b"#!/bin/sh\n\0")
    (tmp_path / "utf16.sh").write_bytes("read x\n".encode("utf-16"))
    with (tmp_path / "huge.sh").open("wb") as stream:
        stream.truncate(50_000_000)
    document = audit(tmp_path)
    errors = said(document)
    assert flagged(document) == ["healthy.sh"]
    assert "pipe" in errors["pipe.sh"]
    assert "NUL" in errors["binary.sh"]
    assert "UTF-16" in errors["utf16.sh"]
    skipped = {item["path"]: item["reason"] for item in document["files"]["skipped"]}  # type: ignore[index]
    assert "larger than" in skipped["huge.sh"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_unreadable_file(tmp_path: Path) -> None:
    (tmp_path / "healthy.sh").write_text(HEALTHY)
    (tmp_path / "closed.sh").write_text(HEALTHY)
    (tmp_path / "closed.sh").chmod(0)
    assert "Permission denied" in said(audit(tmp_path))["closed.sh"]


def test_links_and_loops(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    tree = tmp_path / "tree"
    outside.mkdir()
    tree.mkdir()
    (outside / "secret.sh").write_text(HEALTHY)
    (tree / "healthy.sh").write_text(HEALTHY)
    (tree / "loop").symlink_to(".")
    (tree / "self.sh").symlink_to("self.sh")
    (tree / "gone.sh").symlink_to("nowhere")
    (tree / "secret.sh").symlink_to(outside / "secret.sh")
    (tree / "folder").symlink_to(outside)
    assert flagged(audit(tree)) == ["healthy.sh"]


def test_broken_index(tmp_path: Path) -> None:
    (tmp_path / "healthy.sh").write_text(HEALTHY)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    (tmp_path / ".git/index").write_bytes(b"broken")
    assert flagged(audit(tmp_path)) == ["healthy.sh"]


def test_strange_names(tmp_path: Path) -> None:
    names = ["with space.sh", "new\nline.sh", "-q.sh", "ünï.sh", "per%cent.sh", "a:b,c.sh", "'quote\".sh", "$(x).sh"]
    for name in names:
        (tmp_path / name).write_text(HEALTHY)
    with open(os.path.join(os.fsencode(tmp_path), b"bad\xff.sh"), "w") as stream:
        stream.write(HEALTHY)
    assert flagged(audit(tmp_path)) == sorted([*names, "bad\ufffd.sh"])


def test_long_paths(tmp_path: Path) -> None:
    folder = tmp_path
    for _ in range(15):
        folder = folder / ("d" * 100)
    folder.mkdir(parents=True)
    (folder / "a.sh").write_text(HEALTHY)
    assert len(flagged(audit(tmp_path))) == 1


def test_nothing_of_the_tree_is_imported(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    tree = tmp_path / "tree"
    tree.mkdir()
    for name in (
        "sitecustomize.py",
        "yaml.py",
        "libcst.py",
        "conftest.py",
        "setup.py",
        "tomli.py",
        "agentlint.py",
        "json.py",
    ):
        (tree / name).write_text(f"import subprocess\nopen({str(mark)!r}, 'w').write('ran')\n")
    (tree / "healthy.sh").write_text(HEALTHY)
    (tree / "ci.yml").write_text("a: 1\n")
    done = subprocess.run(
        [str(Path(sys.executable).with_name("agentlint")), ".", "-q"],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert not mark.exists()
