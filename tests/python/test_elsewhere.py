"""Questions in a helper module are judged by the calls in other modules."""

from __future__ import annotations

from agentlint.engine.audit import audit_files

HELPER = "import getpass\n\ndef read_secret():\n    return getpass.getpass('Password: ')\n"


def found(files: dict[str, str]) -> list[str]:
    audit = audit_files({path: text.encode() for path, text in files.items()})
    return [f"{f.rule} {f.path}:{f.start.line}" for f in audit.findings if f.rule == "INT111"]


def test_every_caller_has_an_answer() -> None:
    caller = "from app.ask import read_secret\n\ndef go(no_input):\n    if no_input:\n        return ''\n    return read_secret()\n"
    assert found({"app/ask.py": HELPER, "app/go.py": caller}) == []


def test_one_caller_has_none() -> None:
    caller = "from app.ask import read_secret\n\nread_secret()\n"
    assert found({"app/ask.py": HELPER, "app/go.py": caller}) == ["INT111 app/ask.py:4"]


def test_a_parameter_left_to_its_default_answers_nothing() -> None:
    text = (
        "def clear(confirm=True):\n    if confirm and ask('Remove ALL? (y/n): ') != 'y':\n        return\n\n"
        "def ask(text):\n    return input(text)\n\nclear()\n"
    )
    assert found({"app.py": text}) == ["INT111 app.py:2"]
    assert found({"app.py": text.replace("clear()\n", "clear(confirm=flag)\n")}) == []


def test_an_exit_for_other_work_answers_nothing() -> None:
    text = "def main(args):\n    if args.help:\n        return\n    name = input('Name: ')\n"
    assert found({"app.py": text}) == ["INT111 app.py:4"]
