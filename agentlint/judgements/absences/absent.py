"""What a command names and the repository does not have: a target, a script, an environment, a file.

Silent whenever something that we cannot see could provide the name: a placeholder, an include, a pattern rule, a build's output.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.remembered import remembered
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.judgements.absences.absent_extras import absent_extras
from agentlint.judgements.absences.absent_files import absent_files
from agentlint.judgements.absences.absent_flags import absent_test_flags
from agentlint.judgements.absences.absent_names import absent_names
from agentlint.judgements.absences.absent_operands import build_file
from agentlint.judgements.absences.absent_sessions import absent_hook, absent_sessions
from agentlint.judgements.absences.absent_targets import FAMILY, absent_make, absent_recipe, absent_task
from agentlint.judgements.absences.absent_tests import absent_tests
from agentlint.judgements.absences.inside_containers import inside
from agentlint.judgements.absences.places_meant import DYNAMIC, Meant

_MANIFESTS = {
    "npm": ("package.json",),
    "cargo": ("Cargo.toml",),
    "bundle": ("Gemfile", "gems.rb"),
    "composer": ("composer.json",),
    "mvn": ("pom.xml",),
    "poetry": ("pyproject.toml",),
    "mix": ("mix.exs",),
    "swift": ("Package.swift",),
    "bazel": ("MODULE.bazel", "WORKSPACE", "WORKSPACE.bazel"),
    "bazelisk": ("MODULE.bazel", "WORKSPACE", "WORKSPACE.bazel"),
    "meson": ("meson.build",),
    "cmake": ("CMakeLists.txt",),
    "stack": ("stack.yaml",),
    "sbt": ("build.sbt",),
    "mkdocs": ("mkdocs.yml", "mkdocs.yaml"),
    "flutter": ("pubspec.yaml",),
    "dart": ("pubspec.yaml",),
    "nvm": (".nvmrc",),
    "lein": ("project.clj",),
    "rebar3": ("rebar.config",),
    "dub": ("dub.json", "dub.sdl"),
    "grunt": ("Gruntfile.js", "Gruntfile.cjs", "Gruntfile.coffee", "Gruntfile.ts"),
    "gulp": ("gulpfile.js", "gulpfile.ts", "gulpfile.mjs", "gulpfile.cjs", "gulpfile.babel.js"),
    "ant": ("build.xml",),
    "tsc": ("tsconfig.json",),
    "hatch": ("pyproject.toml", "hatch.toml"),
    "pdm": ("pyproject.toml",),
    "rake": ("Rakefile", "rakefile", "Rakefile.rb"),
    "phpunit": ("phpunit.xml", "phpunit.xml.dist", "phpunit.dist.xml"),
}
"""The files without which a program has nothing to work on."""
_NEEDS_MANIFEST = frozenset(
    {
        "ci",
        "test",
        "build",
        "run",
        "check",
        "clippy",
        "verify",
        "package",
        "exec",
        "setup",
        "serve",
        "use",
        "pub",
        "-B",
        "-S",
        ".",
        "..",
        "spec",
        "compile",
        "deps.get",
    }
)
_ALWAYS = frozenset({"gulp", "grunt", "ant", "rake"})
_HOOK_FILES = (".pre-commit-config.yaml", ".pre-commit-config.yml", "prek.toml")


def absent(command: Command, meant: Meant, repository: Repository) -> str | None:
    """What the command names and the repository lacks ("the target `lint` of Makefile"); None where all is there."""
    if (
        command.opaque
        or any(DYNAMIC.search(_judged(word, command)) for word in _own_words(command))
        or not meant.folders
    ):
        return None
    missing = next(_absent(command, meant, repository), None)
    within = inside(command, repository) if missing is None else None
    return missing if within is None else absent(within, meant, repository)


_HANDS_ON = frozenset({"dotnet", "cargo", "npm", "pnpm", "yarn", "swift"})
"""Programs that hand the words behind `--` to what they start: a pattern for it says nothing of what they name themselves."""


def _own_words(command: Command) -> tuple[str, ...]:
    """The words that the program itself reads."""
    words = command.texts()
    return words[: words.index("--")] if command.program in _HANDS_ON and "--" in words else words


def _judged(word: str, command: Command) -> str:
    """What of a word may stand for something else: of a variable that make is handed, no more than its value's marks."""
    if command.program in {"make", "gmake"} and re.match(r"[A-Za-z_]\w*=[^$<>{}|]*$", word):
        return ""
    if command.program in {"make", "gmake"} and FAMILY.fullmatch(word):
        return word[:-1]
    if command.program == "docker" and re.match(r"[\w.*-]+=[^$<>{}|]*$", word):
        return ""
    if command.program == "go" and command.texts()[:2] == ("mod", "edit"):
        return word.rsplit("=", 1)[0]
    return word.removesuffix("/...")


