"""Where the entry of a program in Python, Rust, Ruby or PHP tells what ended it and leaves with success."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from agentlint.files.lazily import lazily
from agentlint.files.source import Span
from agentlint.judgements.printing.failure_words import FINE, LACKING, WRONG
from agentlint.judgements.printing.program_texts import heads_above

_PY_SAYS = r"(?:print|rprint|(?:\w+\.)*(?:console\.print|s?echo|std(?:err|out)\.write)|traceback\.print_exc|log(?:ger|ging)?\.(?:error|exception|critical|fatal))\("
_PY_RETURN = lazily(
    rf"^(?P<indent>[ \t]+)(?P<said>{_PY_SAYS}[^\n]*\))[ ]?\n(?P=indent)(?P<set>return(?: None)?)[ ]*$", re.MULTILINE
)
_PY_CAUGHT = lazily(
    rf"^    (?P<set>except(?: (?:Base)?Exception(?: as \w+)?| \w*Error(?: as \w+)?)?:[ ]*\n(?:        {_PY_SAYS}[^\n]*\)[ ]?\n)+)(?=\s*(?:^\S|\Z))",
    re.MULTILINE,
)
_PY_ENTRY = lazily(r"(?:async )?def main\(")
_PY_RUNS = lazily(r"^if __name__ == [\"']__main__[\"']:|^(?:sys\.)?exit\(main\(|^def main\(argv\b", re.MULTILINE)
_PY_PROGRAM = lazily(r"\bargparse\b|\bsys\.argv\b|\bclick\b|\btyper\b|\bdocopt\b")
_REPEATED = lazily(r"(?:for|while|async for)\b|except (?:\(?KeyboardInterrupt)")
_STRING = lazily(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'")


def _of_python(text: str) -> Iterator[Span]:
    if "def main(" not in text or not (_PY_RUNS.search(text) or _PY_PROGRAM.search(text)):
        return
    for found in _PY_RETURN.finditer(text):
        heads = list(heads_above(text, found.start("set")))
        words = " ".join(_STRING.findall(found["said"]))
        if _is_entry(heads) and WRONG.search(words) and not FINE.search(words):
            yield Span(*found.span("set"))
    for found in _PY_CAUGHT.finditer(text):
        if _is_entry(list(heads_above(text, found.start("set")))):
            yield Span(found.start("set"), found.start("set") + len(found["set"].rstrip()))


def _is_entry(heads: list[str]) -> bool:
    return bool(heads and _PY_ENTRY.match(heads[-1])) and not any(_REPEATED.match(head) for head in heads)


_RS_MAIN = lazily(r"^(?:async )?fn main\(\)(?: \{| -> [^\n]*\{)[ ]?\n(?P<body>(?:(?!\}).*\n|\n)*)\}", re.MULTILINE)
_RS_CAUGHT = lazily(
    r"^    (?P<set>if let Err\(\w+\) = [^\n]*\{[ ]?\n(?:        (?:e?println!|(?:\w+::)?error!)\([^\n]*\);[ ]?\n)+    \})\s*(?:Ok\(\(\)\)\s*)?\Z"
    r"|^        (?P<arm>Err\(\w+\) => (?:e?println!|(?:\w+::)?error!)\([^\n]*\)),?[ ]?\n(?:        Ok\([^\n]*\n)?    \};?\s*(?:Ok\(\(\)\)\s*)?\Z",
    re.MULTILINE,
)


def _of_rust(text: str) -> Iterator[Span]:
    main = _RS_MAIN.search(text) if "fn main()" in text else None
    found = _RS_CAUGHT.search(text, main.start("body"), main.end("body")) if main is not None else None
    if found is not None and "ExitCode" not in text:
        yield Span(*found.span("set" if found["set"] else "arm"))


_RB_CAUGHT = lazily(
    r"^(?P<set>rescue(?: [A-Z][\w:, ]*)?(?: ?=> ?\w+)?[ ]?\n(?:[ \t]+(?:puts|print|warn|(?:\$stderr|\$stdout|STDERR)\.puts)\b[^\n]*\n)+)end\s*\Z",
    re.MULTILINE,
)
_RB_ENDED = lazily(r"rescue [^\n]*(?:Interrupt|LoadError)")


def _of_ruby(text: str) -> Iterator[Span]:
    found = _RB_CAUGHT.search(text) if text.startswith("#!") and "\nrescue" in text else None
    if found is not None and not _RB_ENDED.match(found["set"]):
        yield Span(found.start("set"), found.start("set") + len(found["set"].rstrip()))


_PHP_CAUGHT = lazily(
    r"(?P<set>catch \([^\n]*\)\s*\{\s*\n(?:\s+\$(?:this->)?(?:io|output|style|this)->(?:writeln|error|line|warn|text)\([^\n]*\n)+\s+\}) ?\n\s*return (?:Command::SUCCESS|self::SUCCESS|static::SUCCESS|0);"
)


def _of_php(text: str) -> Iterator[Span]:
    if "SUCCESS" in text or "return 0;" in text:
        for found in _PHP_CAUGHT.finditer(text):
            if LACKING.search(found["set"]) is None and FINE.search(found["set"]) is None:
                yield Span(*found.span("set"))


_OF: dict[str, Callable[[str], Iterator[Span]]] = {"py": _of_python, "rs": _of_rust, "rb": _of_ruby, "php": _of_php}


def told_at_the_end(text: str, language: str) -> list[Span]:
    """Where the entry of a program, or a command of PHP, only tells of what ended it."""
    find = _OF.get(language)
    return list(find(text)) if find is not None else []
