"""Tasks, scripts, groups and packages that a command names and no manifest of the repository has.

A name counts as there wherever a file that may define it holds it as a word: what is told must be certain.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from agentlint.adapters.markdown import KNOWN_WORDS
from agentlint.facts.command import Command
from agentlint.facts.remembered import remembered
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.absences.places_meant import Meant

_NAME = lazily(r"[A-Za-z][\w-]*(?::[\w-]+)*")
_SCRIPT_LIKE = lazily(
    r"(?:lint|build|dev|start|watch|format|fmt|typecheck|type-check|types|docs?|ci|clean|e2e|release|coverage|check|bootstrap|storybook|test|unit|integration|generate|codegen|serve|preview|fix"
    r"|setup|validate|verify|prepare|bench|benchmark|site|website|compile|demo|examples?)(?:[:-][\w:-]+)?"
)
"""Names that scripts of a package have; another bare word after `yarn` may be an installed program."""
MOST_FILES = 400


def absent_names(command: Command, meant: Meant, repository: Repository) -> Iterator[str]:
    """What the command names and no manifest has."""
    finder = _FINDERS.get(command.program)
    if finder is not None:
        yield from finder(command, meant, repository)
    yield from _module(command, meant, repository)


@remembered
def _texts(pattern: str, repository: Repository) -> tuple[str, ...]:
    """The texts of all files by such a name."""
    written = re.compile(pattern)
    paths = [path for path in repository.paths_from_root if written.search(path)]
    found = [source.text for path in paths[:MOST_FILES] if (source := repository.read(path)) is not None]
    return tuple(found)


def _is_word(name: str, texts: tuple[str, ...]) -> bool:
    forms = {name, name.replace("-", "_"), name.replace("_", "-")}
    written = re.compile("|".join(rf"(?<![\w-]){re.escape(form)}(?![\w-])" for form in sorted(forms)), re.IGNORECASE)
    return any(written.search(text) for text in texts)


def _values(command: Command, *names: str) -> Iterator[str]:
    """The values of options that may be given more than once or hold several, split at commas and blanks."""
    texts = command.texts()
    for index, word in enumerate(texts):
        name, _, joined = word.partition("=")
        if name in names:
            value = joined or (texts[index + 1] if index + 1 < len(texts) else "")
            yield from (part.strip("\"'") for part in re.split(r"[ ,]+", value) if part)


_RAKE_FILES = r"(?:^|/)(?:[Rr]akefile(?:\.rb)?|[^/]*\.rake)$"
_RAKE_GIVEN = frozenset(
    {
        "default",
        "build",
        "install",
        "release",
        "clobber",
        "clean",
        "spec",
        "test",
        "rubocop",
        "rdoc",
        "yard",
        "stats",
        "routes",
        "cucumber",
        "features",
    }
)


def _rake(command: Command, _: Meant, repository: Repository) -> Iterator[str]:
    texts = _texts(_RAKE_FILES, repository)
    texts += tuple(_loaded_by(texts, repository))
    gems = _texts(r"(?:^|/)(?:Gemfile|[^/]*\.gemspec)$", repository)
    if not texts or any(re.search(r"rails\b|\bhoe\b|combustion|appraisal", text) for text in (*gems, *texts)):
        return
    for word in command.texts()[:3]:
        name = word.split("[")[0]
        last = name.rpartition(":")[2]
        if _NAME.fullmatch(name) and last not in _RAKE_GIVEN and not _is_word(last, texts):
            yield f"the task `{name}` of the Rakefile"


_LOADS = lazily(r"\b(?:require_relative|require|load|import)\b[ (]*[\"'](?:\./)?([\w./-]+)[\"']")


def _loaded_by(texts: tuple[str, ...], repository: Repository) -> Iterator[str]:
    """The texts of this repository's files that a Rakefile loads, whatever they are called."""
    names = {match[1].lstrip("./") for text in texts for match in _LOADS.finditer(text)}
    ends = tuple(f"/{name.removesuffix('.rb')}.rb" for name in names)
    paths = [path for path in repository.ordered_paths if ends and f"/{path}".endswith(ends)]
    yield from (repository.text(path) for path in paths[:MOST_FILES])