def _absent(command: Command, meant: Meant, repository: Repository) -> Iterator[str]:
    program = command.program
    if program in {"make", "gmake"}:
        yield from absent_make(command, meant, repository)
    elif program in {"just", "task"}:
        yield from absent_recipe(command, meant, repository)
    elif program in {"invoke", "inv"}:
        yield from absent_task(command, meant, repository)
    elif program in {"npm", "pnpm", "yarn", "bun"}:
        yield from _package_script(command, meant, repository)
    elif program in {"tox", "nox"}:
        yield from _environment(command, meant, repository)
    elif program in {"pip", "pip3", "uv", "poetry"}:
        yield from absent_extras(command, meant, repository)
    elif program in {"pre-commit", "prek"} and set(command.texts()[:1]) & {"run", "install"}:
        own = command.value_of("-c", "--config")
        if not meant.any_named((own,) if own else _HOOK_FILES, repository):
            yield "a configuration of pre-commit"
        elif not own:
            files = [path for name in _HOOK_FILES for path in meant.candidates(name)]
            yield from absent_hook(command, [path for path in files if path in repository.project.paths], repository)
    elif program in {"pytest", "py.test"}:
        yield from _marker(command, repository)
    elif program == "go":
        yield from absent_test_flags(command, repository)
    elif program in {"gradle", "gradlew"}:
        yield from _plugin_task(command, repository)
    yield from absent_names(command, meant, repository)
    yield from absent_tests(command, meant, repository)
    yield from _manifest(command, repository)
    yield from build_file(command, meant, repository)
    yield from absent_files(command, meant, repository)


def _manifest(command: Command, repository: Repository) -> Iterator[str]:
    """`cargo test` in a repository that has no Cargo.toml at all."""
    names = _MANIFESTS.get(command.program)
    if names is None or not (_NEEDS_MANIFEST & set(command.texts()[:1]) or command.program in _ALWAYS):
        return
    if any(not wrapper.startswith(("bundle", "npx", "uv", "poetry", "pipx")) for wrapper in command.wrappers):
        return
    if command.program == "nvm" and command.texts() != ("use",):
        return
    if not any(name in repository.paths_by_name for name in names):
        yield f"a {names[0]}"


_ELSEWHERE_OPTIONS = (
    "-w", "--workspace", "--filter", "-F", "--prefix", "-C", "--cwd", "-r", "--recursive", "--if-present", "-ws", "--workspaces",
)  # fmt: skip


def _package_script(command: Command, meant: Meant, repository: Repository) -> Iterator[str]:
    operands = [word for word in command.texts() if not word.startswith("-")]
    if command.option(*_ELSEWHERE_OPTIONS) is not None or not operands:
        return
    if operands[0] in {"run", "run-script"} and len(operands) > 1:
        name = operands[1]
    elif operands == ["test"] and command.program != "bun":
        name = "test"
    else:
        return
    paths = [path for path in meant.candidates("package.json") if path in repository.project.paths]
    if not paths or name in {"env", "start"} or "/" in name or "." in name:
        return
    if not any(_has_script(path, name, repository) for path in paths):
        yield f"the script `{name}` of {paths[0]}"


def _has_script(path: str, name: str, repository: Repository) -> bool:
    source = repository.read(path)
    return (
        source is None
        or bool(re.search(rf'"{re.escape(name)}"\s*:', source.text))
        or ('"workspaces"' in source.text and ":" in name)
    )


_CONFIGURATIONS = {"tox": ("tox.ini", "tox.toml", "pyproject.toml", "setup.cfg"), "nox": ("noxfile.py",)}


def _environment(command: Command, meant: Meant, repository: Repository) -> Iterator[str]:
    if command.option("-c", "--conf", "-f", "--noxfile", "--workdir") is not None:
        return
    names = _CONFIGURATIONS[command.program]
    paths = [path for name in names for path in meant.candidates(name) if path in repository.project.paths]
    texts = [source.text for path in paths if (source := repository.read(path)) is not None]
    configured = [
        text
        for text in texts
        if command.program == "nox" or re.search(r"testenv|\[tool\.tox|\[tox\]|env_list|\[env", text)
    ]
    if not configured:
        yield f"a configuration of {command.program}"
        return
    if command.program == "nox":
        yield from absent_sessions(command, paths, repository)
        return
    for name in (command.value_of("-e") or "").split(","):
        if name and name not in {"ALL", "py"} and not _known_environment(name, "\n".join(configured)):
            yield f"the environment `{name}` of {command.program}"


