"""What an install command, or a run that fetches its program first, takes at the newest version."""

from __future__ import annotations

import re

from agentlint.facts.command import Command
from agentlint.facts.remembered import remembered
from agentlint.facts.repository import Repository
from agentlint.facts.unit import UnitKind
from agentlint.files.lazily import lazily
from agentlint.judgements.pinning.installers import INSTALLERS, plain_operands
from agentlint.judgements.pinning.maven_plugins import newest_plugin
from agentlint.judgements.pinning.official_images import OFFICIAL_IMAGES
from agentlint.judgements.pinning.versions import image_floats

_PINNED_ARGUMENT = lazily(r"===?|~=|>.*<|<.*>|@ ")
"""A version, or a range; an upper bound alone takes the newest below it, which moves with each fix."""
_MOVING = frozenset({"", "latest", "next", "master", "main", "HEAD", "canary", "nightly"})
_DOCKER_SWITCHES = lazily(
    r"-[ditPq]+$|--(?:detach|interactive|tty|rm|privileged|init|read-only|publish-all|no-healthcheck|oom-kill-disable|sig-proxy"
    r"|disable-content-trust|quiet|all-tags|tls-verify|replace|rmi|env-host|no-hosts|no-hostname|passwd|http-proxy|help)$"
)
"""The options of `run`, `create` and `pull` that take no value; every other one does.
Sources: docs.docker.com/reference/cli/docker/container/run, docs.podman.io/en/latest/markdown/podman-run.1.html."""
_OPTIONS_VARIABLE = lazily(r"^\$[({]?\w*(FLAGS|OPTS?|OPTIONS|ARGS)\w*[)}]?$", re.IGNORECASE)
"""A variable that holds options and no operand."""
_PIP_VALUES = tuple(
    "-r --requirement -e --editable -i --index-url --extra-index-url -t --target --prefix -f --find-links --python --group"
    " --python-preference --python-version --platform --only-binary --no-binary --index-strategy --resolution -p --cache-dir"
    " --upgrade-strategy --root --src --implementation --abi --trusted-host --extra --override --overrides"
    " --timeout --retries --proxy --log --cert --client-cert --exists-action --keyring-provider --use-feature --use-deprecated"
    " --default-timeout --progress-bar --report --config-settings -C --global-option --backend-path".split()
)


def unpinned_packages(command: Command) -> tuple[str, ...]:
    """Package arguments of an install command with no version at all; empty when constraints or a lock decide."""
    if command.program_path.startswith("./"):
        return ()  # a program that the repository has just built is being tried
    words = command.texts()
    installs = (
        words[:2] in {("pip", "install"), ("tool", "install")} if command.program == "uv" else words[:1] != ("inject",)
    )
    if command.program in {"pip", "pip3", "pipx", "uv"} and installs:
        return _pip_packages(command)
    if command.program in CONTAINER_PROGRAMS:
        return _run_image(command)
    if command.program in {"npm", "pnpm", "yarn", "bun"}:
        return _node_packages(command)
    if command.program == "gem" and words[:1] == ("update",) and "--system" in words:
        return () if any(word[:1].isdigit() for word in words) else ("rubygems",)
    if command.program == "luarocks":
        return _rocks(command)
    if command.program == "ansible-galaxy":
        return _galaxy_content(command)
    found = (installer.packages(command) for installer in INSTALLERS.get(command.program.lower(), ()))
    return next((names for names in found if names), ())


def _rocks(command: Command) -> tuple[str, ...]:
    """`luarocks install NAME [VERSION]`: a second operand of any kind pins."""
    texts = command.texts()
    operands = [text for text in texts[1:] if not text.startswith("-")]
    if texts[:1] != ("install",) or len(operands) != 1 or operands[0].endswith((".rockspec", ".rock")):
        return ()
    return tuple(operands) if re.fullmatch(r"[A-Za-z][\w.-]*", operands[0]) else ()


def _galaxy_content(command: Command) -> tuple[str, ...]:
    """`ansible-galaxy collection install NAME[:VERSION]`, `ansible-galaxy role install NAME[,VERSION]`."""
    if "install" not in command.texts()[:2] or command.option("-r", "--requirements-file", "--role-file") is not None:
        return ()
    start = command.texts().index("install") + 1
    names = plain_operands(command, start, ("-p", "--collections-path", "--roles-path", "-s", "--server"))
    return tuple(name for name in names if re.fullmatch(r"[\w-]+\.[\w.-]+", name))


