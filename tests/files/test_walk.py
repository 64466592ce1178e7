"""The walk: what is listed, what is left out, and what is never touched."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from agentlint.files.git_listing import git_listing
from agentlint.files.kind_of_file import kind_of
from agentlint.files.left_out import LeftOut
from agentlint.files.scan import scan
from agentlint.files.walk import MAX_BYTES, NotRead, TreeReader, walk


def put(root: Path, *paths: str, text: str = "x\n") -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


def git(root: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


def test_git_and_scan_agree(tmp_path: Path) -> None:
    put(tmp_path, "a.sh", "sub/b.sh", "sub/out/c.sh", "out/d.sh", "sub/keep.log", "e.log")
    put(tmp_path, ".gitignore", text="out/\n*.log\n")
    put(tmp_path, "sub/.gitignore", text="!keep.log\n")
    by_hand, unreadable = scan(str(tmp_path))
    assert not unreadable
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "a.sh")
    assert git_listing(str(tmp_path)) == by_hand
    assert by_hand == [".gitignore", "a.sh", "sub/.gitignore", "sub/b.sh", "sub/keep.log"]


def test_broken_index_falls_back_to_a_scan(tmp_path: Path) -> None:
    put(tmp_path, "a.sh", "node_modules/b.sh")
    git(tmp_path, "init", "-q")
    (tmp_path / ".git/index").write_bytes(b"DIRC broken")
    listing = walk(str(tmp_path))
    assert listing.considered == ("a.sh",)
    assert [(item.path, item.reason) for item in listing.skipped] == [("node_modules/", "vendored")]


def test_an_ignored_folder_asked_for_is_scanned(tmp_path: Path) -> None:
    put(tmp_path, "build/a.sh")
    put(tmp_path, ".gitignore", text="build/\n")
    git(tmp_path, "init", "-q")
    assert walk(str(tmp_path / "build")).considered == ("a.sh",)


@pytest.mark.parametrize(
    ("section", "key"),
    [("core", "fsmonitor"), ("core", "sshCommand"), ("core", "pager"), ("core", "alternateRefsCommand")],
)
def test_configuration_of_the_tree_starts_nothing(tmp_path: Path, section: str, key: str) -> None:
    tree, mark = tmp_path / "tree", tmp_path / "was-here"
    put(tree, "a.sh")
    git(tree, "init", "-q")
    git(tree, "add", ".")
    script = tmp_path / "evil.sh"
    script.write_text(f"#!/bin/sh\ntouch {mark}\n")
    script.chmod(0o755)
    with (tree / ".git/config").open("a") as stream:
        stream.write(f'[{section}]\n\t{key} = {script}\n[filter "x"]\n\tclean = {script}\n\tsmudge = {script}\n')
    put(tree, ".gitattributes", text="* filter=x\n")
    hook = tree / ".git/hooks/post-index-change"
    hook.write_text(script.read_text())
    hook.chmod(0o755)
    assert "a.sh" in walk(str(tree)).considered
    assert not mark.exists()


def test_environment_does_not_lead_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "one/a.sh", "two/b.sh")
    for name in ("one", "two"):
        git(tmp_path / name, "init", "-q")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "two/.git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path / "two"))
    assert git_listing(str(tmp_path / "one")) == ["a.sh"]


def test_links_are_not_followed(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    put(tmp_path, "outside/secret.sh")
    put(tree, "a.sh")
    (tree / "loop").symlink_to(tree)
    (tree / "out").symlink_to(tmp_path / "outside")
    (tree / "secret.sh").symlink_to(tmp_path / "outside/secret.sh")
    listing = walk(str(tree))
    reader = TreeReader(str(tree), listing.paths | {"out/secret.sh"})
    assert reader.bytes_of("a.sh") == b"x\n"
    for path in ("secret.sh", "out/secret.sh", "../outside/secret.sh", "loop/a.sh"):
        with pytest.raises(NotRead):
            reader.bytes_of(path)


def test_a_tracked_folder_replaced_by_a_link_is_not_followed(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    put(tmp_path, "outside/a.sh", text="secret\n")
    put(tree, "sub/a.sh")
    git(tree, "init", "-q")
    git(tree, "add", ".")
    (tree / "sub/a.sh").unlink()
    (tree / "sub").rmdir()
    (tree / "sub").symlink_to(tmp_path / "outside")
    listing = walk(str(tree))
    with pytest.raises(NotRead) as caught:
        TreeReader(str(tree), listing.paths | {"sub/a.sh"}).bytes_of("sub/a.sh")
    assert not caught.value.fault


def test_pipes_and_huge_files_are_not_read(tmp_path: Path) -> None:
    put(tmp_path, "a.sh")
    os.mkfifo(tmp_path / "pipe.sh")
    with (tmp_path / "huge.sh").open("wb") as stream:
        stream.truncate(MAX_BYTES + 1)
    listing = walk(str(tmp_path))
    reader = TreeReader(str(tmp_path), listing.paths)
    with pytest.raises(NotRead, match="pipe"):
        reader.bytes_of("pipe.sh")
    with pytest.raises(NotRead, match="larger"):
        reader.bytes_of("huge.sh")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_unreadable_folders_are_said(tmp_path: Path) -> None:
    put(tmp_path, "a.sh", "closed/b.sh")
    (tmp_path / "closed").chmod(0)
    try:
        listing = walk(str(tmp_path))
    finally:
        (tmp_path / "closed").chmod(0o755)
    assert listing.considered == ("a.sh",)
    assert [item.path for item in listing.unreadable] == ["closed"]


def test_include_wins_over_exclude_and_defaults() -> None:
    left_out = LeftOut(include=["vendor/ours/**"], exclude=["legacy", "*.bat"])
    assert left_out.verdict("vendor/ours/a.sh") is None
    assert left_out.verdict("vendor/other/a.sh") == ("vendor/", "vendored")
    assert left_out.verdict("legacy/a.sh") == ("legacy/a.sh", "excluded by configuration")
    assert left_out.verdict("deep/run.bat") == ("deep/run.bat", "excluded by configuration")
    assert left_out.verdict("tests/testdata/x/a.sh") == ("tests/testdata/", "test fixtures")
    assert left_out.verdict("src/a.sh") is None


def test_unpacked_releases_are_other_peoples_code() -> None:
    left_out = LeftOut()
    assert left_out.verdict("test/googletest-1.16.0/ci/a.sh") == ("test/googletest-1.16.0/", "vendored")
    assert left_out.verdict("docker/ubuntu-24.04/a.sh") is None
    assert left_out.verdict("v1.2.3/a.sh") is None


def test_a_file_asked_for_by_name_is_never_left_out(tmp_path: Path) -> None:
    put(tmp_path, "vendor/a.sh", "vendor/b.sh")
    assert walk(str(tmp_path), named=("vendor/a.sh",)).considered == ("vendor/a.sh",)


@pytest.mark.parametrize(
    ("path", "head", "kind"),
    [
        (".github/workflows/ci.yml", b"", "github-workflow"),
        ("templates/.github/workflows/ci.yml", b"", "yaml"),
        ("tools/setup/action.yml", b"", "github-action"),
        ("ci/templates/build.gitlab-ci.yml", b"", "gitlab-ci"),
        ("Jenkinsfile.release", b"", "jenkinsfile"),
        ("docker/Dockerfile.dev", b"", "dockerfile"),
        ("docker/dockerfile-tools", b"", "dockerfile"),
        ("docker/Dockerfile_dev", b"", "dockerfile"),
        ("syntax/dockerfile.vim", b"", None),
        ("testdir/dockerfile_00.dump", b"", None),
        ("docker/api.Dockerfile", b"", "dockerfile"),
        ("GNUmakefile", b"", "makefile"),
        ("rules.mk", b"", "makefile"),
        ("app/build.gradle.kts", b"", "gradle"),
        ("poetry.lock", b"", "lock-file"),
        ("Cargo.lock", b"", "lock-file"),
        ("bin/tool", b"#!/usr/bin/env bash\n", "shell"),
        ("bin/tool", b"#!/bin/sh -eu\n", "shell"),
        ("bin/tool", b"#! /usr/bin/env -S python3.11 -u\n", "python"),
        ("bin/tool", b"#!/usr/bin/env -S uv run --script\n", "python"),
        ("bin/tool", b"#!/usr/bin/perl\n", "perl"),
        ("bin/tool", b"\x7fELF", None),
        ("notes.txt", b"#!/bin/sh\n", None),
        ("requirements/dev.txt", b"", "requirements"),
        ("README.rst", b"", "markdown"),
        ("AGENTS.md", b"", "markdown"),
        ("docs/changes.md", b"", None),
    ],
)
def test_kinds(path: str, head: bytes, kind: str | None) -> None:
    found = kind_of(path, head)
    assert (found.name if found else None) == kind