def _known_environment(name: str, text: str) -> bool:
    """True when each part of the name that is no Python version occurs in the configuration."""
    if name in text or name.replace("-", "_") in text:
        return True
    parts = [part for part in re.split(r"[-_(]", name) if part and not re.fullmatch(r"(?:py|pypy)?[\d.]+\)?", part)]
    return all(re.search(rf"(?<![A-Za-z]){re.escape(part)}", text) for part in parts)


MOST_TEST_FILES = 3000
_BUILT_IN_MARKERS = frozenset(
    "and or not skip skipif xfail parametrize usefixtures filterwarnings True False asyncio anyio django_db".split()
)


def _marker(command: Command, repository: Repository) -> Iterator[str]:
    """`pytest -m slow` where neither a test nor the configuration says `slow`."""
    chosen = command.value_of("-m") or ""
    for name in re.findall(r"[A-Za-z_]\w+", chosen):
        if name not in _BUILT_IN_MARKERS and name not in _words_of_tests(repository):
            yield f"the marker `{name}`"


@remembered
def _words_of_tests(repository: Repository) -> frozenset[str]:
    """Every word that Python files and the settings of pytest hold; markers are among them."""
    found: set[str] = set()
    paths = [path for path in repository.ordered_paths if path.endswith((".py", ".ini", ".toml", ".cfg"))]
    for path in paths[:MOST_TEST_FILES]:
        source = repository.read(path)
        found.update(re.findall(r"[A-Za-z_]\w+", source.text) if source is not None else ())
    return frozenset(found)


_PLUGIN_TASKS = {
    "idea": "idea",
    "eclipse": "eclipse",
    "jmh": "jmh",
    "shadowJar": "shadow",
    "spotlessApply": "spotless",
    "spotlessCheck": "spotless",
    "ktlintCheck": "ktlint",
    "ktlintFormat": "ktlint",
    "lintKotlin": "kotlinter",
    "formatKotlin": "kotlinter",
    "detekt": "detekt",
    "checkstyleMain": "checkstyle",
    "checkstyleTest": "checkstyle",
    "spotbugsMain": "spotbugs",
    "pmdMain": "pmd",
    "jacocoTestReport": "jacoco",
    "jibDockerBuild": "jib",
    "dokkaHtml": "dokka",
}
"""Tasks of Gradle that only a plugin gives, and the word without which no build file applies it."""


def _plugin_task(command: Command, repository: Repository) -> Iterator[str]:
    wanted = [(word, _PLUGIN_TASKS.get(word.rsplit(":", 1)[-1])) for word in command.texts()]
    if not any(plugin for _, plugin in wanted):
        return
    texts = [source.text for path in _build_files(repository) if (source := repository.read(path)) is not None]
    for word, plugin in wanted:
        if plugin and texts and not any(_applies(plugin, word.rsplit(":", 1)[-1], text) for text in texts):
            yield f"the task `{word}` of Gradle"


_OF_PLUGINS = lazily(r"(?:^|/)(?:buildSrc|build-logic|[^/]*(?:convention|plugin|build)[^/]*)/.*\.(?:kt|groovy|java)$")
"""Code of plugins that a build brings itself (`includeBuild`), which may apply others."""


def _build_files(repository: Repository) -> list[str]:
    return [
        path
        for path in repository.ordered_paths
        if path.endswith((".gradle", ".gradle.kts", ".versions.toml"))
        or path.startswith(("buildSrc/", "build-logic/"))
        or _OF_PLUGINS.search(path)
    ]


def _applies(plugin: str, task: str, text: str) -> bool:
    """True where a build file gives the plugin, or a task by that name, in any form."""
    named = rf"\b{task}\b" if task != plugin else rf"\b{task}\b *[({{]"  # `register("spotlessCheck")`, `dependsOn(...)`
    written = rf"[\"'`.:-]{plugin}[\"'`.\s)]|^\s*{plugin}\s*(?:\{{|$)|apply from|{named}"
    return bool(re.search(written, re.sub(r"com\.intellij|jetbrains", "", text), re.MULTILINE | re.IGNORECASE))