CONTAINER_PROGRAMS = frozenset(
    {"docker", "podman", "nerdctl", "finch", "buildah", "kubectl", "singularity", "apptainer"}
)
INSTALL_PROGRAMS = frozenset(
    {
        "pip",
        "pip3",
        "pipx",
        "uv",
        *CONTAINER_PROGRAMS,
        "npm",
        "pnpm",
        "yarn",
        "bun",
        "luarocks",
        "ansible-galaxy",
        "Install-Module",
        "Install-PSResource",
    }
) | frozenset(INSTALLERS)
"""Every program that `unpinned_packages` knows, as facts name it."""


_TAKES_AN_IMAGE = {
    "docker": ("run", "pull", "create", "container run", "container create", "image pull"),
    "buildah": ("from", "pull"),
    "singularity": ("pull", "exec", "run"),
}
"""By program the verbs that are given an image; the other programs follow docker, apptainer follows singularity."""


def _run_image(command: Command) -> tuple[str, ...]:
    """The image of `docker run`: the first operand. A name without registry or owner may have been built here, unless it is a
    well-known one."""
    if command.program == "kubectl":
        image = command.value_of("--image") or "" if {"run", "create"} & set(command.texts()[:1]) else ""
        return floating_image(image)
    start = _start_of_image(command)
    if not start:
        return ()
    image = _image_operand(command, start)
    if _RUNS_LIKE.get(command.program) == "singularity":
        image = next(
            (word.removeprefix("docker://") for word in command.texts()[1:] if word.startswith("docker://")), ""
        )
    return floating_image(image.removeprefix("docker://"))


_RUNS_LIKE = {"apptainer": "singularity", "buildah": "buildah", "singularity": "singularity"}


def _start_of_image(command: Command) -> int:
    """How many words the verb has behind which an image is named; 0: this command is given none."""
    words = command.texts()
    verbs = _TAKES_AN_IMAGE[_RUNS_LIKE.get(command.program, "docker")]
    verb = next((verb for verb in verbs if words[: verb.count(" ") + 1] == tuple(verb.split())), "")
    return verb.count(" ") + 1 if verb else 0


def image_variable(command: Command) -> str:
    """The variable that stands for the image of `docker run`, where nothing is known of its value."""
    start = _start_of_image(command) if command.program != "kubectl" else 0
    variable = _VARIABLE.match(_image_word(command, start)) if start else None
    return variable[1] if variable is not None and variable[1] not in command.environment else ""


def floating_image(image: str) -> tuple[str, ...]:
    known = "/" in image or image.partition(":")[0] in OFFICIAL_IMAGES
    return (image,) if known and "$" not in image and not image.startswith((".", "/")) and image_floats(image) else ()


def _image_word(command: Command, start: int) -> str:
    """The first word that is no option."""
    skip = False
    for word in command.arguments[start:]:
        if skip:
            skip = False
        elif word.text.startswith("-"):
            skip = "=" not in word.text and _DOCKER_SWITCHES.match(word.text) is None
            skip = skip and not (word.text[:2] in _JOINED and len(word.text) > 2)
            skip = skip and not (command.program == "buildah" and word.text.startswith("--pull"))
        elif not _OPTIONS_VARIABLE.search(word.text):
            plain = word.literal and "$" not in word.text and "{" not in word.text
            return word.text if plain or word.text.startswith("$") else ""
    return ""


def _image_operand(command: Command, start: int) -> str:
    """The image; the default of a variable counts, "" where it is not known before it runs."""
    text = _image_word(command, start)
    default = _DEFAULT.match(text)
    if default is not None:
        return default[1]
    variable = _VARIABLE.match(text)
    if variable is not None:
        return command.environment.get(variable[1], "")
    return "" if "$" in text else text


_DEFAULT = lazily(r"\$\{\w+:?-([\w./:@-]+)\}\Z")
"""`${IMAGE:-busybox}`: what is run unless somebody says otherwise."""
_VARIABLE = lazily(r"\$\{?(\w+)\}?\Z")
_JOINED = frozenset({"-v", "-e", "-w", "-p", "-u", "-h", "-l", "-m"})
"""Options whose value may follow without a space (`-v$PWD:/x`)."""


def _pip_packages(command: Command) -> tuple[str, ...]:
    texts = command.texts()
    start = texts.index("install") + 1 if "install" in texts else 0
    # Before the verb stand `pip` or `tool` of uv, and options of pip as a whole: `pip --timeout 100 install x`.
    before = plain_operands(command, 0, _PIP_VALUES)[:2]
    if not start or "install" not in before:
        return ()
    if command.option("-c", "--constraint", "--constraints", "--require-hashes", "--no-index") is not None:
        return ()
    if ("UV_CONSTRAINT" if command.program == "uv" else "PIP_CONSTRAINT") in command.environment:
        return ()  # docs.astral.sh/uv/reference/environment, pip.pypa.io/en/stable/topics/configuration
    names = plain_operands(command, start, _PIP_VALUES)
    if _POWERSHELL_LIST in names:
        return ()  # `pip install @(Get-ChildItem *.whl)`: files that a command of PowerShell lists
    return tuple(name for name in names if _is_bare_python_package(name))


