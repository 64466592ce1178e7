"""Programs that run other programs: which of their options take a value, and what precedes the inner command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wrapper:
    """How a wrapper's own words end and the inner command begins."""

    values: frozenset[str] = frozenset()
    """Options that take the following word."""
    operands: int = 0
    """Own operands before the command (`timeout 5 cmd`)."""
    assignments: bool = False
    """`NAME=value` words may precede the command."""
    dashes: bool = False
    """The command stands after `--` where there is one."""
    script: frozenset[str] = frozenset()
    """Options whose value is shell text (`su -c`)."""
    stops: frozenset[str] = frozenset()
    """Words with which it is no wrapper (`command -v`); for package runners, marks in the operand."""
    label: str = ""
    eats: bool = False
    """Reads standard input for itself (xargs)."""
    module: bool = False
    """Takes `-m module` as Python does."""
    package: bool = False
    """The operand may carry a version (`cowsay@1`)."""
    after: frozenset[str] = frozenset()
    """Options behind which the whole of the line is the command (`nix develop --command make`)."""
    elsewhere: bool = False
    """Another machine or root: the directory and environment are not these."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NONE = Wrapper()
_BEHIND_DASHES = Wrapper(operands=99, dashes=True)

SHELLS = _words("bash sh zsh dash ksh ash busybox-sh mksh")

SIMPLE: Mapping[str, Wrapper] = {
    "sudo": Wrapper(
        _words("-u --user -g --group -h --host -p --prompt -C -D --chdir -R -r --role -t --type -T -U"),
        assignments=True,
        stops=_words("-e --edit -l --list -v --validate -K -k"),
    ),
    "doas": Wrapper(_words("-u -C -a"), assignments=True),
    "env": Wrapper(_words("-u --unset -C --chdir"), assignments=True),
    "time": Wrapper(_words("-f --format -o --output")),
    "gtime": Wrapper(_words("-f --format -o --output")),
    "nice": Wrapper(_words("-n --adjustment")),
    "ionice": Wrapper(_words("-c --class -n --classdata -p -t")),
    "nohup": _NONE,
    "setsid": _NONE,
    "chronic": _NONE,
    "unbuffer": _NONE,
    "eatmydata": _NONE,
    "fakeroot": _NONE,
    "winpty": _NONE,
    "caffeinate": Wrapper(_words("-t -w")),
    "arch": Wrapper(),
    "noglob": _NONE,
    "nocorrect": _NONE,
    "builtin": _NONE,
    "exec": Wrapper(_words("-a")),
    "command": Wrapper(stops=_words("-v -V -pv")),
    "stdbuf": Wrapper(_words("-i -o -e --input --output --error")),
    "timeout": Wrapper(_words("-s --signal -k --kill-after"), operands=1),
    "gtimeout": Wrapper(_words("-s --signal -k --kill-after"), operands=1),
    "taskset": Wrapper(_words("-c --cpu-list"), operands=0),
    "xargs": Wrapper(
        _words("-I -n -P -L -d -E -s -a --max-args --max-procs --delimiter --replace --arg-file"), eats=True
    ),
    "gxargs": Wrapper(_words("-I -n -P -L -d -E -s -a"), eats=True),
    "cross-env": Wrapper(assignments=True),
    "cross-env-shell": Wrapper(assignments=True),
    "c8": Wrapper(
        _words("-r --reporter --include -x --exclude --src -o --reports-dir"), stops=_words("report check-coverage")
    ),
    "nyc": Wrapper(
        _words(
            "-r --reporter -n --include -x --exclude -i --require -e --extension --report-dir -t --temp-dir --cwd --nycrc-path"
            " --cache-dir --branches --functions --lines --statements --exclude-after-remap"
        ),
        stops=_words("report check-coverage merge instrument"),
    ),
    "env-cmd": Wrapper(_words("-f --file -e --environments"), dashes=True),
    "dotenv": Wrapper(_words("-e -f -v -c --file"), dashes=True, stops=_words("set get list unset")),
    "dotenvx": Wrapper(_words("-f --env-file -e"), operands=1, dashes=True),
    "xvfb-run": Wrapper(_words("-s --server-args -e --error-file -f --auth-file -n --server-num -w --wait -p")),
    "dbus-run-session": Wrapper(_words("--config-file"), dashes=True),
    "tini": Wrapper(dashes=True),
    "dumb-init": Wrapper(dashes=True),
    "gosu": Wrapper(operands=1),
    "su-exec": Wrapper(operands=1),
    "chroot": Wrapper(operands=1),
    "flock": Wrapper(_words("-w --wait -E --timeout"), operands=1, script=_words("-c --command")),
    "su": Wrapper(operands=99, script=_words("-c --command")),
    "runuser": Wrapper(_words("-u --user -g --group -s"), dashes=True, script=_words("-c --command")),
    "script": Wrapper(  # BSD: `script -q /dev/null make test`; util-linux: `script -q -c "make test" /dev/null`
        _words("-t -T -O -I -B -E -m"), operands=1, script=_words("-c --command -qc -qec -qefc -ec")
    ),
    "nix-shell": Wrapper(operands=99, script=_words("--run --command")),
    "strace": Wrapper(_words("-o -e -p -s -u -E")),
    "catchsegv": _NONE,
    "cov-build": Wrapper(_words("--dir --config -c --encoding --tmpdir --capture-ignore --emit-link-units")),
    "bear": Wrapper(_words("-o --output --cdb -l --libexec --config"), dashes=True),
    "scan-build": Wrapper(
        _words(
            "-o --use-cc --use-c++ --use-analyzer --analyzer-target -constraints -maxloop -enable-checker -disable-checker"
            " -load-plugin -analyzer-config --exclude --html-title"
        )
    ),
    "build-wrapper-linux-x86-64": Wrapper(_words("--out-dir")),
    "build-wrapper-macosx-x86": Wrapper(_words("--out-dir")),
    "distrobox-enter": Wrapper(operands=99, dashes=True, after=_words("-e --exec")),
    "chruby-exec": _BEHIND_DASHES,
    "emmake": _NONE,
    "emconfigure": _NONE,
    "emcmake": _NONE,
    "faketime": Wrapper(_words("-p --pid"), operands=1),
    "firejail": _NONE,
    "lima": Wrapper(elsewhere=True),
    "linux32": _NONE,
    "linux64": _NONE,
    "schroot": Wrapper(
        _words("-c --chroot -u --user -d --directory -o --option -n --session-name"), dashes=True, elsewhere=True
    ),
    "systemd-run": Wrapper(
        _words(
            "-p --property -E --setenv -u --unit --slice -M --machine -H --uid --gid --nice --working-directory --service-type"
            " --description"
        )
    ),
    "unshare": Wrapper(_words("-S --setuid -G --setgid -R --root -w --wd --propagation")),
    "wsl": Wrapper(
        _words("-d --distribution -u --user --cd --shell-type"),
        dashes=True,
        after=_words("-e --exec"),
        stops=_words(
            "--install --update --set-default-version --import --export --shutdown --list -l --status --unregister"
        ),
        elsewhere=True,
    ),
}
"""Sources: the manual pages of each; distrobox.it, emscripten.org (emmake), learn.microsoft.com/windows/wsl/basic-commands."""

_PYTHON = Wrapper(
    _words(
        "--with --with-editable --with-requirements --python -p --extra --group --only-group --no-group --no-extra"
        " --directory --project --package --env-file --index --index-url -i --extra-index-url --find-links -f --refresh-package"
        " --resolution --prerelease --exclude-newer --cache-dir --config-file --color --upgrade-package -P --index-strategy"
        " --reinstall-package --link-mode --only-binary --from"
    ),
    module=True,
    dashes=False,
)
_NODE = Wrapper(
    _words("-p --package -w --workspace -C --dir --prefix --registry --filter -F --cwd"),
    package=True,
    script=_words("-c --call"),
)
_NIX = Wrapper(
    _words(
        "--extra-experimental-features --experimental-features --inputs-from --system --max-jobs -j --cores --profile -f --file"
    ),
    operands=99,
    after=_words("-c --command"),
)
_IN_MACHINE = Wrapper(operands=99, dashes=True, elsewhere=True)
_IMAGE_FILE = Wrapper(
    _words("-B --bind -H --home --env --env-file --pwd -W --workdir -o --overlay"), operands=1, elsewhere=True
)

_DOTNET_TOOL = Wrapper(
    _words("--version -a --arch --add-source --configfile --framework --source -v --verbosity"), package=True
)
"""Source: learn.microsoft.com/dotnet/core/tools/dotnet-tool-exec."""
PACKAGE_RUNNERS: Mapping[str, Mapping[str, Wrapper]] = {
    "uv": {"run": _PYTHON, "tool run": _PYTHON, "x": _PYTHON},
    "uvx": {"": Wrapper(_PYTHON.values, package=True)},
    "pipx": {"run": Wrapper(_words("--spec --python --pip-args --index-url"), package=True)},
    "poetry": {"run": Wrapper(_words("-C --directory -P --project"))},
    "pdm": {"run": Wrapper(_words("-p --project -s --site-packages --venv"))},
    "pipenv": {"run": _NONE},
    "rye": {"run": Wrapper(_words("--pyproject"))},
    "hatch": {"run": Wrapper(_words("-e --env"), stops=frozenset({":", "+"})), "-e": _NONE},
    "pixi": {
        "run": Wrapper(_words("-e --environment --manifest-path")),
        "exec": Wrapper(_words("-s --spec -c --channel -w --with -p --platform")),
        "x": Wrapper(_words("-s --spec -c --channel -w --with -p --platform")),
    },
    "conda": {"run": Wrapper(_words("-n --name -p --prefix --cwd"))},
    "mamba": {"run": Wrapper(_words("-n --name -p --prefix --cwd"))},
    "micromamba": {"run": Wrapper(_words("-n --name -p --prefix --cwd"))},
    "coverage": {
        "run": Wrapper(
            _words("--source --rcfile --omit --include --data-file --concurrency --context --debug --save-signal"),
            module=True,
        )
    },
    "npx": {"": _NODE},
    "pnpx": {"": _NODE},
    "bunx": {"": _NODE},
    "npm": {"exec": _NODE, "x": _NODE},
    "pnpm": {"exec": _NODE, "dlx": _NODE},
    "yarn": {"exec": _NODE, "dlx": _NODE},
    "dnx": {"": _DOTNET_TOOL},
    "bun": {"x": _NODE},
    "lerna": {"exec": Wrapper(_words("--scope --ignore --concurrency --since"), dashes=True)},
    "bundle": {"exec": _NONE},
    "composer": {"exec": Wrapper(_words("-d --working-dir"))},
    "rbenv": {"exec": _NONE},
    "carton": {"exec": Wrapper(dashes=True)},
    "plenv": {"exec": _NONE},
    "pyenv": {"exec": _NONE},
    "asdf": {"exec": _NONE},
    "mise": {"exec": Wrapper(dashes=True), "x": Wrapper(dashes=True)},
    "direnv": {"exec": Wrapper(operands=1)},
    "op": {"run": Wrapper(_words("--env-file --account"), dashes=True)},
    "doppler": {"run": Wrapper(_words("-p --project -c --config -t --token"), dashes=True, script=_words("--command"))},
    "aws-vault": {"exec": Wrapper(operands=1, dashes=True)},
    "nix": {"develop": _NIX, "shell": _NIX},
    "guix": {"shell": _BEHIND_DASHES, "environment": _BEHIND_DASHES},
    "devbox": {"run": Wrapper(_words("-c --config -e --env --env-file --environment"))},
    "devenv": {"shell": Wrapper(_words("--option -O --override-input -o"))},
    "mkosi": {"box": _BEHIND_DASHES, "sandbox": _BEHIND_DASHES},
    "distrobox": {"enter": Wrapper(operands=99, dashes=True, after=_words("-e --exec"))},
    "toolbox": {"run": Wrapper(_words("-c --container -d --distro -r --release"))},
    "opam": {"exec": Wrapper(_words("--switch --color"), dashes=True)},
    "stack": {"exec": Wrapper(_words("--resolver --stack-yaml --package --cwd"), dashes=True)},
    "cabal": {"exec": Wrapper(_words("--project-file --project-dir"), dashes=True)},
    "dune": {"exec": _BEHIND_DASHES},
    "tox": {"exec": _BEHIND_DASHES},
    "rustup": {"run": Wrapper(operands=1)},
    "fnm": {"exec": Wrapper(_words("--using --fnm-dir --log-level --arch"), dashes=True)},
    "nvm": {"exec": Wrapper(operands=1)},
    "volta": {"run": Wrapper(_words("--node --npm --yarn --pnpm --env"))},
    "scl": {"enable": _BEHIND_DASHES},
    "aqua": {"exec": Wrapper(_words("-c --config"), dashes=True)},
    "infisical": {"run": Wrapper(operands=99, dashes=True, script=_words("--command"))},
    "chamber": {"exec": _BEHIND_DASHES},
    "sops": {"exec-env": Wrapper(operands=1)},
    "meson": {"devenv": Wrapper(_words("-C -w --workdir"))},
    "lxc": {"exec": _IN_MACHINE},
    "incus": {"exec": _IN_MACHINE},
    "multipass": {"exec": _IN_MACHINE},
    "colima": {"ssh": _IN_MACHINE},
    "limactl": {"shell": Wrapper(_words("--shell --workdir"), operands=1, elsewhere=True)},
    "apptainer": {"exec": _IMAGE_FILE},
    "singularity": {"exec": _IMAGE_FILE},
    "dotnet": {
        "tool run": _NONE,
        "tool exec": _DOTNET_TOOL,
        "tool execute": _DOTNET_TOOL,
        "dnx": _DOTNET_TOOL,
    },
}
"""Sources: the programs' own help: nix.dev/manual (nix3-develop, nix3-shell), guix.gnu.org/manual (guix shell), jetify.com/docs/devbox
(run), devenv.sh/reference, mkosi(1) (box), distrobox.it, containertoolbx.org, opam.ocaml.org, rust-lang.github.io/rustup, tox.wiki
(exec), mesonbuild.com (devenv), documentation.ubuntu.com/lxd, lima-vm.io, apptainer.org."""
