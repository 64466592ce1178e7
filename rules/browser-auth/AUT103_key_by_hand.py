"""A key that needs a passphrase or a password typed."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.judgements.asking.asking import hits, programs_that_wait
from agentlint.rule import Bad, Category, Good, Hit, Rule, Severity

RULE = Rule(
    id="AUT103",
    name="key-by-hand",
    category=Category.BROWSER_AUTH,
    summary="A step hands out or unlocks a key by a password that somebody types (ssh-copy-id, gpg without loopback).",
    why=(
        "`ssh-copy-id` asks for the remote password, gpg opens a pinentry window for the passphrase. Both look for a terminal of their "
        "own, so that nothing can be fed to them by accident."
    ),
    remediation="Provision public keys with the machine; sign with `gpg --batch --pinentry-mode loopback --passphrase-fd`.",
    severity=Severity.BLOCKER,
    programs=programs_that_wait("key"),
    references=(
        "https://manpages.debian.org/ssh-copy-id",
        "https://www.gnupg.org/documentation/manuals/gnupg/Unattended-Usage-of-GPG.html",
    ),
    bad=(
        Bad({"host.sh": "#!/bin/sh\nssh-copy-id deploy@example.com\n"}, at=("host.sh:2",)),
        Bad({"Makefile": "provision:\n\tssh-copy-id -i key.pub $(HOST)\n"}, at=("Makefile:2",)),
        Bad(
            {"sign.sh": "#!/bin/sh\ngpg --detach-sign --armor app.tar.gz\n"},
            at=("sign.sh:2",),
            title="pedantic: only where the key has a passphrase",
        ),
        Bad(
            {"key.sh": '#!/bin/bash\npage="https://github.com/settings/ssh"\npbcopy < key.pub\nopen "$page"\n'},
            at=("key.sh:4",),
            title="a page on which somebody must paste it",
        ),
    ),
    good=(
        Good(
            {"key.sh": "#!/bin/bash\ngh ssh-key add key.pub\nopen https://github.com/example/app\n"},
            because="the key is given to the API, and the page is no form",
        ),
        Good(
            {"sign.sh": "#!/bin/sh\ngpg --batch --pinentry-mode loopback --passphrase-file p --detach-sign app\n"},
            because="the passphrase is a file",
        ),
        Good({"sign.sh": "#!/bin/sh\ngpg --verify app.sig\n"}, because="needs no secret key"),
        Good(
            {"host.sh": "#!/bin/sh\nif [ -t 0 ]; then ssh-copy-id deploy@example.com; fi\n"},
            because="only at a terminal",
        ),
        Good({"host.sh": "#!/bin/sh\ncat key.pub >> ~/.ssh/authorized_keys\n"}, because="asks nothing"),
    ),
)


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag keys handled by hand."""
    yield from hits(command, repository, "key")