_POWERSHELL_LIST = "@"
"""Where the words of `@(...)` begin."""


def _is_bare_python_package(name: str) -> bool:
    base = re.split(r"[\[;>!=~<]", name)[0].strip()
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", base):
        return False
    if base.endswith((".whl", ".gz", ".txt", ".zip")) or "/" in name:
        return False
    return not _PINNED_ARGUMENT.search(name)


_NODE_VERBS = frozenset({"install", "i", "add"})


def _node_packages(command: Command) -> tuple[str, ...]:
    """Packages that are added by name: `npm i -g x`, `npm install --no-save x`, `pnpm add x`, `yarn global add x`, `bun add x`."""
    operands = plain_operands(command, 0, NODE_VALUES)
    if operands[:2] == ("global", "add"):
        operands = operands[1:]
    if not operands or operands[0] not in _NODE_VERBS or (command.program == "yarn" and operands[0] != "add"):
        return ()  # `pnpm playwright install chromium` adds nothing
    return tuple(
        name for name in operands[1:] if _node_version(name) in _MOVING and re.fullmatch(_NODE_NAME, name) is not None
    )


_NODE_NAME = r"(?:@[a-z0-9~][\w.-]*/)?[a-z0-9~][\w.-]*(?<!\.tgz)(?<!\.gz)(?:@[a-z]*)?"
NODE_VALUES = tuple(
    "--prefix --registry --location --cwd -C --dir --cache --loglevel -w --workspace --filter -F --tag --omit --include --userconfig"
    " --before --os --cpu --libc --global-dir --store-dir --reporter --network-timeout --modules-folder --cache-folder --mutex".split()
)


def _node_version(name: str) -> str:
    return name.rpartition("@")[2] if "@" in name[1:] else ""


_FETCHING_RUNS = frozenset(
    {"pnpm dlx", "yarn dlx", "bunx", "bun x", "uvx", "uv tool run", "pipx run", "npx", "pnpx", "npm exec", "npm x"}
) | {"dnx", "dotnet dnx", "dotnet tool exec", "dotnet tool execute"}
_LOCAL_FIRST = frozenset({"npx", "pnpx", "npm exec", "npm x", "bunx", "bun x"})
_NO_PACKAGES = frozenset("bash sh zsh fish cmd powershell pwsh python python3".split())
"""What `uvx` starts in its environment without fetching a package of that name."""
_PACKAGE_OPTIONS = ("-p", "--package", "--from", "--spec")


def unpinned_run(command: Command, repository: Repository) -> str:
    """The program that this run fetches at its newest version (`npx x`, `uvx x`, `go run x@latest`), or ""."""
    if command.program == "go" and command.texts()[:1] == ("run",):
        operands = plain_operands(command, 1, ())
        return operands[0] if operands and operands[0].endswith(("@latest", "@master", "@main")) else ""
    if command.program in {"mvn", "mvnw"}:
        return newest_plugin(command, repository)
    if "uv run" in command.wrappers:
        return _run_with(command)
    wrapper = next((name for name in command.wrappers if name in _FETCHING_RUNS), "")
    if not wrapper or not command.program:
        return ""
    words = [word.text for word in command.wrapper_words]
    if "--no-install" in words or "--offline" in words:
        return ""
    named = _named_package(words) or _as_written(command, repository)
    if wrapper.startswith(("dnx", "dotnet")) and _held_for_dotnet(named, words, repository):
        return ""
    if not _is_name(named) or named in _NO_PACKAGES or _node_version(named.replace("==", "@")) not in _MOVING:
        return ""
    node = wrapper not in {"uvx", "uv tool run", "pipx run"}
    written = named.rpartition("@")[0] != "" and _node_version(named) != ""
    fetches = not {"-y", "--yes"}.isdisjoint(words) and not _declared(named, repository)
    if wrapper in _LOCAL_FIRST and not written and not fetches and _may_be_installed(named, command, repository):
        return ""
    return named if node or not _PINNED_ARGUMENT.search(named) else ""


