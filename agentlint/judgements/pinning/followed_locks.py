"""Installs that pass a lock file by, and the form of each that follows it."""

from __future__ import annotations

import posixpath
import re

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.judgements.pages.ignored_paths import is_ignored
from agentlint.judgements.pinning.installs import NODE_VALUES
from agentlint.judgements.pinning.raised_locks import held_instead
from agentlint.judgements.running.working_folders import working_folder, works_beside


def form_that_follows(command: Command, repository: Repository) -> str | None:
    """What to use instead of an install whose lock file exists and is not held to; None where nothing is amiss."""
    values = NODE_VALUES if command.program in {"npm", "yarn"} else ()
    operands = [word.text for word in command.arguments if not word.text.startswith("-")]
    for index, word in enumerate(command.arguments):
        if word.text in values and command.arguments[index + 1 : index + 2]:
            operands = [text for text in operands if text != command.arguments[index + 1].text]
    better = _better(command, operands, repository) or held_instead(command, repository) or None
    if better is None or _held_to_beside(command, repository) or _moves_the_lock(command, repository):
        return None
    return better


def _held_to_beside(command: Command, repository: Repository) -> bool:
    """True where the same job installs from the lock file as well: conditions choose between the two, or both are tried."""
    beside = repository.commands_by_unit.get(command.unit, ())
    if command.program == "cargo":
        return any(
            other.program == "cargo" and other.texts()[:1] == ("install",) and _is_held(other) for other in beside
        )
    return command.program == "npm" and any(
        other.program == "npm" and other.texts()[:1] == ("ci",) and works_beside(other, command) for other in beside
    )


_RAISES = frozenset({("audit", "fix"), ("update",), ("upgrade",), ("up",), ("dedupe",), ("outdated",)})


def _moves_the_lock(command: Command, repository: Repository) -> bool:
    """True in a job that raises versions on purpose and hands in the lock file that comes of it."""
    return any(
        (other.program in {"npm", "yarn"} and {other.texts()[:1], other.texts()[:2]} & _RAISES)
        or other.program in {"ncu", "npm-check-updates"}
        or (other.program == "git" and any(text.endswith(("package-lock.json", "yarn.lock")) for text in other.texts()))
        for other in repository.commands_by_unit.get(command.unit, ())
        if other.program != command.program or other.place != command.place
    )


def _is_held(command: Command) -> bool:
    """True for a `cargo` that keeps to Cargo.lock."""
    return command.option("--locked", "--frozen") is not None


_OTHER_WORKSPACE = re.compile(r"^\[workspace\]", re.MULTILINE)


def _passes_the_lock_by(command: Command, repository: Repository) -> bool:
    """True for `cargo install --path` of a crate that the committed Cargo.lock is for; install heeds it only with `--locked`."""
    path = command.value_of("--path")
    if command.texts()[:1] != ("install",) or not path or _is_held(command) or command.option("--list", "--help"):
        return False
    folder = posixpath.normpath(posixpath.join(command.directory or "", path))
    folder = "" if folder == "." else folder
    paths = repository.project.paths
    manifest = posixpath.join(folder, "Cargo.toml")
    if manifest not in paths:
        return False
    if posixpath.join(folder, "Cargo.lock") in paths:
        return True
    return "Cargo.lock" in paths and not _OTHER_WORKSPACE.search(repository.text(manifest))