_COMPOSER_OWN = frozenset(
    "about archive audit browse bump check-platform-reqs clear-cache clearcache cc config create-project depends why diagnose dump-autoload dumpautoload exec fund global help home i"
    " info init install licenses list outdated prohibits why-not reinstall remove rm require r run run-script search self-update selfupdate show status suggests u update upgrade validate bin normalize".split()
)
"""`composer list`, with `bin` and `normalize` of two widely used plugins."""


def _composer(command: Command, meant: Meant, repository: Repository) -> Iterator[str]:
    words = [word for word in command.texts() if not word.startswith("-")]
    if words[:1] in (["run"], ["run-script"]):
        words = words[1:]
    elif not words or words[0] in _COMPOSER_OWN:
        return
    paths = [path for path in meant.candidates("composer.json") if path in repository.project.paths]
    texts = tuple(source.text for path in paths if (source := repository.read(path)) is not None)
    if words and texts and _NAME.fullmatch(words[0]) and not any(f'"{words[0]}"' in text for text in texts):
        yield f"the script `{words[0]}` of {paths[0]}"


def _yarn(command: Command, meant: Meant, repository: Repository) -> Iterator[str]:
    """`yarn lint`: a script without the word `run`."""
    words = command.texts()
    paths = [path for path in meant.candidates("package.json") if path in repository.project.paths]
    texts = tuple(source.text for path in paths if (source := repository.read(path)) is not None)
    if not words or not texts or not _SCRIPT_LIKE.fullmatch(words[0]) or words[0] == "test":
        return
    if not any(f'"{words[0]}"' in text for text in texts):
        yield f"the script `{words[0]}` of {paths[0]}"


def _deno(command: Command, _: Meant, repository: Repository) -> Iterator[str]:
    words = [word for word in command.texts() if not word.startswith("-")]
    texts = _texts(r"(?:^|/)(?:deno\.jsonc?|package\.json)$", repository)
    if words[:1] == ["task"] and len(words) > 1 and texts and not any(f'"{words[1]}"' in text for text in texts):
        yield f"the task `{words[1]}` of deno.json"


_PYTHON_FILES = r"(?:^|/)(?:pyproject\.toml|hatch\.toml|pixi\.toml|poe_tasks\.\w+|pdm\.toml|setup\.(?:py|cfg))$"


def _runner(command: Command, _: Meant, repository: Repository) -> Iterator[str]:
    """`poe lint`, `hatch run docs:build`, `pdm run lint`, `pixi run lint`: a script of the manifest, or a program."""
    words = [word for word in command.texts() if not word.startswith("-")]
    if command.program != "poe":
        if words[:1] != ["run"]:
            return
        words = words[1:]
    texts = _texts(_PYTHON_FILES, repository)
    if not words or not texts or not _NAME.fullmatch(words[0]) or command.option("-e", "--env", "-C", "--environment"):
        return
    if (
        any(
            re.search(r"tool\.poe[^\]]*\binclude|^include\s*=|entry-points|\[envs|scripts\.include", text, re.M)
            for text in texts
        )
        and command.program == "poe"
    ):
        return
    head, _colon, rest = words[0].partition(":")
    name = head if rest and command.program == "hatch" else words[0]
    if name.startswith("hatch-") or name in KNOWN_WORDS or not _SCRIPT_LIKE.fullmatch(name):
        return
    if not _is_word(name, texts):
        yield f"the script `{words[0]}` of pyproject.toml"


_GROUP_OPTIONS = {
    "uv": ("--group", "--only-group", "--extra", "--no-group"),
    "poetry": ("--with", "--without", "--only", "-E", "--extras"),
    "pdm": ("-G", "--group", "-dG"),
}


