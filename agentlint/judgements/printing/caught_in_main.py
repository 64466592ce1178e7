"""Where the entry of a compiled program catches what ended it, prints it, and goes on to end with success."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.adapters.code.source import is_test_code
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place, Span
from agentlint.judgements.running.scope import aside

_LANGUAGES = {
    ".cpp": "cpp", ".cc": "cpp", ".cxx": "cpp", ".java": "java", ".kt": "java", ".kts": "java", ".groovy": "java",
    ".scala": "java", ".cs": "cs", ".swift": "swift",
}  # fmt: skip
_MAIN = {
    "cpp": lazily(r"^(?:auto|int)\s+w?main\s*\([^)]*\)[^{;]*\{", re.MULTILINE),
    "java": lazily(r"\bstatic void main\s*\(\s*(?:final )?String[^)]*\)[^{;]*\{|^fun main\([^)]*\)[^{=;]*\{|^\s*def main\([^)]*\)[^{;]*\{", re.MULTILINE),
    "cs": lazily(r"\bstatic (?:async )?(?:void|int|Task|Task<int>) Main\s*\([^)]*\)[^{;=]*\{"),
    "swift": lazily(r"\bstatic func main\(\)[^{;]*\{"),
}  # fmt: skip
_SAYS = {
    "cpp": lazily(r"(?:(?:std::)?(?:cerr|cout|clog)\s*<<|(?:std::)?(?:f?printf|fputs|puts|perror)\s*\(|(?:fmt::print|spdlog::\w+|std::print(?:ln)?)\s*\(|LOG(?:_ERROR)?\()"),
    "java": lazily(r"(?:\w+\.printStackTrace\(|System\.(?:err|out)\.print\w*\(|(?:\w*[lL]og(?:ger)?|LOG(?:GER)?)\.(?:error|severe|warn\w*|log|info|fatal)\(|(?:e?print(?:ln)?|printStackTrace)[( ])"),
    "cs": lazily(r"(?:System\.)?Console\.(?:Error\.|Out\.)?Write(?:Line)?\(|(?:\w*[lL]og(?:ger)?|Log)\.\w*(?:Error|Fatal|Critical|Warn)\w*\(|AnsiConsole\.Write\w*\(|Console\.(?:ForegroundColor|ResetColor)"),
    "swift": lazily(r"print\(|fputs\("),
}  # fmt: skip
_HARMLESS = lazily(
    r"(?:return(?: 0| EXIT_SUCCESS)?|(?:std::)?(?:cout|cerr)\s*<<[^;]*|(?:System\.)?Console\.(?:Read(?:Key|Line)?|Write(?:Line)?|ResetColor|Out\.Flush)\([^;]*|Log\.CloseAndFlush\(\)|(?:std::)?getchar\(\)|(?:std::)?cin\.get\(\)"
    r"|system\(\"pause\"\)|System\.out\.print\w*\([^;]*|(?:google::protobuf::)?ShutdownProtobufLibrary\(\)|println\([^;\n]*)\Z"
)
"""What may stand behind the catch: it ends with success, or waits for nobody."""
_PERSON = lazily(r"Interrupt|Cancel|Abort|UserExit|Quit|LookAndFeel")
_NO_PROGRAM = lazily(
    r"javax\.swing|java\.awt|javafx|Application\.Run\(|QApplication|wxApp|int\s+LLVMFuzzer|\bGTEST|TEST_CASE|JUnit|extends Application|WebApplication|WinMain"
)
"""Programs with windows or pages, and tests: nobody waits for their status."""
_OTHER_WORK = lazily(
    r"\bclass \w+(?:<[^>{]*>)?\s+(?:extends|implements)\s+(?!(?:\w+\.)*(?:Callable|Runnable|CommandLineRunner)\b)"
)
"""A class of Java that is first of all something else: its entry is a trial of it."""
_LARGEST = 200_000


def caught(repository: Repository) -> Iterator[tuple[Place, str]]:
    """Each catch in a program's entry that only prints what it caught, with the text that does."""
    for path in repository.judged:
        language = _LANGUAGES.get(path[path.rfind(".") :], "")
        if not language or aside(path) or is_test_code(path, ""):
            continue
        text = repository.text(path)
        if "catch" not in text or "ain" not in text or len(text) > _LARGEST or _NO_PROGRAM.search(text):
            continue
        if path.endswith(".java") and _OTHER_WORK.search(text):
            continue
        for span in _in_text(text, language):
            yield Place(path, span), " ".join(text[span.start : span.end].split())[:60]


