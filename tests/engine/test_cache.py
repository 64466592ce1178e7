"""Facts kept between runs change nothing but the time."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from agentlint.config import Config
from agentlint.engine import cache as cache_module
from agentlint.engine.audit import Audit, audit_tree
from agentlint.engine.cache import FactsCache, cache_folder
from agentlint.facts.command import Output
from agentlint.facts.filefacts import FileFacts

FILES = {
    ".github/workflows/ci.yml": (
        "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n"
        "      - uses: ./.github/actions/build\n      - run: make test\n"
    ),
    ".github/actions/build/action.yml": "runs:\n  using: composite\n  steps:\n    - run: npm init\n      shell: bash\n",
    "Makefile": "include rules.mk\ntest:\n\t./go.sh\n",
    "rules.mk": "lint:\n\tnpm init\n",
    "go.sh": "#!/bin/sh\nread -p 'Name? ' name\n",
    "tool.py": "import argparse\nname = input('Name? ')\n",
    "broken.yml": "a: [\n",
    ".travis.yml": "script: [\n",
}


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AGENTLINT_CACHE_DIR", str(tmp_path / "cache"))
    root = tmp_path / "tree"
    for path, text in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root


def said(audit: Audit) -> object:
    score = audit.score.value if audit.score is not None else None
    return audit.findings, audit.errors, audit.suppressed, audit.notes, score, audit.read


def both(root: Path, paths: list[str] | None = None) -> object:
    """What a run says that uses the cache; the same as one that does not."""
    warm = said(audit_tree(root, Config(pedantic=True, strict=True), paths, cached=True))
    assert warm == said(audit_tree(root, Config(pedantic=True, strict=True), paths))
    return warm


def test_the_same_with_and_without(tree: Path) -> None:
    assert both(tree) == both(tree)
    assert list(cache_folder().iterdir())
    assert both(tree, ["go.sh"]) == both(tree, ["go.sh"])


def test_a_second_run_asks_no_reader(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    both(tree)
    monkeypatch.setattr("agentlint.engine.reading.adapt", None)
    audit_tree(tree, Config(strict=True), cached=True)


@pytest.mark.parametrize("path", FILES)
def test_every_change_is_seen(tree: Path, path: str) -> None:
    both(tree)
    (tree / path).write_text("# nothing\n")
    both(tree)
    (tree / path).unlink()
    both(tree)
    (tree / path).write_text(FILES[path])
    both(tree)


def test_a_new_file_is_seen(tree: Path) -> None:
    both(tree)
    (tree / "scripts").mkdir()
    (tree / "scripts/new.sh").write_text("#!/bin/sh\nnpm init\n")
    both(tree)


def test_a_broken_cache_costs_nothing(tree: Path) -> None:
    expected = both(tree)
    for file in cache_folder().iterdir():
        file.write_bytes(b"broken")
    assert both(tree) == expected
    assert both(tree) == expected


def test_another_agentlint_begins_afresh(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    both(tree)
    monkeypatch.setattr(cache_module, "_own_stamp", lambda: b"another")
    assert not FactsCache.open(str(tree), frozenset()).entries


class Evil:
    """Pickled code."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return eval, ("open('ran', 'w')",)


def test_a_forged_cache_runs_nothing(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = both(tree)
    monkeypatch.chdir(tree.parent)
    entries = FactsCache.open(str(tree), frozenset()).entries
    forged = {key: (*entry[:3], pickle.dumps(Evil())) for key, entry in entries.items()}
    for file in cache_folder().iterdir():
        file.write_bytes(pickle.dumps((cache_module._own_stamp(), forged)))
    assert both(tree) == expected
    for file in cache_folder().iterdir():
        file.write_bytes(pickle.dumps(Evil()))
    assert both(tree) == expected
    assert not (tree.parent / "ran").exists()


class Attribute:
    """What the first releases of Python 3.11 write for a member of an enumeration."""

    def __init__(self, owner: object, name: str) -> None:
        self.asked = owner, name

    def __reduce__(self) -> tuple[object, tuple[object, str]]:
        return getattr, self.asked


def test_members_of_enumerations_in_the_words_of_any_python() -> None:
    member = next(iter(Output))
    assert cache_module._unpickled(pickle.dumps(Attribute(Output, member.name))) is member
    for owner, name in ((Output, "__members__"), (FactsCache, "open"), (FileFacts, "__init__")):
        with pytest.raises((pickle.UnpicklingError, KeyError)):
            cache_module._unpickled(pickle.dumps(Attribute(owner, name)))


def test_a_cache_that_cannot_be_written_is_none(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tree.parent / "file").write_text("")
    monkeypatch.setenv("AGENTLINT_CACHE_DIR", str(tree.parent / "file/below"))
    both(tree)


@pytest.mark.parametrize("jobs", [2, 5])
def test_several_processes_say_the_same(tree: Path, jobs: int) -> None:
    alone = said(audit_tree(tree, Config(pedantic=True, jobs=1)))
    assert said(audit_tree(tree, Config(pedantic=True, jobs=jobs))) == alone
    assert said(audit_tree(tree, Config(pedantic=True, jobs=jobs), cached=True)) == alone
    assert said(audit_tree(tree, Config(pedantic=True, jobs=jobs), cached=True)) == alone