def _group(command: Command, meant: Meant, repository: Repository) -> Iterator[str]:
    """`uv sync --group docs`, `poetry install --with docs`."""
    texts = _texts(r"(?:^|/)pyproject\.toml$", repository)
    if texts and {"install", "sync", "run", "export"} & set(command.texts()[:1]):
        for name in _values(command, *_GROUP_OPTIONS[command.program]):
            if _NAME.fullmatch(name) and name not in {"main", "dev", "all", "default"} and not _is_word(name, texts):
                yield f"the group `{name}` of pyproject.toml"
    if command.program != "uv":
        yield from _runner(command, meant, repository)


_CARGO_FILES = r"(?:^|/)(?:Cargo\.toml|\.cargo/config(?:\.toml)?)$"
_OF_ANY_PACKAGE = tuple((word,) for word in ("install", "add", "new", "init", "binstall", "update", "clean", "pkgid"))
"""Subcommands that name any package, those which a lock file alone knows among them (doc.rust-lang.org/cargo/commands)."""
_CARGO_PLACES = {"--bin": "src/bin", "--example": "examples", "--test": "tests", "--bench": "benches"}


def _cargo(command: Command, _: Meant, repository: Repository) -> Iterator[str]:
    texts = _texts(_CARGO_FILES, repository)
    words = command.texts()
    words = words[1:] if words[:1] and words[0].startswith("+") else words  # `cargo +nightly update`
    if not texts or words[:1] in _OF_ANY_PACKAGE:
        return
    if words[:1] == ("xtask",) and not _is_word("xtask", tuple(_REMARK.sub("", text) for text in texts)):
        yield "the alias `xtask` of .cargo/config.toml"
    before_dashes = words[: words.index("--")] if "--" in words else words
    for feature in _values(command, "--features", "-F") if "--" not in words else ():
        if _NAME.fullmatch(feature) and not _may_be_feature(feature, texts):
            yield f"the feature `{feature}` of Cargo.toml"
    for package in _values(command, "-p", "--package"):
        if _NAME.fullmatch(package) and package in before_dashes and not _is_word(package, texts):
            yield f"the package `{package}`"
    for option, folder in _CARGO_PLACES.items():
        for name in _values(command, option):
            if (
                _NAME.fullmatch(name)
                and name in before_dashes
                and not _STANDS_FOR.search(name)
                and not _is_word(name, texts)
                and not _has_source(name, folder, repository)
            ):
                yield f"the file `{folder}/{name}.rs`"


_STANDS_FOR = lazily(
    r"^(?:my|your|some|the)[-_]?\w|^(?:foo|bar|baz|name|xxx+)$|^(?:test|bench|bin|example|file|target)s?[-_]?(?:file|name|case|target)$",
    re.IGNORECASE,
)
"""Names of targets that stand for the reader's."""
_REMARK = lazily(r"^[ \t]*#[^\n]*", re.MULTILINE)
_NO_FEATURE = lazily(r"^[ \t]*#[^\n]*|\"[\w-]+\??/[\w-]+\"", re.MULTILINE)
"""Remarks, and features of a dependency (`"reqwest/rustls-tls"`): neither gives a package a feature."""


def _may_be_feature(name: str, texts: tuple[str, ...]) -> bool:
    return _is_word(name, texts) and _is_word(name, tuple(_NO_FEATURE.sub("", text) for text in texts))


def _has_source(name: str, folder: str, repository: Repository) -> bool:
    """True for a target that cargo finds by itself; a module of another test is none (`tests/suite/NAME.rs`)."""
    tails = tuple(f"/{folder}/{form}{end}" for form in (name, name.replace("-", "_")) for end in (".rs", "/main.rs"))
    return any(("/" + path).endswith(tails) for path in repository.project.paths)


def _gradle(command: Command, _: Meant, repository: Repository) -> Iterator[str]:
    """`./gradlew :core:test` where no project is called core."""
    texts = _texts(r"(?:^|/)(?:settings|build)\.gradle(?:\.kts)?$", repository)
    for word in command.texts():
        project = re.fullmatch(r":((?:[\w-]+:)+)[\w-]+", word)
        name = project[1].rstrip(":").rpartition(":")[2] if project else ""
        folders = {part for path in repository.project.paths for part in path.split("/")[:-1]} if name else set()
        if name and texts and name not in folders and not _is_word(name, texts):
            yield f"the project `{name}` of Gradle"


