"""A password or passphrase that somebody has to type."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.judgements.asking.asking import hits, programs_that_wait
from agentlint.judgements.asking.reading import Reading, reading_hit, reading_of
from agentlint.rule import Bad, Category, Good, Hit, Rule, Severity

RULE = Rule(
    id="INT109",
    name="secret-typed",
    category=Category.INTERACTIVE,
    summary="A password or passphrase is asked for at the terminal.",
    why=(
        "Password questions are made so that no program can answer them by accident: many open the terminal itself. With nobody "
        "there they hang, or take an empty password and go on (`ssh-keygen`, `createuser -P`, `ansible -K`)."
    ),
    remediation="Take the secret from a variable, a file or a secret store (`ssh-keygen -N ''`, `chpasswd`, `PGPASSWORD`, `--password-file`).",
    severity=Severity.BLOCKER,
    programs=programs_that_wait("secret") | {"read"},
    references=("https://manpages.debian.org/ssh-keygen", "https://manpages.debian.org/chpasswd"),
    bad=(
        Bad({"user.sh": "#!/bin/sh\nuseradd -m app\npasswd app\n"}, at=("user.sh:3",)),
        Bad(
            {"key.sh": "#!/bin/sh\nssh-keygen -t ed25519 -f key\n"},
            at=("key.sh:2",),
            fixed={"key.sh": "#!/bin/sh\nssh-keygen -N '' -t ed25519 -f key\n"},
        ),
        Bad({"db.sh": '#!/bin/bash\nread -s -p "Password: " PASSWORD\n'}, at=("db.sh:2",)),
        Bad({"Makefile": "backup:\n\tmysqldump -u root -p app > app.sql\n"}, at=("Makefile:2",)),
        Bad(
            {
                "start.sh": (
                    '#!/bin/sh\nload() {\n  mysql -u "$DB_USER" -p $DB_PASSWORD app < app.sql\n}\nif [ "$SKIP_LOAD" != true ]; then\n  load\nfi\n'
                )
            },
            at=("start.sh:3",),
            title="after a blank the password is taken for the database, and asked for whichever variable led here",
        ),
        Bad(
            {
                "db.sh": '#!/bin/bash\necho "Please enter the password so that we may continue."\nread -s password\nconnect "$password"\n'
            },
            at=("db.sh:3",),
            title="an answer that is used, and no pause",
        ),
        Bad(
            {
                "lib.sh": (
                    '#!/bin/bash\npassword_input() {\n  local result=\'\'\n  while [ -z "$result" ]; do\n    echo -n "* $1"\n'
                    "    while IFS= read -r -s -n1 char; do\n      [[ -z $char ]] && break\n      result+=$char\n      printf '*'\n    done\n"
                    "  done\n  PASSWORD=$result\n}\n"
                )
            },
            at=("lib.sh:6",),
            title="key by key, a star for each",
        ),
        Bad(
            {
                "db.sh": "#!/bin/sh\nprintf 'Password: '\nstty -echo\nread -r password\nstty echo\nconnect \"$password\"\n"
            },
            at=("db.sh:4",),
            title="the terminal shows nothing of what is typed",
        ),
        Bad({"Makefile": "provision:\n\tansible-playbook -K site.yml\n"}, at=("Makefile:2",)),
        Bad({"setup.sh": "#!/bin/sh\nsudo -v\nmake install\n"}, at=("setup.sh:2",), title="is there to ask"),
        Bad({"name.sh": '#!/bin/sh\nscutil --set HostName "$1"\n'}, at=("name.sh:2",)),
        Bad(
            {"token.sh": '#!/bin/sh\ncurl -u "$GITHUB_USER" https://api.example.com/token > token\n'},
            at=("token.sh:2",),
            title="a name without a password",
        ),
    ),
    good=(
        Good(
            {"fetch.ps1": "curl -UseBasicParsing https://example.org/x -OutFile x\n"}, because="PowerShell's own curl"
        ),
        Good(
            {"fetch.ps1": '$found = curl "http://localhost:9200/_search" -UseBasicParsing\n'},
            because="PowerShell's own curl, whose options follow the address",
        ),
        Good({"token.sh": '#!/bin/sh\ncurl -u "$NAME:$TOKEN" https://api.example.com/\n'}, because="both are given"),
        Good({"token.sh": '#!/bin/sh\ncurl -u "$CREDENTIALS" https://api.example.com/\n'}, because="may hold both"),
        Good({"setup.sh": "#!/bin/sh\nsudo -n -v || exit 1\n"}, because="fails at once"),
        Good({"name.sh": '#!/bin/sh\nsudo scutil --set HostName "$1"\n'}, because="root is not asked"),
        Good(
            {
                "keys.sh": "#!/bin/bash\nwhile IFS= read -r -s -n1 key; do\n  case $key in q) break ;; j) down ;; esac\ndone\n"
            },
            because="keys that steer a program, and no secret",
        ),
        Good({"user.sh": '#!/bin/sh\necho "app:$PASSWORD" | chpasswd\n'}, because="fed by a program"),
        Good({"user.sh": "#!/bin/sh\npasswd -l app\n"}, because="locks the account and asks nothing"),
        Good({"key.sh": "#!/bin/sh\nssh-keygen -q -t ed25519 -N '' -f key\n"}, because="the passphrase is given"),
        Good({"key.sh": "#!/bin/sh\nssh-keygen -lf key.pub\n"}, because="shows a fingerprint"),
        Good(
            {"db.sh": '#!/bin/bash\n[ -n "$PASSWORD" ] || read -s -p "Password: " PASSWORD\n'},
            because="the variable answers",
        ),
        Good({"Makefile": "backup:\n\tmysqldump -u root -psecret app > app.sql\n"}, because="the password is given"),
        Good(
            {"start.sh": '#!/bin/sh\nif [ "$DB" = mysql ]; then\n  mysql -u app -p"$DB_PASSWORD" app < app.sql\nfi\n'},
            because="the password follows without a blank",
        ),
        Good(
            {
                ".github/workflows/ci.yml": (
                    "on: workflow_dispatch\njobs:\n  a:\n    runs-on: windows-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - shell: pwsh\n        run: Invoke-WebRequest -Uri $url -OutFile tool.zip\n"
                )
            },
            because="PowerShell's own program, whose -Uri is an address",
        ),
    ),
)


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag secrets that are typed."""
    if command.program == "read":
        if reading_of(command, repository) is Reading.SECRET:
            yield reading_hit(command, repository, "take the secret from a variable or a file")
        return
    if not _is_powershells_own(command):
        yield from hits(command, repository, "secret")


def _is_powershells_own(command: Command) -> bool:
    """`curl ADDRESS -UseBasicParsing`: another program by this name."""
    if command.program.lower() in {"invoke-webrequest", "invoke-restmethod", "iwr", "irm"}:
        return True
    own = any(text.lower().startswith(("-usebasic", "-uri")) for text in command.texts())
    return own and command.place.path.lower().endswith((".ps1", ".psm1"))
