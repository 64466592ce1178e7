"""Questions put by a function of the own package that prints what it is given and reads the answer: told where it is called."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator

from agentlint.adapters.code.calls import calls
from agentlint.adapters.code.questions import kind_of_question, last_question
from agentlint.adapters.code.source import Source
from agentlint.adapters.go_prompters import PROMPTING, folders_of

_NAME = r"(?:[pP]rompt|[cC]onfirm|[aA]sk)\w{0,40}"
_CALLED = re.compile(rf"(?<![\w.])({_NAME})\(\s?(?:fmt\.Sprintf\(\s?)?\"([^\"\n]{{1,300}})\"")
_CALLS = re.compile(rf"(?<![\w.]){_NAME}\(")
_QUESTION = re.compile(r"\?|\by(?:es)?\s?/\s?n", re.IGNORECASE)
_READS = re.compile(r"\bos\.Stdin\b|\bfmt\.Scan")
_READ = re.compile(r"\.(?:Read\w+|Scan\w*)\(")
_SPARED = re.compile(
    r"[iI]s[tT]erminal|isatty|Getenv|ModeCharDevice|\b\w*(?:[yY]es|[fF]orce|[aA]ssume|[iI]nteractive)\w*\s?[{&|)]"
)
"""What a function looks at before it asks: a terminal, a variable, an option of the program."""
_MAX_NEIGHBOURS = 60
_SHARED = r"(?:[pP]rompt|[cC]onfirm|[aA]sk|Yes(?:Or)?No|Read(?:Secret|Password|Line|Input|Answer|String)|Get(?:Input|Answer|Confirmation|UserInput|Password)|Input)\w{0,40}"
_QUALIFIED = re.compile(rf"(?<![\w.])(\w{{2,40}})\.({_SHARED})\(\s?(?:fmt\.Sprintf\(\s?)?\"([^\"\n]{{1,300}})\"")
_QUALIFIED_CALLS = re.compile(rf"(?<![\w.])\w{{2,40}}\.{_SHARED}\(")
_ASKED = re.compile(r"[?:]\s*(?:\\n)?$|\by(?:es)?\s?/\s?n|\?", re.IGNORECASE)
_IMPORTS = re.compile(r"(?m)^\s*(?:import\s+)?(?:(\w+)\s+)?\"([\w./~-]+/[\w-]+)\"")


def local_prompts(source: Source) -> None:
    """Calls of the package's own asking functions that hand over a question."""
    questions = {match[1] for match in _CALLED.finditer(source.text) if _QUESTION.search(match[2])}
    asking = {name for name in questions if _asks(source, name)}
    for call in calls(source.tree, _CALLS) if asking else ():
        said = _CALLED.match(source.text, call.span.start)
        if said is not None and call.callee in asking and _QUESTION.search(said[2]):
            source.ask(call, kind_of_question(said[2]), question=said[2])


def prompts_of_others(source: Source) -> None:
    """The same for functions of the tree's other packages: `util.AskForConfirmation("Drop it? ")`."""
    asked = [(match[1], match[2]) for match in _QUALIFIED.finditer(source.text) if _ASKED.search(match[3])]
    if not asked:
        return
    homes = {match[1] or match[2].rpartition("/")[2]: match[2] for match in _IMPORTS.finditer(source.text[:8000])}
    asking = set()
    for package, name in dict.fromkeys(asked):
        imported = homes.get(package, "")
        folders = folders_of(source, imported) if imported and not PROMPTING.search(imported) else ()
        texts = [text for folder in folders[:1] for text in _folder(source, folder, f"func {name}(")]
        if not any("ReadPassword(" in text for text in texts) and _asks_within(texts, name):
            asking.add(f"{package}.{name}")
    for call in calls(source.tree, _QUALIFIED_CALLS) if asking else ():
        said = _QUALIFIED.match(source.text, call.span.start)
        if said is not None and call.callee in asking and _ASKED.search(said[3]):
            source.ask(call, kind_of_question(said[3]), question=said[3])


def _asks(source: Source, name: str) -> bool:
    """True for a function of this package whose first parameter is text that it prints before it reads standard input."""
    return _asks_within(_package(source, f"func {name}("), name)


def _asks_within(texts: Iterable[str], name: str) -> bool:
    head = re.compile(rf"(?m)^func {name}\((\w+)(?:, \w+)* string\b[^{{\n]*\{{\r?\n")
    for text in texts:
        found = head.search(text)
        if found is None:
            continue
        end = text.find("\n}", found.end())
        body = text[found.end() : end if end >= 0 else found.end()]
        told = any(last_question(body[: read.start()]) for read in _READ.finditer(body))
        printed = re.search(rf"\bF?[pP]rint\w*\([^\n]*\b{found[1]}\b", body)
        # Where it prints a question of its own beside, the reading itself is told.
        return bool(_READS.search(body) and printed and not _SPARED.search(body) and not told)
    return False


def _package(source: Source, wanted: str) -> Iterator[str]:
    """The texts of the package's files that hold this: the own one first."""
    if wanted in source.text:
        yield source.text
        return
    yield from _folder(source, posixpath.dirname(source.path), wanted)


def _folder(source: Source, folder: str, wanted: str) -> Iterator[str]:
    neighbours = [
        path
        for path in source.context.paths
        if path.endswith(".go") and not path.endswith("_test.go") and posixpath.dirname(path) == folder
    ]
    for path in sorted(neighbours)[:_MAX_NEIGHBOURS]:
        file = source.context.read(path)
        if file is not None and wanted.encode() in file.data:
            yield file.data.decode("utf-8", "replace")