def _maven(command: Command, _: Meant, repository: Repository) -> Iterator[str]:
    """`mvn -pl core test` where no module is called core."""
    texts = _texts(r"(?:^|/)pom\.xml$", repository)
    for name in _values(command, "-pl", "--projects"):
        last = name.lstrip("!:").rpartition(":")[2].rpartition("/")[2]
        if (
            texts
            and _NAME.fullmatch(last)
            and not _is_word(last, texts)
            and not any(f"/{last}/" in f"/{path}" for path in repository.project.paths)
        ):
            yield f"the module `{name}` of Maven"


def _cmake(command: Command, meant: Meant, repository: Repository) -> Iterator[str]:
    for name in _values(command, "--preset"):
        texts = _texts(r"(?:^|/)CMake(?:User)?Presets\.json$", repository)
        if not texts:
            yield "the file `CMakePresets.json`"
        elif not any(f'"{name}"' in text or '"include"' in text for text in texts):
            yield f"the preset `{name}` of CMakePresets.json"


def _module(command: Command, meant: Meant, repository: Repository) -> Iterator[str]:
    """`python -m tools.release` where the package is there and the module is not."""
    if not any(wrapper.endswith(" -m") for wrapper in command.wrappers):
        return
    parts = command.program.split(".")
    if len(parts) < 2 or not all(part.isidentifier() for part in parts):
        return
    paths = repository.project.paths
    for base in meant.candidates("."):
        for root in (base, posixpath.join(base, "src")):
            package = posixpath.normpath(posixpath.join(root, parts[0]))
            if f"{package}/__init__.py" in paths:
                module = "/".join((package, *parts[1:]))
                inside = any(path.startswith((f"{module}/", f"{module}.")) for path in paths)
                if not inside:
                    yield f"the module `{command.program}`"
                return


_BAKE_FILES = ("docker-bake.hcl", "docker-bake.override.hcl")
_BAKED_TOO = ("docker-bake.json", "compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
_BAKED = lazily(r"^[ \t]*(?:target|group)[ \t]+\"([^\"\n]+)\"", re.MULTILINE)
_MADE_BY_MATRIX = lazily(r"^[ \t]*name[ \t]*=[ \t]*\"?[^\"\n]*\$", re.MULTILINE)
_BAKE_VALUES = ("-f", "--file", "--set", "--progress", "--builder", "--call", "--metadata-file", "--allow", "--var")


def _bake(command: Command, meant: Meant, repository: Repository) -> Iterator[str]:
    """A target of `docker buildx bake`, where a file of HCL beside it says all that there are (docs.docker.com/build/bake)."""
    words = list(command.texts())
    if "bake" not in words[:2] or command.option("-f", "--file") is not None:
        return
    words = words[words.index("bake") + 1 :]
    paths = [path for name in _BAKE_FILES for path in meant.candidates(name) if path in repository.project.paths]
    texts = [repository.text(path) for path in paths]
    others = any(path in repository.project.paths for name in _BAKED_TOO for path in meant.candidates(name))
    if not paths or others or any(map(_MADE_BY_MATRIX.search, texts)):
        return
    known = {match[1] for text in texts for match in _BAKED.finditer(text)}
    for before, name in pairwise(["", *words]):
        if before not in _BAKE_VALUES and re.fullmatch(r"[a-z][\w-]*", name) and known and name not in known:
            yield f"the target `{name}` of {paths[0]}"


Finder = Callable[[Command, Meant, Repository], Iterator[str]]
_FINDERS: dict[str, Finder] = {
    "rake": _rake,
    "composer": _composer,
    "yarn": _yarn,
    "pnpm": _yarn,
    "deno": _deno,
    "poe": _runner,
    "hatch": _runner,
    "pixi": _runner,
    "uv": _group,
    "poetry": _group,
    "pdm": _group,
    "cargo": _cargo,
    "gradle": _gradle,
    "gradlew": _gradle,
    "mvn": _maven,
    "mvnw": _maven,
    "cmake": _cmake,
    "docker": _bake,
}
