"""Commands that pass a lock file by, or raise all that it holds, in a run that is there to try a change."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.pinning.installers import plain_operands
from agentlint.judgements.pinning.moving_addresses import UPDATES
from agentlint.judgements.running.occasions import rare_command
from agentlint.judgements.running.working_folders import working_folder


@dataclass(frozen=True, slots=True)
class Raise:
    """A command by its first words that resolves anew, although one of these lock files stands beside it."""

    verbs: tuple[str, ...]
    locks: tuple[str, ...]
    better: str
    needs: tuple[str, ...] = ()
    """One of these options must be given."""
    held: tuple[str, ...] = ()
    """Options with which it keeps to the lock, or tries something else on purpose."""
    targets: bool = False
    """What its operands name is what it works on, and no package that is to be raised by itself."""


_CARGO = Raise(("update",), ("Cargo.lock",), "cargo build --locked", (), ("-p", "--package", "--precise", "-w", "--workspace", "--locked", "--offline", "-Z", "--dry-run"))  # fmt: skip
_BUNDLE = Raise(("update",), ("Gemfile.lock",), "bundle install", (), ("--bundler", "--group", "-g", "--source"))
_PUB = Raise(("pub", "upgrade"), ("pubspec.lock",), "pub get --enforce-lockfile", (), ("--dry-run", "-n"))
_RAISES: dict[str, tuple[Raise, ...]] = {
    "poetry": (Raise(("update",), ("poetry.lock",), "poetry install", (), ("--lock", "--dry-run")),),
    "pdm": (Raise(("update",), ("pdm.lock",), "pdm sync", (), ("--dry-run",)),),
    "pipenv": (
        Raise(("update",), ("Pipfile.lock",), "pipenv sync", (), ("--outdated", "--dry-run")),
        Raise(("install",), ("Pipfile.lock",), "pipenv sync", ("--skip-lock",)),
    ),
    "uv": tuple(
        Raise((verb,), ("uv.lock",), "uv sync --locked", ("-U", "--upgrade"), ("--resolution", "--dry-run"))
        for verb in ("sync", "lock")
    ),
    "cargo": (_CARGO,),
    "bundle": (_BUNDLE,),
    "mix": (Raise(("deps.update",), ("mix.lock",), "mix deps.get", ("--all",)),),
    "dart": (_PUB,),
    "flutter": (_PUB,),
    "pod": (Raise(("update",), ("Podfile.lock",), "pod install --deployment"),),
    "carthage": (Raise(("update",), ("Cartfile.resolved",), "carthage bootstrap"),),
    "terraform": (Raise(("init",), (".terraform.lock.hcl",), "terraform init -lockfile=readonly", ("-upgrade",)),),
    "tofu": (Raise(("init",), (".terraform.lock.hcl",), "tofu init -lockfile=readonly", ("-upgrade",)),),
    "nix": (Raise(("flake", "update"), ("flake.lock",), "nix build --no-update-lock-file"),),
    "pnpm": tuple(
        Raise(verbs, ("pnpm-lock.yaml",), "pnpm install --frozen-lockfile", needs)
        for verbs, needs in ((("install",), ("--no-frozen-lockfile",)), (("i",), ("--no-frozen-lockfile",)), (("update",), ()))
    ),
    "bun": tuple(
        Raise((verb,), ("bun.lock", "bun.lockb"), "bun install --frozen-lockfile", (), ("--frozen-lockfile", "-g", "--global"))
        for verb in ("install", "i", "update")
    ),
    "pre-commit": (Raise(("autoupdate",), (".pre-commit-config.yaml",), "pre-commit run", (), ("--repo",)),),
    "npm": (Raise(("update",), ("package-lock.json",), "npm ci", (), ("-g", "--global", "--dry-run")),),
    "go": (Raise(("get",), ("go.sum",), "go mod download", ("-u",), (), targets=True),),
    "helm": tuple(
        Raise((verb, "update"), ("Chart.lock",), "helm dependency build", (), (), targets=True)
        for verb in ("dependency", "dep")
    ),
}  # fmt: skip
"""Sources: python-poetry.org/docs/cli/#update, pdm-project.org/latest/reference/cli/#update, pipenv.pypa.io/en/latest/cli.html,
docs.astral.sh/uv/concepts/projects/sync/#upgrading-locked-package-versions, doc.rust-lang.org/cargo/commands/cargo-update.html,
bundler.io/man/bundle-update.1.html, hexdocs.pm/mix/Mix.Tasks.Deps.Update.html, dart.dev/tools/pub/cmd/pub-upgrade,
guides.cocoapods.org/using/pod-install-vs-update.html, developer.hashicorp.com/terraform/cli/commands/init#upgrade,
nix.dev/manual/nix/latest/command-ref/new-cli/nix3-flake-update, pnpm.io/cli/install#--frozen-lockfile,
bun.sh/docs/cli/install#ci-cd, pre-commit.com/#pre-commit-autoupdate, docs.npmjs.com/cli/commands/npm-update, go.dev/ref/mod#go-get, helm.sh/docs/helm/helm_dependency_update."""