def _held_for_dotnet(name: str, words: list[str], repository: Repository) -> bool:
    """True for a tool whose version stands on the line, or in the manifest of local tools, which counts here too."""
    if any(word.partition("=")[0] == "--version" for word in words):
        return True
    paths = repository.paths_by_name.get("dotnet-tools.json", ())
    return any(f'"{name.lower()}"' in repository.text(path).lower() for path in paths)


def _run_with(command: Command) -> str:
    """A package that `uv run --with` adds beside what the lock holds."""
    words = [word.text for word in command.wrapper_words]
    for index, text in enumerate(words):
        name, equals, value = text.partition("=")
        if name in {"--with", "-w"}:
            package = value if equals and not value.startswith("=") else "".join(words[index + 1 : index + 2])
            if _is_bare_python_package(package):
                return package
    return ""


def _named_package(words: list[str]) -> str:
    for index, text in enumerate(words):
        name, equals, value = text.partition("=")
        if name in _PACKAGE_OPTIONS:
            return value if equals else "".join(words[index + 1 : index + 2])
    return ""


def _is_name(text: str) -> bool:
    return re.fullmatch(r"@?[A-Za-z0-9][\w./@\[\],=~<>-]*", text) is not None and not text.endswith((".js", ".py"))


def _as_written(command: Command, repository: Repository) -> str:
    """The program with the version that stands behind it in the source."""
    source = repository.read(command.place.path)
    span = command.program_span
    if source is None or not source.text[span.start : span.end]:
        return command.program_path
    found = re.match(r"[^\s'\"`;|&)]+", source.text[span.start : span.start + 200])
    return found[0] if found is not None else command.program_path


def _declared(name: str, repository: Repository) -> bool:
    """True for a dependency of this repository; packages may hold programs of other names, which `--yes` gives away."""
    bare = name[:1] + name[1:].split("@")[0]
    return any(d.name == bare for m in repository.project.manifests if m.ecosystem == "node" for d in m.dependencies)


def _may_be_installed(name: str, command: Command, repository: Repository) -> bool:
    """True where the repository's own install may have brought the program: it is declared, or packages that may hold a program
    of another name were installed earlier in the same job."""
    bare = name[:1] + name[1:].split("@")[0]
    manifests = [manifest for manifest in repository.project.manifests if manifest.ecosystem == "node"]
    if not manifests:
        return _installs_of_another(command, repository)
    if any(dependency.name == bare for manifest in manifests for dependency in manifest.dependencies):
        return not _before_any_install(command, repository)
    if bare.startswith(("@", "create-")) or _not_in_the_lock(bare, repository):
        return False
    return not _before_any_install(command, repository)


def _installs_of_another(command: Command, repository: Repository) -> bool:
    """True where an install of a whole project stands before it, though this repository has none: another's is checked out."""
    job = repository.job_of(command)
    return job is not None and any(
        earlier.program in {"npm", "pnpm", "yarn", "bun"}
        and earlier.texts()[:1] in {("ci",), ("install",), ("i",), ()}
        and not plain_operands(earlier, 1, NODE_VALUES)
        and not {"-g", "--global", "--location"} & set(earlier.texts())
        and earlier.place.span.start < command.place.span.start
        for earlier in job.commands
    )


@remembered
def _not_in_the_lock(name: str, repository: Repository) -> bool:
    """True where lock files that list the programs of each package know no word of that name: no install brings it.

    npm's since version 2 and yarn's since version 2 list them; the older ones and pnpm's leave it open.
    """
    paths = [path for lock in _LOCKS_OF_NODE for path in repository.paths_by_name.get(lock, ())]
    sources = [repository.read(path) for path in sorted(paths)]
    texts = [source.text for source in sources if source is not None]
    word = re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w.-])")
    return (
        bool(texts)
        and len(texts) == len(paths)
        and all(_LISTS_PROGRAMS.search(text[:400]) is not None and word.search(text) is None for text in texts)
    )


_LOCKS_OF_NODE = frozenset({"package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock"})
_LISTS_PROGRAMS = lazily(r'"lockfileVersion": [23]\b|^__metadata:', re.MULTILINE)


def _before_any_install(command: Command, repository: Repository) -> bool:
    """True where the job installs only after this command, so that the run cannot find what the install brings.

    A job without an install says nothing: its folder may come from an earlier job.
    """
    unit = repository.units.get(command.unit)
    job = repository.job_of(command) if unit is not None and unit.kind is UnitKind.JOB else None
    if job is None:
        return False
    places = [each.place for each in job.commands if _may_install(each)]
    return bool(places) and all(place.span.start > command.place.span.start for place in places)


def _may_install(command: Command) -> bool:
    return command.program in {"npm", "pnpm", "yarn", "bun", "make", "just", "task"} or command.program_path.startswith(
        "./"
    )
