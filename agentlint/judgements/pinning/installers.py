"""Install commands of many languages: what each takes at the newest version."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from agentlint.facts.command import Command
from agentlint.files.lazily import lazily


@dataclass(frozen=True, slots=True)
class Installer:
    """One install command: its first words, the options that pin, the options that take a value, and what floats."""

    verbs: tuple[str, ...]
    pinned: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    floats: Callable[[str], bool] = bool
    needs: tuple[str, ...] = ()
    """One of these options must be given."""
    alone: bool = False
    """The version would be an operand of its own."""
    skip: int = 0
    """Operands before the packages."""
    most: int = 0
    """With more operands than these the last of them is the version."""
    named_by: tuple[str, ...] = ()
    """Options whose value is the package."""

    def packages(self, command: Command) -> tuple[str, ...]:
        words = command.texts()
        start = 1 if words and words[0].startswith("+") else 0  # `cargo +nightly install`
        size = start + len(self.verbs)
        texts = tuple(text.lower() for text in words[start:size])
        if texts != self.verbs or (self.pinned and _has_option(command, self.pinned) and not self._is_bound(command)):
            return ()
        if self.needs and not _has_option(command, self.needs):
            return ()
        operands = plain_operands(command, size, self.values)
        if self.alone and (len(operands) != 1 or any("$" in word.text for word in command.arguments[size:])):
            return ()  # a second operand is the version, a variable too
        if self.most and len(operands) > self.most:
            return ()
        named = next((command.value_of(name) or "" for name in self.named_by if command.value_of(name)), "")
        operands = (named,) if named else operands
        if not operands:  # `go install "${tool}@latest"`: whatever its name, the word says enough
            operands = tuple(word.text for word in command.arguments[size:] if _UNKNOWN_NEWEST.search(word.text))
        found = [at for at in range(self.skip, len(operands)) if self.floats(operands[at])]
        # `asdf install uv latest`: what floats is named by the word before.
        return tuple(operands[at - 1] if operands[at] == "latest" and at else operands[at] for at in found)

    def _is_bound(self, command: Command) -> bool:
        """True where the version that is told is a lower bound alone (`-v '>=0.4'`), above which the newest is taken."""
        told = next((command.value_of(name) for name in self.pinned if command.value_of(name)), None)
        return told is not None and _LOWER_BOUND.match(told) is not None


_UNKNOWN_NEWEST = lazily(r"\$.*@latest\Z")
_LOWER_BOUND = lazily(r">=?\s*[\w.]+\Z|\*\Z")


def _has_option(command: Command, names: tuple[str, ...]) -> bool:
    lowered = {word.text.lower().partition("=")[0].partition(":")[0] for word in command.arguments}
    return command.option(*names) is not None or any(name.lower() in lowered for name in names)


def _is_perl_module(name: str) -> bool:
    return re.fullmatch(r"[A-Za-z]\w*(::\w+)*", name) is not None


def _is_haskell_package(name: str) -> bool:
    """A package without a version (`cabal-plan`, not `cabal-plan-0.7.3`), and no target of the project (`exe:x`, `.`)."""
    return re.fullmatch(r"[a-zA-Z][a-zA-Z0-9]*(-[a-zA-Z0-9]*[a-zA-Z][a-zA-Z0-9]*)*", name) is not None


def _is_opam_package(name: str) -> bool:
    return re.fullmatch(r"[a-z][\w-]*", name) is not None


def _is_conda_package(name: str) -> bool:
    """A package without a version or with a lower bound alone (`numpy`, `conda-forge::h5py>=3.10`); no file (`x.tar.bz2`)."""
    found = re.fullmatch(r"(?:[\w-]+::)?[A-Za-z][\w.-]*\s*(?:>=?\s*[\w.]+|!=\s*[\w.]+|,)*", name)
    return found is not None and not name.endswith((".bz2", ".conda", ".yml", ".yaml"))


def _is_moving_url(name: str) -> bool:
    """A module by URL or by registry without a version."""
    return _UNVERSIONED_MODULE.match(name) is not None


_UNVERSIONED_MODULE = lazily(
    r"https://deno\.land/(?:std|x/[\w-]+)/|(?:jsr|npm):/?(?:@[\w.-]+/)?[\w.-]+(?:/[\w./-]*)?\Z"
)


def _is_chart(name: str) -> bool:
    """A chart of a repository that was added (`bitnami/redis`), or of a registry, with neither tag nor digest."""
    return re.fullmatch(r"[A-Za-z][\w-]*/[\w-]+|oci://[\w.-]+(?::\d+)?/[\w./-]+", name) is not None


def _is_hex_package(name: str) -> bool:
    return re.fullmatch(r"[a-z][a-z0-9_]*", name) is not None


def _is_winget_package(name: str) -> bool:
    """A package by its id (`Git.Git`) or its short name."""
    return re.fullmatch(r"[A-Za-z][\w.+-]*", name) is not None


def _is_vendor_slash_name(name: str) -> bool:
    return re.fullmatch(r"[a-z0-9_.-]+/[a-z0-9_.-]+", name) is not None


def _is_choco_package(name: str) -> bool:
    """A package of the community's feed; a list of packages (`packages.config`) names versions of its own."""
    return re.fullmatch(r"[A-Za-z][\w.+-]*", name) is not None and name != "all" and not name.endswith(".config")