RAISING = frozenset(_RAISES)
"""The programs that this module knows."""
_ON_PURPOSE = lazily(
    r"(?<![a-z])(?:latest|newest|updates?|upgrades?|bump\w*|raise|next|outdated|minimal|min|msrv|nightly|canary|fresh|unlocked|"
    r"bleeding|deps|dependencies|audit|ecosystem|downstream|upstream|compat\w*|lock\w*)(?![a-z])",
    re.IGNORECASE,
)
"""What a job, a step or a target is called that is there to meet new releases, or to hand in a new lock file."""
_VALUES = (
    "--platform",
    "--directory",
    "-C",
    "--project",
    "--features",
    "--config",
    "--backend-config",
    "--filter",
    "--cwd",
)
_OF_EACH = frozenset({".", "./...", "all", "-t"})


def held_instead(command: Command, repository: Repository) -> str:
    """The form that follows the lock file which this command passes by; "" where it does not, or does so on purpose."""
    for known in _RAISES.get(command.program, ()):
        if command.texts()[: len(known.verbs)] == known.verbs and _passes_by(command, known, repository):
            return "" if _is_meant(command, repository) else known.better
    return ""


def _passes_by(command: Command, known: Raise, repository: Repository) -> bool:
    if known.needs and command.option(*known.needs) is None:
        return False
    if known.held and command.option(*known.held) is not None:
        return False
    operands = plain_operands(command, len(known.verbs), _VALUES)
    if command.program == "go" and not set(operands) <= _OF_EACH:
        return False  # modules that are named are another question
    if operands and not known.targets:
        return False
    folder = working_folder(command, known.locks[0], repository)
    folders = [posixpath.join(folder, name) for name in operands] if command.program == "helm" else [folder]
    return any(
        posixpath.normpath(posixpath.join(each, lock)) in repository.project.paths
        for each in folders
        for lock in known.locks
    )


def _is_meant(command: Command, repository: Repository) -> bool:
    """True where new versions are what is wanted: by the names around it, by the clock, or as the lock file is handed in."""
    unit = repository.units.get(command.unit)
    job, step = repository.job_of(command), repository.step_of(command)
    names = [unit.name if unit is not None else "", job.name if job is not None else ""]
    names.append(step.name if step is not None else "")
    path = command.place.path.rpartition("/")[2]
    if any(_ON_PURPOSE.search(name) for name in names) or UPDATES.search(path) or _ON_PURPOSE.search(path):
        return True
    if job is not None and (
        rare_command(command, job, repository) or (step is not None and "matrix." in step.condition)
    ):
        return True
    beside = repository.commands_by_unit.get(command.unit, ())
    return any(other.program == "git" and {"commit", "push", "diff"} & set(other.texts()[:1]) for other in beside)
