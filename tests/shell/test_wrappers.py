"""Wrappers come off, and what was taken off is told."""

from __future__ import annotations

import pytest

from agentlint.adapters.shell import exec_command
from agentlint.facts.command import Input, Word
from agentlint.files.source import Span
from tests.shell.support import reading, the

CASES: list[tuple[str, tuple[str, ...], list[str]]] = [
    ("sudo -E -u x probe a", ("sudo",), ["a"]),
    ("sudo DEBIAN_FRONTEND=noninteractive probe a", ("sudo",), ["a"]),
    ("doas probe", ("doas",), []),
    ("env -i A=b probe a", ("env",), ["a"]),
    ("time -p probe", ("time",), []),
    ("nice -n 10 ionice -c 2 probe", ("nice", "ionice"), []),
    ("nohup setsid probe x &", ("nohup", "setsid"), ["x"]),
    ("stdbuf -oL probe", ("stdbuf",), []),
    ("timeout -k 5 10m probe x", ("timeout",), ["x"]),
    ("find . -name x -print0 | xargs -0 -n1 -P 4 probe -v", ("xargs",), ["-v"]),
    ("find . -name '*.py' -exec probe {} +", ("find -exec",), ["{}"]),
    ("exec probe a", ("exec",), ["a"]),
    ("command probe a", ("command",), ["a"]),
    ("bash -c 'probe a'", ("bash -c",), ["a"]),
    ("sh -ec \"probe 'a b'\"", ("sh -c",), ["a b"]),
    ("bash -o pipefail -c 'probe a'", ("bash -c",), ["a"]),
    ("sudo bash -c 'cd x && probe a'", ("sudo", "bash -c"), ["a"]),
    ("bash -c \"sh -c 'probe a'\"", ("bash -c", "sh -c"), ["a"]),
    ("eval 'probe a'", (), ["a"]),
    ("uv run --with x --python 3.12 probe a", ("uv run",), ["a"]),
    ("uv run -m probe a", ("uv run", "python -m"), ["a"]),
    ("uv tool run probe a", ("uv tool run",), ["a"]),
    ("uvx probe@1.2 a", ("uvx",), ["a"]),
    ("pipx run probe a", ("pipx run",), ["a"]),
    ("poetry run python -m probe a", ("poetry run", "python -m"), ["a"]),
    ("pdm run probe", ("pdm run",), []),
    ("pipenv run probe", ("pipenv run",), []),
    ("rye run probe", ("rye run",), []),
    ("hatch run probe", ("hatch run",), []),
    ("conda run -n env probe a", ("conda run",), ["a"]),
    ("npx --yes probe@2 a", ("npx",), ["a"]),
    ("npx -p pkg probe a", ("npx",), ["a"]),
    ("bunx probe", ("bunx",), []),
    ("pnpm dlx probe", ("pnpm dlx",), []),
    ("pnpm --filter web exec probe", ("pnpm exec",), []),
    ("yarn dlx probe", ("yarn dlx",), []),
    ("yarn exec probe", ("yarn exec",), []),
    ("npm exec -- probe a", ("npm exec",), ["a"]),
    ("bundle exec probe a", ("bundle exec",), ["a"]),
    ("coverage run -m probe a", ("coverage run", "python -m"), ["a"]),
    ("python3.11 -m probe a", ("python -m",), ["a"]),
    ("python -W error -m probe", ("python -m",), []),
    ("${PYTHON:-python3} -m probe", ("python -m",), []),
    ("docker run --rm -e A=b -v /x:/y image probe a", ("docker run",), ["a"]),
    ("docker run -it image bash -c 'probe a'", ("docker run", "bash -c"), ["a"]),
    ("docker compose -f c.yml exec -T web probe a", ("docker compose exec",), ["a"]),
    ("docker-compose run --rm web probe", ("docker-compose run",), []),
    ("podman exec box probe", ("podman exec",), []),
    ("dotenv -f .env -- probe a", ("dotenv",), ["a"]),
    ("cross-env CI=1 probe a", ("cross-env",), ["a"]),
    ("xvfb-run -a -s '-screen 0' probe", ("xvfb-run",), []),
    ("retry 3 probe", ("retry",), []),
    ("su - user -c 'probe a'", ("su",), ["a"]),
    ("parallel -j4 probe {} ::: a b", ("parallel",), ["{}"]),
    ("$SUDO probe a", ("sudo",), ["a"]),
    ("yarn run -T probe a", ("yarn run",), ["a"]),
    ("nix develop .#msrv --command probe --all", ("nix develop",), ["--all"]),
    ("nix --extra-experimental-features 'nix-command flakes' shell nixpkgs#jq -c probe a", ("nix shell",), ["a"]),
    ("nix run nixpkgs#probe -- a", ("nix run",), ["a"]),
    ("nix-shell --pure --run 'probe a'", ("nix-shell",), ["a"]),
    ("guix shell -m manifest.scm -- probe a", ("guix shell",), ["a"]),
    ("devbox run -- probe a", ("devbox run",), ["a"]),
    ("devbox run -c sub probe a", ("devbox run",), ["a"]),
    ("devenv shell probe a", ("devenv shell",), ["a"]),
    ("pixi run -e lint probe a", ("pixi run",), ["a"]),
    ("pixi exec --spec py probe a", ("pixi exec",), ["a"]),
    ("sudo mkosi -f box -- timeout -k 30 1h python3 -m probe a", ("sudo", "mkosi box", "timeout", "python -m"), ["a"]),
    ("distrobox enter fedora -- probe a", ("distrobox enter",), ["a"]),
    ("distrobox-enter -n fedora -e probe a", ("distrobox-enter",), ["a"]),
    ("toolbox run -c fedora probe a", ("toolbox run",), ["a"]),
    ("opam exec -- probe a", ("opam exec",), ["a"]),
    ("rustup run nightly probe a", ("rustup run",), ["a"]),
    ("fnm exec --using=20 probe a", ("fnm exec",), ["a"]),
    ("limactl shell default probe a", ("limactl shell",), ["a"]),
    ("lxc exec box -- probe a", ("lxc exec",), ["a"]),
    ("cmake -E env --unset=X A=b probe a", ("cmake -E", "env"), ["a"]),
    ("cmake -E chdir build probe a", ("cmake -E",), ["a"]),
    ("emmake probe a", ("emmake",), ["a"]),
    ("systemd-run --user -p MemoryMax=1G probe a", ("systemd-run",), ["a"]),
    ("corepack probe || corepack pnpm exec probe", ("corepack", "pnpm exec"), []),
]