_CHOCO_VALUES = tuple(
    "-s --source -ia --install-arguments --params --package-parameters --ia --execution-timeout".split()
)
_HELM_VALUES = tuple("-f --values --set --set-string --set-file -n --namespace --repo --timeout --kube-context".split())
_DOTNET_VALUES = tuple("--tool-path --add-source --configfile --framework -f --source -s --package-directory".split())
_WINGET_VALUES = tuple(
    "-s --source --scope --architecture -a --locale -l --location --override --custom --installer-type --log -o --moniker".split()
)
_ARDUINO_VALUES = tuple("--additional-urls --config-file --config-dir --log-file --log-format --log-level".split())
_VERSION = ("-v", "--version")
_MODULE = Installer(
    (), ("-RequiredVersion", "-MaximumVersion", "-Version"), ("-Scope", "-Repository", "-MinimumVersion")
)
_CARGO_VALUES = (
    "--root",
    "--features",
    "-F",
    "--profile",
    "--target",
    "--git",
    "--branch",
    "-j",
    "--jobs",
    "--config",
    "-Z",
)
_BINSTALL_VALUES = tuple(
    "--disable-strategies --strategies --install-path --targets --github-token --pkg-url --pkg-fmt --log-level --rate-limit --index --registry".split()
)
_PINNED_CRATE = ("--version", "--vers", "--path", "--rev", "--tag")
_CONDA_VALUES = ("-n", "--name", "-c", "--channel", "-p", "--prefix", "-f", "--file", "--solver", "--platform")
_CONDA = tuple(
    Installer((verb,), ("--file", "-f", "--revision"), _CONDA_VALUES, _is_conda_package)
    for verb in ("install", "create")
)
_ACTIVATE = Installer(("pub", "global", "activate"), ("--source", "-s"), (), alone=True)
INSTALLERS: Mapping[str, tuple[Installer, ...]] = {
    "gem": tuple(
        Installer((verb,), _VERSION, ("--source", "-i", *_VERSION), lambda n: ":" not in n and not n.endswith(".gem"))
        for verb in ("install", "i")
    ),
    "choco": tuple(
        Installer((verb,), ("--version",), _CHOCO_VALUES, _is_choco_package) for verb in ("install", "upgrade")
    ),
    "cinst": (Installer((), ("--version",), _CHOCO_VALUES, _is_choco_package),),
    "cargo": (
        Installer(("install",), (*_PINNED_CRATE, "--git"), _CARGO_VALUES, lambda n: "@" not in n),
        Installer(
            ("install",),
            _PINNED_CRATE,
            _CARGO_VALUES[:5] + _CARGO_VALUES[6:],
            lambda n: n.startswith("https://"),
            ("--git",),
        ),
        Installer(("binstall",), _PINNED_CRATE, (*_CARGO_VALUES, *_BINSTALL_VALUES), lambda n: "@" not in n),
    ),
    "cargo-binstall": (Installer((), ("--version",), _BINSTALL_VALUES, lambda n: "@" not in n),),
    "go": (
        Installer(("install",), (), (), lambda n: n.endswith(("@latest", "@master", "@main")) and "/gotip@" not in n),
        Installer(("get",), (), (), lambda n: n.endswith(("@latest", "@master", "@main"))),
        Installer(
            ("get",),
            (),
            (),
            lambda n: "." in n.partition("/")[0] and "/" in n and "@" not in n and n[0] != ".",
            ("-u",),
        ),
    ),
    "dotnet": (
        *(
            Installer(("tool", verb), ("--version", "--all"), _DOTNET_VALUES, lambda n: "@" not in n)
            for verb in ("install", "update")
        ),
        Installer(("add", "package"), ("--version", "-v"), _DOTNET_VALUES, lambda n: "@" not in n),
    ),
    "cpanm": (Installer((), ("--installdeps",), ("-l", "--local-lib", "-L", "--mirror"), _is_perl_module),),
    "cpan": (Installer((), (), (), _is_perl_module),),
    "composer": (
        Installer(("global", "require"), (), (), lambda n: ":" not in n and "/" in n),
        Installer(
            ("require",), ("--no-update", "--dry-run"), ("-d", "--working-dir"), _is_vendor_slash_name, alone=True
        ),
    ),
    "sdk": tuple(Installer((verb,), (), (), alone=True) for verb in ("install", "i")),
    "install-module": (_MODULE,),
    "install-psresource": (_MODULE,),
    "cabal": (
        Installer(
            ("install",),
            ("--constraint", "--only-dependencies", "--dependencies-only"),
            ("--flags", "-f", "--installdir", "-w", "--with-compiler"),
            _is_haskell_package,
        ),
    ),
    "opam": (Installer(("install",), ("--deps-only", "--locked"), ("--switch", "-j", "--jobs"), _is_opam_package),),
    "asdf": (Installer(("install",), (), (), lambda n: n == "latest"),),
    "mise": (Installer(("use",), (), (), lambda n: n.endswith("@latest")),),
    "corepack": tuple(
        Installer((verb,), (), (), lambda n: n.endswith("@latest")) for verb in ("prepare", "use", "install")
    ),
    "pecl": (Installer(("install",), (), (), lambda n: re.fullmatch(r"[a-z_]+", n) is not None),),
    "conda": _CONDA,
    "mamba": _CONDA,
    "micromamba": _CONDA,
    "poetry": (Installer(("self", "add"), (), (), lambda n: re.fullmatch(r"[a-z][\w-]*(\[[\w,]+\])?", n) is not None),),
    "pipx": (
        Installer(("inject",), (), ("--index-url", "-i"), lambda n: re.fullmatch(r"[\w.-]+", n) is not None, skip=1),
    ),
    "deno": tuple(
        Installer((verb,), ("--lock",), ("-n", "--name", "--root"), _is_moving_url) for verb in ("run", "install")
    ),
    "helm": (
        *(
            Installer((verb,), ("--version", "--devel"), _HELM_VALUES, _is_chart)
            for verb in ("install", "upgrade", "pull")
        ),
        Installer(("plugin", "install"), ("--version",), (), lambda n: n.startswith("https://")),
    ),
    "mix": tuple(
        Installer((verb,), (), ("--organization", "--repo", "--sha512"), _is_hex_package, skip=1, most=2)
        for verb in ("archive.install", "escript.install")
    ),
    "winget": tuple(
        Installer(
            (verb,), ("--version", "-v", "--manifest", "-m"), _WINGET_VALUES, _is_winget_package, named_by=("--id",)
        )
        for verb in ("install", "add")
    ),
    "arduino-cli": (
        Installer(("core", "install"), (), _ARDUINO_VALUES, lambda n: re.fullmatch(r"[\w-]+:[\w-]+", n) is not None),
        Installer(("lib", "install"), ("--git-url", "--zip-path"), _ARDUINO_VALUES, lambda n: "@" not in n),
    ),
    "jenkins-plugin-cli": (
        Installer(
            (),
            (),
            ("-f", "--plugin-file", "-d", "--plugin-download-directory", "-w", "--war", "--jenkins-version"),
            lambda n: re.fullmatch(r"[a-z][a-z0-9_-]*(:latest)?", n) is not None,
            ("--plugins", "-p"),
        ),
    ),
    "gh": (Installer(("extension", "install"), ("--pin",), (), _is_vendor_slash_name),),
    "nimble": (Installer(("install",), (), (), lambda n: re.fullmatch(r"[a-z]\w*", n) is not None),),
    "dart": (_ACTIVATE,),
    "flutter": (_ACTIVATE,),
}
"""Sources: `gem install --help`, doc.rust-lang.org/cargo/commands/cargo-install.html, github.com/cargo-bins/cargo-binstall,
go.dev/ref/mod#go-install, learn.microsoft.com/dotnet/core/tools/dotnet-tool-install, metacpan.org/dist/App-cpanminus/view/bin/cpanm,
learn.microsoft.com/powershell/module/powershellget/install-module, getcomposer.org/doc/03-cli.md#global, sdkman.io/usage,
cabal.readthedocs.io/en/stable/cabal-commands.html#cabal-install, opam.ocaml.org/doc/Usage.html, asdf-vm.com/manage/versions.html,
docs.chocolatey.org/en-us/choco/commands/install, mise.jdx.dev/cli/use.html, pecl.php.net/support.php, docs.conda.io/projects/conda/en/stable/commands/install.html,
python-poetry.org/docs/cli/#self-add, pipx.pypa.io, docs.deno.com/runtime/reference/cli/install, helm.sh/docs/helm/helm_upgrade,
hexdocs.pm/mix/Mix.Tasks.Archive.Install.html, learn.microsoft.com/windows/package-manager/winget/install,
arduino.github.io/arduino-cli/latest/commands/arduino-cli_lib_install, dart.dev/tools/pub/cmd/pub-global,
github.com/jenkinsci/plugin-installation-manager-tool#cli-options, cli.github.com/manual/gh_extension_install."""


def plain_operands(command: Command, start: int, value_options: tuple[str, ...]) -> tuple[str, ...]:
    """The operands from a place on that are known before the command runs, without options and their values."""
    found: list[str] = []
    skip = False
    for word in command.arguments[start:]:
        if skip:
            skip = False
        elif word.text.startswith("-"):
            skip = word.text in value_options
        elif (word.literal or _EXTRAS.match(word.text)) and "$" not in word.text and "{" not in word.text:
            if not _EXPRESSION.match(word.text):
                found.append(word.text)
    return tuple(found)


_EXPRESSION = lazily(r"(?:matrix|inputs|env|github|needs|steps|vars|secrets|runner)\.[\w.-]+\Z")
"""The middle of `${{ matrix.version }}`, which is filled in before a shell sees it."""
_EXTRAS = lazily(r"[A-Za-z0-9][\w.-]*\[[\w,.-]+\]\Z")
"""`autopub[github]` without quotes: a shell's pattern by its form, and a package with its extras by its meaning."""
