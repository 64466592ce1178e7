"""Containers: `docker run IMAGE cmd` and its like are a command themselves, and run one inside."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agentlint.adapters.shell.run import Run, skip_options
from agentlint.facts.command import Word
from agentlint.programs.entries import STANDS_FOR_OPTIONS

_DOCKER_BOOLEAN = frozenset(
    "--rm --privileged --init --read-only --detach --interactive --tty --publish-all --no-healthcheck --quiet"
    " --oom-kill-disable --sig-proxy --disable-content-trust --help --no-deps --build --service-ports --use-aliases"
    " --no-TTY --quiet-pull --quiet-build --remove-orphans --all --latest --replace --rmi --tls-verify".split()
)
_DOCKER_GLOBAL = frozenset(
    "-f --file -p --project-name --profile --env-file --project-directory --context -c -H --host -l --log-level"
    " --config --ansi --progress --parallel".split()
)


def container(run: Run, name: str) -> tuple[Run | None, Run | None] | None:
    """`docker run IMAGE cmd`, `docker exec CONTAINER cmd`, `docker compose run|exec SERVICE cmd`: both are kept."""
    words = run.words
    at = skip_options(words, 1, _DOCKER_GLOBAL)
    label = [name]
    if at < len(words) and words[at].text in {"compose", "container"} and not name.endswith("compose"):
        label.append(words[at].text)
        at = skip_options(words, at + 1, _DOCKER_GLOBAL)
    if at >= len(words) or words[at].text not in {"run", "exec"}:
        return None
    label.append(words[at].text)
    options, at, environment, entrypoint = _docker_options(words, at + 1)
    if entrypoint is None and label[-1] == "run" and "compose" not in " ".join(label) and at < len(words):
        entrypoint = _of_image(words[at], words[at + 1 : at + 2])
    at += 1
    if at >= len(words) and entrypoint is None:
        return None
    inner = words[at:] if entrypoint is None else (entrypoint, *words[at:])
    passed = bool(options & {"i", "--interactive"}) or "compose" in " ".join(label)
    return run, Run(
        inner, (*run.wrappers, " ".join(label)), environment, elsewhere=True, interactive=passed and run.interactive
    )


_PROGRAM_IMAGES = {
    "koalaman/shellcheck": "shellcheck",
    "hadolint/hadolint": "hadolint",
    "rhysd/actionlint": "actionlint",
    "davidanson/markdownlint-cli2": "markdownlint-cli2",
    "jdkato/vale": "vale",
    "aquasec/trivy": "trivy",
    "bridgecrew/checkov": "checkov",
    "zricethezav/gitleaks": "gitleaks",
    "gitleaks/gitleaks": "gitleaks",
    "mvdan/shfmt": "shfmt",
    "stoplight/spectral": "spectral",
    "redocly/cli": "redocly",
    "bufbuild/buf": "buf",
    "sqlfluff/sqlfluff": "sqlfluff",
    "mstruebing/editorconfig-checker": "ec",
    "bats/bats": "bats",
    "ghcr.io/terraform-linters/tflint": "tflint",
}
"""Images that run one program, with no word of it on the command line."""


def _of_image(image: Word, following: Sequence[Word]) -> Word | None:
    """The program an image is made for, where the command names none of its own."""
    name = image.text.partition("@")[0].removeprefix("docker.io/")
    folder, slash, last = name.rpartition("/")
    program = _PROGRAM_IMAGES.get(f"{folder}{slash}{last.partition(':')[0]}".removesuffix("-alpine"), "")
    if not program or (following and following[0].text.rsplit("/", 1)[-1] in {program, "sh", "bash", "/bin/sh"}):
        return None
    return Word(program, image.span)


def _docker_options(words: Sequence[Word], at: int) -> tuple[set[str], int, dict[str, str], Word | None]:
    seen: set[str] = set()
    environment: dict[str, str] = {}
    entrypoint: Word | None = None
    while at < len(words):
        text = words[at].text
        if not words[at].literal and STANDS_FOR_OPTIONS.match(text):
            at += 1
            continue
        if len(text) < 2 or text[0] != "-":
            break
        name, equals, value = text.partition("=")
        boolean = (
            name in _DOCKER_BOOLEAN
            or bool(re.fullmatch(r"-[ditPqT]+", text))
            or (not words[at].literal and text[0] == "$")
        )
        if text.startswith("--") or not boolean:
            seen.add(name)
        else:
            seen.update(text[1:])
        given = value if equals else (words[at + 1].text if not boolean and at + 1 < len(words) else "")
        if name in {"-e", "--env"} and "=" in given:
            key, _, content = given.partition("=")
            environment[key] = content
        if name == "--entrypoint" and not equals and at + 1 < len(words):
            entrypoint = words[at + 1]
        at += 1 if boolean or equals else 2
    return seen, at, environment, entrypoint if entrypoint is not None and entrypoint.text else None