def _in_text(text: str, language: str) -> Iterator[Span]:
    bare = _without_words(text)
    for main in _MAIN[language].finditer(bare):
        body = Span(main.end(), _closing(bare, main.end() - 1))
        yield from _last_catch(text, bare, body, language)
        if language == "cpp":
            yield from _in_helpers(text, bare, body)


def _in_helpers(text: str, bare: str, main: Span) -> Iterator[Span]:
    """Catches of functions that main calls, that give nothing back, and that are one try from end to end."""
    if not re.fullmatch(r"[\s\S]*\breturn (?:0|EXIT_SUCCESS);\s*", bare[main.start : main.end]):
        return
    if len(re.findall(r"\breturn\b|\bexit\b", bare[main.start : main.end])) > 1 or re.search(
        r"\b(?:while|for)\b", bare[main.start : main.end]
    ):
        return
    for helper in re.finditer(r"^(?:static )?void (\w+)\([^)]*\)\s*\{", bare, re.MULTILINE):
        if re.search(rf"\b{helper[1]}\(", bare[main.start : main.end]):
            yield from _last_catch(text, bare, Span(helper.end(), _closing(bare, helper.end() - 1)), "cpp")


_TRY = lazily(r"\b(?:try|do)\s*\{")
_CATCH = lazily(r"\s*catch\s*(\([^{]*?\))?\s*\{")
_FINALLY = lazily(r"\s*finally\s*\{")


def _last_catch(text: str, bare: str, body: Span, language: str) -> Iterator[Span]:
    """The catches of a try that stands in the body itself and behind which nothing more is done."""
    at = body.start
    while (start := _TRY.search(bare, at, body.end)) is not None:
        end = _closing(bare, start.end() - 1)
        at = end + 1
        catches = []
        while (match := _CATCH.match(bare, at)) is not None:
            close = _closing(bare, match.end() - 1)
            catches.append((match, close))
            at = close + 1
        if (last := _FINALLY.match(bare, at)) is not None:
            at = _closing(bare, last.end() - 1) + 1
        inside = bare[body.start : start.start()]
        if inside.count("{") != inside.count("}") or not _ends_well(text[at : body.end]):
            continue
        for match, close in catches:
            said = text[match.end() : close]
            if not _PERSON.search(match[0]) and _only_says(said, language):
                yield Span(match.start() + len(match[0]) - len(match[0].lstrip()), close + 1)


def _ends_well(rest: str) -> bool:
    return all(_HARMLESS.match(one) for one in _statements(rest))


_MOST = 4


def _only_says(said: str, language: str) -> bool:
    parts = _statements(said)
    return (
        0 < len(parts) <= _MOST
        and all(_SAYS[language].match(one) for one in parts if not _HARMLESS.match(one))
        and any(_SAYS[language].match(one) for one in parts)
    )


def _statements(text: str) -> list[str]:
    """The statements of a block without blocks: ended by a semicolon, or by the line where none is written."""
    plain = re.sub(r"//[^\n]*|/\*[\s\S]*?\*/", "", text)
    parts = plain.split(";") if ";" in plain else plain.splitlines()
    return [" ".join(one.split()) for one in parts if one.strip()]


_WORDS = lazily(r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.){1,8}\'|//[^\n]*|/\*[\s\S]*?\*/')


def _without_words(text: str) -> str:
    """The text with strings and comments blanked, as long as it was."""
    return _WORDS.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def _closing(bare: str, opening: int) -> int:
    """Where the brace that opens at `opening` closes."""
    depth = 0
    for match in re.finditer(r"[{}]", bare[opening:]):
        depth += 1 if match[0] == "{" else -1
        if depth == 0:
            return opening + match.start()
    return len(bare)