@pytest.mark.parametrize(("text", "wrappers", "arguments"), CASES[:-1])
def test_unwrapped(text: str, wrappers: tuple[str, ...], arguments: list[str]) -> None:
    command = the(text)
    assert command.wrappers == wrappers
    assert list(command.texts()) == arguments


PROGRAMS = [
    ("./gradlew build", "gradlew"),
    ("/usr/bin/python3.12 x.py", "python"),
    ("pip3 install x", "pip"),
    ("npm.cmd ci", "npm"),
    ('"$DIR/bin/tool" x', "tool"),
    ('"$CMD" x', ""),
    ("$(which foo) x", "foo"),
    ("D=$(command -v foo || which bar); $D x", "bar"),
    ("D=`which foo 2>/dev/null`\n$D x", "foo"),
    ("$(get foo) x", ""),
    ('"$ANY" -m pip install x', "pip"),
    ("/opt/python${{ matrix.ver }} -m pytest x", "pytest"),
    ('"$ANY" -m example x', ""),
    ("ssh host apt-get install x", "ssh"),
    ("command -v docker", "command"),
    ("sudo -l", "sudo"),
    ("env", "env"),
    ("hatch run test:cov", "hatch"),
    ("bash build.sh", "bash"),
    ("yarn test", "yarn"),
    ("uv pip install x", "uv"),
    ("docker compose up", "docker"),
]


@pytest.mark.parametrize(("text", "program"), PROGRAMS)
def test_program(text: str, program: str) -> None:
    assert program in [command.program for command in reading(text).commands]


def test_containers_give_both() -> None:
    commands = reading("docker run --rm -e A=b image npm ci").commands
    assert [(c.program, c.wrappers) for c in commands] == [("docker", ()), ("npm", ("docker run",))]
    inner = commands[1]
    assert inner.environment == {"A": "b"}
    assert inner.directory is None
    assert inner.input is Input.NULL


def test_here_document_for_a_shell_is_read() -> None:
    command = the("bash -e <<'EOF'\ncd sub\nprobe $X\nEOF\n")
    assert command.input is Input.HERE_DOCUMENT
    assert command.directory == "sub"


PIPED = [
    "cat <<EOF | sudo bash -s\nprobe a\nEOF\n",
    "echo 'probe a' | sh",
    "bash <<< 'probe a'",
    "sh -s <<EOF\nprobe a\nEOF\n",
]


@pytest.mark.parametrize("text", PIPED)
def test_scripts_that_a_shell_is_fed(text: str) -> None:
    assert the(text).texts() == ("a",)


def test_wrapper_words_are_kept() -> None:
    assert [word.text for word in the("npx --yes probe").wrapper_words] == ["npx", "--yes"]


def test_exec_form() -> None:
    words = [Word(text, Span(i * 10, i * 10 + 5)) for i, text in enumerate(["sh", "-c", "apt-get update && probe a"])]
    commands = exec_command(words, "Dockerfile", "u", step=3)
    assert [(c.program, c.wrappers, c.step) for c in commands] == [("apt-get", ("sh -c",), 3), ("probe", ("sh -c",), 3)]


@pytest.mark.parametrize(
    ("line", "program"),
    [
        ("php vendor/bin/phpunit --log-junit r.xml", "phpunit"),
        ("php -d memory_limit=-1 -d a=b ./vendor/bin/phpstan analyse", "phpstan"),
        ("php composer.phar install", "composer"),
        ("php bin/phpcs --version", "php"),
        ("php -r 'echo 1;'", "php"),
        ("php -S localhost:80 phpunit", "php"),
        ("php app/phpunit_helper.php", "php"),
    ],
)
def test_tools_that_php_runs(line: str, program: str) -> None:
    assert [command.program for command in reading(line).commands] == [program]
