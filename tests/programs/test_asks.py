"""What the table says of waiting: that it is whole, and that it speaks of the invocations it means and of no others."""

from __future__ import annotations

import pytest

from agentlint.engine.audit import audit_files
from agentlint.judgements.asking.asking import programs_that_wait
from agentlint.programs import Asking, Program, table
from agentlint.rule.registry import load_rules

MODES = {"null", "pipe", "pty"}
OUTCOMES = {"HANG", "FAIL", "DEFAULT", "SILENT", "none"}
KINDS = {
    *(
        "confirm",
        "license",
        "wizard",
        "secret",
        "editor",
        "pager",
        "pause",
        "repl",
        "debugger",
        "menu",
        "terminal",
        "follow",
        "watch",
    ),
    *("dialog", "login", "password-login", "key", "browser", "elevate"),
}


def entries() -> list[tuple[Program, Asking]]:
    """Every ask of every program, once."""
    programs = {id(program): program for program in table().programs.values()}
    return [(program, asking) for program in programs.values() for asking in program.asks]


def test_the_table_knows_some_hundred_programs() -> None:
    assert len({program.name for program, _ in entries()}) >= 200


@pytest.mark.parametrize(("program", "asking"), entries(), ids=lambda value: getattr(value, "name", ""))
def test_an_entry_is_whole(program: Program, asking: Asking) -> None:
    assert asking.kind in KINDS
    assert set(asking.outcome) == MODES
    assert set(asking.outcome.values()) <= OUTCOMES
    assert asking.about
    assert asking.advice
    assert asking.source
    assert asking.check[:1] in {"V", "D", "M"}


@pytest.mark.parametrize(("program", "asking"), entries(), ids=lambda value: getattr(value, "name", ""))
def test_a_flag_that_an_edit_inserts_silences_the_entry(program: Program, asking: Asking) -> None:
    flags = asking.insert.split()
    known = {flag.split("=")[0] for flag in asking.when.no_option} | set(asking.when.no_option)
    assert not flags or any(flag in known or flag.split("=")[0] in known for flag in flags)


def test_every_kind_has_a_rule() -> None:
    handled = {name for loaded in load_rules().rules for name in loaded.rule.programs} | {"su"}
    for kind in KINDS:
        assert programs_that_wait(kind) & handled - {""}, kind


ASKED = {
    "apt-get install curl": "confirm",
    "apt-get -o Dpkg::Use-Pty=0 install curl": "confirm",
    "apt install -y curl": "",
    "apt-get -qqy install curl": "",
    "apt-get update": "",
    "dnf group install tools": "confirm",
    "pacman -Sy": "",
    "pacman -Syu": "confirm",
    "pacman -Sy git": "confirm",
    "pacman -S --noconfirm git": "",
    "pacman -Ss git": "",
    "git commit": "editor",
    'git commit -m"Two words"': "",
    "git commit -am x": "",
    "git -C sub commit --file notes": "",
    "git commit --amend": "editor",
    "git commit --amend --no-edit": "",
    "git rebase main": "",
    "git rebase -i main": "editor",
    "git tag v1": "",
    "git tag -a v1": "editor",
    "git tag -l": "",
    "git add -p": "menu",
    "git add .": "",
    "npm init": "wizard",
    "npm init -y": "",
    "npm init vite@latest": "wizard",
    "npm init vite@latest app -- --template vue": "",
    "curl -u name https://example.com": "secret",
    "curl -u name:$WORD https://example.com": "",
    "curl -u $AUTH https://example.com": "",
    "apt-get install -y ttf-mscorefonts-installer": "license",
    "gcloud secrets delete x": "confirm",
    "gcloud compute ssh vm": "terminal",
    "gcloud compute ssh vm --command ls": "",
    "openssl passwd -6": "secret",
    "iex -S mix": "repl",
    "julia": "repl",
    "kubeadm reset -f": "",
    "pip uninstall x": "confirm",
    "pip install x": "",
    "docker run -it image": "terminal",
    "docker run -i image": "",
    "docker run -itd image": "",
    "docker system prune": "confirm",
    "docker system prune -af": "",
    "docker login registry": "password-login",
    "docker login --password-stdin registry": "",
    "docker compose up": "follow",
    "docker compose up -d": "",
    "docker compose logs web": "",
    "terraform apply": "confirm",
    "terraform apply plan.out": "",
    "terraform -chdir=x apply -auto-approve": "",
    "ssh host": "terminal",
    "ssh git@github.com": "",
    "ssh-keygen -f key": "secret",
    "ssh-keygen -lf key": "",
    "psql app": "repl",
    "psql -c 'select 1'": "",
    "mysql -psecret -e 'select 1'": "",
    "mysql -p -e 'select 1'": "secret",
    "python": "repl",
    "python app.py": "",
    "python manage.py flush": "confirm",
    "python manage.py flush --noinput": "",
    "php artisan tinker": "repl",
    "jest --watch": "watch",
    "jest --watch=false": "",
    "jest --ci": "",
    "vitest run": "",
    "tail -f log": "follow",
    "tail -fn 3 log": "follow",
    "tail -n 3 log": "",
    "gh auth login": "login",
    "gh auth login --with-token": "",
    "gh pr create --fill": "",
    "gh pr create": "wizard",
    "az login": "login",
    "az login --identity": "",
    "openssl req -new -key k.pem": "wizard",
    "openssl req -new -key k.pem -subj /CN=x": "",
    "rm -rf build": "",
    "rm -ri build": "confirm",
    "crontab -e": "editor",
    "crontab -l": "",
    "vim +PlugInstall +qall": "",
    "vim notes": "editor",
}


@pytest.mark.parametrize(("line", "kind"), ASKED.items(), ids=ASKED)
def test_an_invocation_is_known(line: str, kind: str) -> None:
    commands = audit_files({"x.sh": f"#!/bin/sh\n{line}\n".encode()}).repository.commands
    kinds = {asking.kind for command in commands for asking in table().asking(command) if not asking.pedantic}
    assert kinds == ({kind} if kind else set())