def _better(command: Command, operands: list[str], repository: Repository) -> str | None:
    if (
        command.program == "npm"
        and operands in (["install"], ["i"])
        and _locked("package-lock.json", command, repository)
    ):
        unlike = command.option("-g", "--global", "--package-lock-only", "--no-package-lock", "--dry-run")
        return None if unlike is not None else "npm ci"
    refused = command.program == "npm" and operands in (["install"], ["i"]) and not _is_library(repository)
    if refused and _lock_refused("package-lock.json", repository):
        return None if command.option("-g", "--global", "--prefix", "--dry-run") is not None else COMMIT
    if command.program == "cargo":
        return "cargo install --locked" if _passes_the_lock_by(command, repository) else None
    if command.program in _PYTHON_INSTALLS and not command.option("--dry-run", "--help", "-h"):
        return _of_python(command, operands, repository)
    if command.program == "yarn" and operands in ([], ["install"]) and _locked("yarn.lock", command, repository):
        frozen = command.option(
            "--frozen-lockfile", "--immutable", "--version", "-v", "--help", "--mode", "--pure-lockfile"
        )
        return None if frozen is not None or _berry(repository) else "yarn install --frozen-lockfile"
    if command.program == "composer" and operands == ["update"] and _locked("composer.lock", command, repository):
        lowest = command.option("--prefer-lowest", "--lock", "--prefer-stable", "--with", "--dry-run")
        return None if lowest is not None or command.guards else "composer install"
    return None


_PYTHON_INSTALLS = {
    "uv": ("uv.lock", "sync"),
    "poetry": ("poetry.lock", "install sync"),
    "pdm": ("pdm.lock", "install sync"),
    "pipenv": ("Pipfile.lock", "install"),
}
"""The lock file of each, and the verbs that install from it or write it anew."""


def _of_python(command: Command, operands: list[str], repository: Repository) -> str | None:
    lock, verbs = _PYTHON_INSTALLS[command.program]
    if not operands or operands[0] not in verbs.split():
        return None
    if _lock_refused(lock, repository) and not any(path.endswith(lock) for path in repository.project.paths):
        return COMMIT
    if command.program == "pipenv" and operands == ["install"] and _locked("Pipfile.lock", command, repository):
        held = command.option("--deploy", "--ignore-pipfile", "--skip-lock", "-r", "--requirements")
        variables = {"PIPENV_DEPLOY", "PIPENV_IGNORE_PIPFILE"} & command.environment.keys()
        return None if held is not None or variables else "pipenv install --deploy"
    return None


COMMIT = "a lock file that is committed"


def _lock_refused(name: str, repository: Repository) -> bool:
    """True where .gitignore keeps the lock file out, so that each run resolves anew; not where .npmrc says that none is wanted."""
    if not is_ignored(name, repository):
        return False
    settings = repository.read(".npmrc") if ".npmrc" in repository.project.paths else None
    declined = settings is not None and "package-lock=false" in settings.text.replace(" ", "")
    held = {
        name,
        "pnpm-lock.yaml",
        "yarn.lock",
        "bun.lock",
        "bun.lockb",
    }  # another package manager's, which is the one in use
    return not declined and held.isdisjoint(path.rpartition("/")[2] for path in repository.project.paths)


def _is_library(repository: Repository) -> bool:
    """True for a package that npm gives to others, whose own lock file nobody of them would see: many keep none on purpose."""
    named = any(
        manifest.path == "package.json" and manifest.name and not manifest.application
        for manifest in repository.project.manifests
    )
    return named and '"version"' in repository.text("package.json")


def _other_folder(command: Command) -> str:
    """The folder that an option names in place of the working one (`npm install --prefix web`); one that is not known has no lock."""
    if command.program not in {"npm", "yarn"}:
        return ""
    return command.value_of("--prefix", "-C", "--cwd") or ""


def _locked(name: str, command: Command, repository: Repository) -> bool:
    folder = working_folder(command, _MANIFESTS.get(name, name), repository)
    folder = posixpath.join(folder, _other_folder(command))
    return posixpath.normpath(posixpath.join(folder, name)) in repository.project.paths


_MANIFESTS = {"package-lock.json": "package.json", "yarn.lock": "package.json", "composer.lock": "composer.json"}
"""The file that stands in each folder which the lock file could stand in."""


def _berry(repository: Repository) -> bool:
    paths = repository.project.paths
    if ".yarnrc.yml" in paths or any(path.startswith(".yarn/releases/yarn-") for path in paths):
        return True
    return any(
        m.package_manager.startswith("yarn@") and not m.package_manager.startswith("yarn@1")
        for m in repository.project.manifests
    )
