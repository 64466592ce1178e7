"""What a job, a target or a script is for as far as its name tells, where nothing in it is known."""

from __future__ import annotations

import re

from agentlint.facts.calls import called_units
from agentlint.facts.command import Command
from agentlint.facts.pipeline import Job
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.programs import table

_NO_WORK = lazily(
    r"(?<![a-z])(?:cache\w*|set-?up|prepar\w*|pre-?build|pre-?check|pre|prime|config\w*|matrix|versions?|chang\w*|detect\w*|deps?"
    r"|dependenc\w*|install\w*|uninstall|is|should|permission\w*|auth\w*|approv\w*|label\w*|comment\w*|deploy\w*|releas\w*|publish\w*"
    r"|upload\w*|download\w*|merge|push|pull|artifacts?|tarball|generat\w*|gen|trigger\w*|gate|notif\w*|reports?|results?|summary"
    r"|exists?|fixtures?|data|db|database|migrat\w*|seed|env|environment|server|up|down|start|stop|serve"
    r"|watch|clean\w*|fix|write|update\w*|tools?|tooling|list|help|init|bootstrap|team|members?|author\w*|user|actor|access|fork|safe"
    r"|trusted?|skip|paths?|files|filter|coveralls|codecov|finish|done|status|complete|pass(?:ed)?|success|required"
    r"|duplicat\w*|cancel|wait|lock|stale|issue\w*|sync|backport|bump|tag|secrets?|token|login|names?|metadata|meta|plan|scope|debug|annotat\w*|failures?|steps)(?![a-z])",
    re.IGNORECASE,
)
_WORDS = (
    (
        "test",
        r"tests?|testing|tester|unit|specs?|e2e|integration|smoke|acceptance|functional|regressions?|conformance|pytest|jest|vitest"
        r"|cypress|playwright|mocha|rspec|phpunit|valgrind|[amtu]san|sanitizers?|miri|fuzz\w*|coverage|tck|\w+tests?",
    ),
    ("typecheck", r"type-?check\w*|types?|typing|mypy|pyright|tsc|tsd"),
    (
        "lint",
        r"\w*lint\w*|style|styles|format\w*|fmt|prettier|quality|static|analy[sz]\w*|clippy|rubocop|vuln\w*|govulncheck|vet|spell\w*"
        r"|\w+fmt|cookstyle|clang-format|soundness"
        r"|\w+check|checks?|shellcheck|detekt|spotless|pylint|flake8|ruff|black|isort|phpstan|psalm|phpcs|checkstyle|spotbugs|pmd"
        r"|pre-?commit|bandit|audit|semgrep|codeql|licen[sc]es?|cargo-?deny|deny|doctor",
    ),
    (
        "build",
        r"build\w*|cross|compil\w*|bundle\w*|package|packaging|assemble|docs?|documentation|storybook|wheels?|binar(?:y|ies)|phar",
    ),
)
_KINDS = tuple((role, lazily(rf"(?<![a-z0-9])(?:{words})(?![a-z0-9])", re.IGNORECASE)) for role, words in _WORDS)
_IMAGE = lazily(r"(?<![a-z])(?:image|docker|container)s?(?![a-z])", re.IGNORECASE)
_CAMEL = lazily(r"(?<=[a-z])(?=[A-Z])")
_RUNNERS = frozenset(
    {
        "npm", "yarn", "pnpm", "bun", "make", "gmake", "just", "task", "rake", "composer", "poe", "inv", "invoke", "mise", "mage", "nps",
        "earthly", "hatch", "pdm", "pixi", "rye", "deno", "mix", "dagger", "cargo-make", "nox", "tox", "hereby", "moon", "wireit", "grunt",
        "gulp", "ant", "lein", "sbt", "stack", "doit", "thor", "bin/rails", "rails", "artisan", "drush", "robo", "phing", "castor",
    }
)  # fmt: skip
_VERBS = frozenset({"run", "run-script", "exec", "x", "-s", "-e", "--", "workspace", "script"})
_SCRIPT = lazily(r"\.(?:sh|bash|zsh|py|rb|pl|php|ps1|cmd|bat|[cm]?[jt]s)$", re.IGNORECASE)
_MAKES_READY = frozenset({"configure", "autogen.sh", "buildconf", "bootstrap.sh"})
_NOTHING_KNOWN = frozenset(
    {
        "install",
        "set-up",
        "checkout",
        "cache",
        "run",
        "clean",
        "upload-artifact",
        "download-artifact",
        "audit",
        "coverage",
    }
)


def role_of_name(name: str) -> str:
    """The role a name speaks of ("test", "typecheck", "lint", "build"); "" where it speaks of none or of preparations."""
    name = _CAMEL.sub("-", name)
    if _NO_WORK.search(name):
        return ""
    found = [role for role, words in _KINDS if words.search(name)]
    if "build" in found and _IMAGE.search(name):
        return "build"
    return found[0] if found else ""


def role_of_call(command: Command, repository: Repository) -> str:
    """The role of the target, script or file that a command runs, by its name alone."""
    for unit in called_units(command, repository.unit_index):
        found = repository.units.get(unit)
        role = role_of_name(_stem(found.name)) if found is not None else ""
        if role:
            return role
    path = command.program_path
    if path.rsplit("/", 1)[-1] in _MAKES_READY:
        return ""  # whatever its options speak of
    if path.startswith(("./", "../")) or _SCRIPT.search(path):
        return role_of_name(_stem(path)) or role_of_name(next(iter(command.texts()), "").lstrip("-"))
    if command.program in _RUNNERS:
        program = table().of(command)
        operands = program.operands(command) if program is not None else command.texts()
        target = next((text for text in operands if text not in _VERBS and not text.startswith("-")), "")
        return role_of_name(target.replace(":", "-"))
    return ""


def _stem(path: str) -> str:
    return _SCRIPT.sub("", path.rsplit("/", 1)[-1])


def role_of_job(job: Job, roles: frozenset[str]) -> str:
    """The role of a job by its name or by the workflow it calls, where its commands tell nothing."""
    if not roles <= _NOTHING_KNOWN:
        return ""
    called = _stem(job.calls.partition("@")[0].removesuffix(".yml").removesuffix(".yaml")) if job.calls else ""
    return role_of_name(job.id) or role_of_name(job.name) or role_of_name(called)
