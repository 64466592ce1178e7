"""A program says in its source that something failed, and ends with success."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_start
from agentlint.files.source import Place, Span
from agentlint.judgements.printing.caught_in_main import caught
from agentlint.judgements.printing.ends_of_entries import told_at_the_end
from agentlint.judgements.printing.ends_of_go import never_comes, quiet_ends
from agentlint.judgements.printing.ends_of_php import died, is_page
from agentlint.judgements.printing.ends_of_windows import told_on_windows
from agentlint.judgements.printing.failure_words import FINE, LACKING, WRONG
from agentlint.judgements.printing.program_texts import ProgramText, heads_above, program_texts
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity
from agentlint.rule.comments import reason_at

RULE = Rule(
    id="OUT415",
    name="program-fails-green",
    category=Category.HUMAN_OUTPUT,
    summary="A program prints an error and ends with status 0: `.catch(console.error)`, `sys.exit()`, `die('...')`, a bare return of main.",
    why=(
        "Only the words say that it failed; the exit status says success, and what called the program goes on as if the work "
        "were done. A person reads the message, a program does not."
    ),
    remediation="Leave with a status other than 0 (process.exitCode = 1, sys.exit(1), os.Exit(1)).",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=30, source="E14"),
    evidence=("E14",),
    bad=(
        Bad({"esbuild.js": "async function build() {\n  await run();\n}\n\nbuild().catch(console.error);\n"}, at=("esbuild.js:5",)),
        Bad({"scripts/pack.mjs": "main()\n  .catch((error) => {\n    console.error(error);\n  });\n"}, at=("scripts/pack.mjs:2",)),
        Bad(
            {
                "src/test/runTests.ts": "async function go() {\n\ttry {\n\t\tawait runTests({});\n\t} catch (e) {\n\t\tconsole.log(e);\n\t}\n}\n\ngo();\n"
            },
            at=("src/test/runTests.ts:4",),
        ),
        Bad({"tool.py": "import sys\n\nif not ready():\n    print('Error: no such host')\n    sys.exit(0)\n"}, at=("tool.py:5",)),
        Bad({"bin/check.php": "#!/usr/bin/env php\n<?php\nif (!$file) {\n    die('Could not read the file');\n}\n"}, at=("bin/check.php:4",)),
        Bad({"ci/patch.php": "<?php\nif (!file_exists($path)) {\n    die('The file does not exist' . PHP_EOL);\n}\n"}, at=("ci/patch.php:3",)),
        Bad({"build.pl": "if (!$ok) {\n\tprint \"Error: fatpack must be installed\\n\";\n\texit;\n}\n"}, at=("build.pl:3",)),
        Bad(
            {"main.go": "package main\n\nfunc main() {\n\tif err := run(); err != nil {\n\t\tfmt.Println(\"run failed:\", err)\n\t\treturn\n\t}\n}\n"},
            at=("main.go:6",),
        ),
        Bad(
            {
                "src/convert.cpp": (
                    "int main(int argc, char** argv) {\n  try {\n    run(argv[1]);\n  } catch (const std::exception& e) {\n"
                    '    std::cerr << e.what() << "\\n";\n  }\n  return 0;\n}\n'
                ),
                "src/check.cc": (
                    "void check(std::istream& in) {\n  try {\n    read(in);\n  } catch (...) {\n    puts(\"bad\");\n  }\n}\n"
                    "int main() {\n  check(std::cin);\n  return 0;\n}\n"
                ),
                "src/main/java/app/Main.java": (
                    "public class Main {\n  public static void main(String[] args) {\n    try {\n      run(args);\n"
                    "    } catch (Exception e) {\n      e.printStackTrace();\n    }\n  }\n}\n"
                ),
                "src/Program.cs": (
                    "class Program\n{\n    static void Main(string[] args)\n    {\n        try\n        {\n            Run(args);\n        }\n"
                    "        catch (Exception e)\n        {\n            Console.WriteLine(e.Message);\n        }\n    }\n}\n"
                ),
            },
            at=("src/convert.cpp:4", "src/check.cc:4", "src/main/java/app/Main.java:5", "src/Program.cs:9"),
            title="what ended the work is caught in the program's entry",
        ),
        Bad(
            {
                "cmd/sync.go": (
                    'package cmd\n\nvar sync = &cobra.Command{\n\tUse: "sync",\n\tRun: func(cmd *cobra.Command, args []string) {\n'
                    "\t\tif err := run(); err != nil {\n\t\t\tfmt.Println(err)\n\t\t\treturn\n\t\t}\n\t},\n}\n"
                ),
                "cmd/list.go": (
                    "package cmd\n\nfunc runList(cmd *cobra.Command, args []string) {\n\titems, err := find()\n\tif err != nil {\n"
                    "\t\tlog.Error(err)\n\t\treturn\n\t}\n\tshow(items)\n}\n"
                ),
                "gen/main.go": (
                    "package main\n\nfunc main() {\n\tif err := read(); err != nil {\n\t\treturn\n\t}\n"
                    "\tif err := write(); err != nil {\n\t\tlog.Print(err.Error())\n\t}\n}\n"
                ),
            },
            at=("cmd/sync.go:8", "cmd/list.go:7", "gen/main.go:5", "gen/main.go:8"),
            title="a command that cannot fail, a return without a word, and a message at the very end",
        ),
        Bad({"bin/sync": "#!/usr/bin/env ruby\nunless ok\n  puts \"Error: sync failed\"\n  exit\nend\n"}, at=("bin/sync:4",)),
        Bad(
            {
                "deploy.py": (
                    "def main():\n    ship()\n\n\nif __name__ == '__main__':\n    try:\n        main()\n    except Exception as error:\n        print(error)\n"
                )
            },
            at=("deploy.py:8",),
        ),
        Bad(
            {
                "tool.py": "import sys\n\n\ndef main():\n    if bad():\n        print('Error: no host')\n        return\n    try:\n        work()\n    except Exception as e:\n        print(e)\n\n\nsys.exit(main())\n",
                "src/main.rs": "fn main() {\n    if let Err(e) = run() {\n        eprintln!(\"{e}\");\n    }\n}\n",
                "build.ps1": "try {\n    pack\n}\ncatch {\n    Write-Host \"Packing failed: $_\"\n}\n",
                "build.bat": "if not exist a.ini (\n    echo ERROR: a.ini not found\n    exit /b\n)\ncl main.c\n",
                "bin/go": "#!/usr/bin/env ruby\nbegin\n  go\nrescue => e\n  puts e.message\nend\n",
            },
            at=("bin/go:4", "build.bat:3", "build.ps1:4", "src/main.rs:2", "tool.py:7", "tool.py:10"),
            title="the entries of Python, Rust, Ruby, PowerShell and batch files",
        ),
    ),
    good=(
        Good(
            {"esbuild.js": "build().catch((e) => {\n  console.error(e);\n  process.exit(1);\n});\n"}, because="the status tells"
        ),
        Good({"src/app.tsx": "load().catch(console.error);\n", "scripts/try/main.ts": "bootstrapApplication(App)\n  .catch(err => console.error(err));\n"}, because="a page, no program"),
        Good({"src/app.js": "load().catch(console.error);\n"}, because="part of a product that goes on running"),
        Good({"tool.py": "import sys\n\nif not ready():\n    print('Error: no host')\n    sys.exit(2)\n"}, because="status 2"),
        Good(
            {
                "tool.py": "import sys\n\ntry:\n    work()\nexcept OSError as e:\n    print(f'Error: {e}')\n    sys.exit(1)\n\nsys.exit(0)\n",
                "main.go": (
                    'package main\n\nfunc main() {\n\tset := flag.NewFlagSet("set", flag.ExitOnError)\n'
                    "\tif err := set.Parse(os.Args[2:]); err != nil {\n\t\tfmt.Println(err)\n\t\treturn\n\t}\n}\n"
                ),
            },
            because="the failure has left with 1, and the flags end the program themselves",
        ),
        Good({"tool.py": "import sys\n\nif done():\n    print('nothing failed')\n    sys.exit(0)\n"}, because="all is well"),
        Good({"web/page.php": "<?php\nif (!$file) {\n    die('Could not read the file');\n}\n"}, because="a page of a server"),
        Good({"tools/page.php": "<?php\nif (!$_GET['x']) {\n    die('Could not read the file');\n}\n"}, because="a page too"),
        Good(
            {"main.go": "package main\n\nfunc main() {\n\tif *show {\n\t\tfmt.Println(version)\n\t\treturn\n\t}\n}\n"},
            because="an answer",
        ),
        Good(
            {
                "src/convert.cpp": (
                    "int main(int argc, char** argv) {\n  try {\n    run(argv[1]);\n  } catch (const std::exception& e) {\n"
                    "    std::cerr << e.what();\n    return 1;\n  }\n  return 0;\n}\n"
                ),
                "src/ask.cpp": (
                    "int main() {\n  while (more()) {\n    try {\n      step();\n    } catch (const std::exception& e) {\n"
                    "      std::cerr << e.what();\n    }\n  }\n  return 0;\n}\n"
                ),
                "src/load.cpp": (
                    "int main() {\n  try {\n    read_settings();\n  } catch (const std::exception& e) {\n    std::cerr << e.what();\n  }\n"
                    "  return run();\n}\n"
                ),
            },
            because="a status, a loop of questions, and work that goes on",
        ),
        Good(
            {
                "cmd/sync.go": (
                    'package cmd\n\nvar sync = &cobra.Command{\n\tRunE: func(cmd *cobra.Command, args []string) error {\n'
                    "\t\tif err := run(); err != nil {\n\t\t\tfmt.Println(err)\n\t\t\treturn err\n\t\t}\n\t\treturn nil\n\t},\n}\n"
                ),
                "main.go": (
                    "package main\n\nfunc main() {\n\tdefer func() {\n\t\tif err := stop(); err != nil {\n\t\t\tlog.Print(err)\n\t\t}\n\t}()\n"
                    "\tif err := run(); err != nil {\n\t\tlog.Fatal(err)\n\t}\n}\n"
                ),
            },
            because="the error is given back, or ends the program",
        ),
        Good(
            {"a.py": "if __name__ == '__main__':\n    try:\n        main()\n    except KeyboardInterrupt:\n        print('bye')\n"},
            because="a person ended it",
        ),
    ),
)  # fmt: skip

_SAYS = {
    "py": lazily(r"(?:print|(?:\w+\.)?(?:logger|logging|log|console)\.\w+|sys\.std(?:err|out)\.write|(?:click|typer)\.s?echo)\("),
    "js": lazily(r"(?:console\.\w+|process\.std(?:err|out)\.write|(?:log|logger|signale)(?:\.\w+)?)\("),
    "rb": lazily(r"(?:\$std(?:err|out)\.)?(?:puts|warn|print|say|abort_with)[ (]|STDERR\.puts"),
    "pl": lazily(r"(?:print|printf|say|warn)\b"),
    "php": lazily(r"(?:echo|print|printf|fwrite|error_log)\b|\$\w+->(?:error|writeln)\("),
    "go": lazily(r"(?:fmt|log|slog|logger|color|logrus|klog|glog|cmd|zap|sugar|pterm)\.(?:F?[pP]rint\w*|Error\w*|Warn\w*)\("),
    "rs": lazily(r"e?println!\(|(?:log::)?error!\("),
}  # fmt: skip
_LEAVES = {
    "py": lazily(r"(?:(?:sys\.)?exit|quit|os\._exit)\((?:0|os\.EX_OK)?\)\s*(?:#.*)?$"),
    "js": lazily(r"process\.exit\(0?\);?\s*(?://.*)?$"),
    "rb": lazily(r"(?:Kernel\.)?exit(?:[ (](?:0|true)\)?)?\s*(?:#.*)?$"),
    "pl": lazily(r"exit(?:\s*\(?0?\)?)?;\s*(?:#.*)?$"),
    "php": lazily(r"(?:exit|die)(?:\(0?\))?;\s*(?://.*)?$"),
    "go": lazily(r"os\.Exit\(0\)\s*(?://.*)?$"),
    "rs": lazily(r"(?:std::)?process::exit\(0\);\s*(?://.*)?$"),
}  # fmt: skip
_MARKS = {
    "py": ("exit(", "quit("), "js": ("process.exit(",), "rb": ("exit",), "pl": ("exit",), "php": ("exit", "die"),
    "go": ("os.Exit(0)", "func main()", "*cobra.Command", "*cli.Context"), "rs": ("process::exit(0)", "fn main()"),
}  # fmt: skip
"""Words without which a text holds no such place."""
_LEAVES_MAIN = {"go": lazily(r"return\s*(?://.*)?$"), "rs": lazily(r"return;\s*(?://.*)?$")}
_MAIN = {"go": lazily(r"func main\(\)"), "rs": lazily(r"fn main\(\)\s*\{")}
_WITH_ERROR = lazily(r"\berr(?:or)?\b|\b[eE]x(?:ception)?\b", re.IGNORECASE)


def check(whole: Repository, repository: Repository) -> Iterator[Hit]:
    """Flag the places where a program leaves with success behind the message of a failure."""
    for program in program_texts(whole):
        page = program.language == "php" and is_page(program)
        found = list(_left_green(program)) if not (program.tested or page) else []
        if program.language == "go" and not program.tested:
            found += quiet_ends(program.text)
        if program.language == "js" and _is_script(program):
            found += _caught(program.text)
        elif program.language == "py" and not program.tested:
            found += _caught_at_end(program.text)
        elif program.language == "php" and not program.tested and not page:
            found += died(program.text)
        if not program.tested:
            found += told_at_the_end(program.text, program.language)
        for span in sorted(set(found), key=lambda one: one.start):
            place = Place(program.path, span)
            if program.language == "js" and FINE.search(program.text, span.start, span.end):
                continue  # a warning, or a failure that may be ignored
            if reason_at(place, repository):
                continue
            written = " ".join(program.text[span.start : span.end].split())[:60]
            yield Hit(
                place=place,
                message=f"`{written}` leaves a failure behind and ends with success; leave with a status other than 0",
                unit="",
            )

    for place, written in (*caught(whole), *told_on_windows(whole)):
        if not reason_at(place, repository):
            message = (
                f"`{written}` tells of a failure and the program ends with success; leave with a status other than 0"
            )
            yield Hit(place=place, message=message, unit="")


_LINES_OF_MESSAGE = 3


def _left_green(program: ProgramText) -> Iterator[Span]:
    """Statements that leave with 0 right behind a message that says what went wrong."""
    leaves, of_main = _LEAVES.get(program.language), _LEAVES_MAIN.get(program.language)
    if leaves is None or not any(mark in program.text for mark in _MARKS[program.language]):
        return
    before: list[str] = []
    at = 0
    for line in program.text.splitlines(keepends=True):
        bare = line.strip()
        start = at + len(line) - len(line.lstrip())
        if before and (leaves.match(bare) or (of_main is not None and of_main.match(bare))):
            said = _message(before, program.language)
            in_main = leaves.match(bare) is not None or _in_main(program, start)
            if bare.startswith("process.exit()") and "exitCode" in program.text:
                said = ""  # which then holds the status
            told = said and in_main and _tells_failure(said, program.language)
            if told and not _in_handler(program.text, start) and not never_comes(program.text, start):
                yield Span(start, at + len(line.rstrip()))
        if bare:
            before = [*before[-_LINES_OF_MESSAGE:], bare]
        at += len(line)


def _message(before: list[str], language: str) -> str:
    """The message right before: one statement, over at most three lines."""
    for count in range(1, min(_LINES_OF_MESSAGE, len(before)) + 1):
        if _SAYS[language].match(before[-count]):
            return " ".join(before[-count:])
        if before[-count].endswith(("{", ":", "}", "then")) or _LEAVES_BEFORE.match(before[-count]):
            return ""
    return ""


_LEAVES_BEFORE = lazily(r"(?:return|raise|throw|panic|die|abort|quit|(?:\w+(?:\.|::))*_?[eE]xit)\b")
"""A statement behind which another way begins: the message above it is not of this one."""


def _tells_failure(said: str, language: str) -> bool:
    if FINE.search(said) or _FOR_PROGRAMS.search(said):
        return False
    if WRONG.search(said) or (LACKING.search(said) and "stderr" in said):
        return True
    return language in {"go", "rs"} and bool(_WITH_ERROR.search(said))


_FOR_PROGRAMS = lazily(r"json|\{\s*[\"']\w+[\"']\s*:", re.IGNORECASE)


def _in_main(program: ProgramText, at: int) -> bool:
    heads = list(heads_above(program.text, at))
    if not heads:
        return False
    inner = next((index for index, one in enumerate(heads) if "func(" in one), len(heads) - 1)
    if program.language == "go" and _CANNOT_FAIL.search(heads[inner]):
        return True
    return inner == len(heads) - 1 and _MAIN[program.language].match(heads[-1]) is not None


_CANNOT_FAIL = lazily(
    r"^(?:Run:|\w+\.Run =)\s*func\(\w+ \*cobra\.Command, \w+ \[\]string\) \{"
    r"|^func \w+\(\w+ \*cobra\.Command, \w+ \[\]string\) \{|^(?:func \w+|Action:\s*func)\(\w+ \*cli\.Context\) \{"
)
"""A command of Go that gives no error back: whatever it returns from, the program ends with success."""
_HANDLER = lazily(
    r"KeyboardInterrupt|ExitPromptError|AbortError|BrokenPipe|SIGINT|EPIPE|\bhelp\b|usage|skip|cancel", re.IGNORECASE
)


def _in_handler(text: str, at: int) -> bool:
    return any(_HANDLER.search(head) for head in heads_above(text, at))


_ONLY_SAYS = r"(?:[ \t]*(?:console\.\w+|log(?:ger)?(?:\.\w+)?)\([^\n]*\);?[ \t]*\n|[ \t]*//[^\n]*\n)"
_CATCH = lazily(
    r"^(?:[^\s/*][^\n]*|[ \t]+)(?P<set>\.catch\(\s*(?:"
    r"console\.\w+|(?:async\s*)?\(?\w*(?:: \w+)?\)?\s*=>\s*(?:\{[ \t]*)?console\.\w+\([^\n]*?\)(?:;?\s*\})?"
    rf"|(?:async\s*)?(?:\(?\w*(?:: \w+)?\)?\s*=>|function\s*\(\w*\))\s*\{{[ \t]*\n{_ONLY_SAYS}{{1,4}}[ \t]*\}}"
    r")\s*\))[ \t]*;?[ \t]*$",
    re.MULTILINE,
)
"""The end of a chain at the top of a script: at the margin, or on a line of its own below it."""
_TRY_OF_MAIN = lazily(
    rf"^(?P<indent>[ \t]{{1,4}})\}}[ \t]*(?P<set>catch[ \t]*(?:\(\w+(?:: \w+)?\))?[ \t]*\{{[ \t]*\n{_ONLY_SAYS}{{1,3}}(?P=indent)\}})[ \t]*\n\s*^\}}",
    re.MULTILINE,
)
_SCRIPTS = lazily(
    r"^[^/]*(?:build|webpack|esbuild|rollup|gulpfile|release|deploy|publish|test|bundle|pack)[^/]*\.(?:[cm]?js|[cm]?ts)$"
    r"|(?:^|/)(?:bin|scripts?|tools?|tooling|build|hack|ci|\.ci|\.github|tasks|dev)/.*\.(?:[cm]?js|[cm]?ts)$"
    r"|(?:^|/)(?:run-?tests?|test-?runner|run)\.(?:[cm]?js|[cm]?ts)$",
    re.IGNORECASE,
)
_GOES_ON = lazily(
    r"\.listen\(|createServer|document\.|window\.|\baddEventListener|\bexports\.activate|setInterval\(|ReactDOM|process\.exitCode|unhandledRejection|serve\(|bootstrapApplication|\bbootstrapModule|@angular/platform|createApp\(|createRoot\("
)


def _is_script(program: ProgramText) -> bool:
    """True for a script that runs and ends: named or placed as one, and no server or page."""
    named = bool(_SCRIPTS.search(program.path)) or program.text.startswith("#!")
    return named and not _GOES_ON.search(program.text)


def _caught(text: str) -> list[Span]:
    """Where a script of JavaScript catches what ends it, and only prints it."""
    found = []
    for match in _CATCH.finditer(text):
        line = text[match.start() : match.start("set")]
        if line.strip() or _at_margin(text, match.start()):
            found.append(Span(*match.span("set")))
    for match in _TRY_OF_MAIN.finditer(text):
        rest = text[match.end() :]
        name = _last_function(text[: match.start()])
        if _CALLED_AT_ONCE.match(rest) or (name and re.search(rf"^(?:void |await )?{name}\(", rest, re.MULTILINE)):
            found.append(Span(*match.span("set")))
    return found


_CALLED_AT_ONCE = lazily(r"[ \t]*\)?\(\)")
_FUNCTION = lazily(r"^(?:export )?(?:default )?(?:async )?(?:function (\w+)|(?:const|let) (\w+) = )", re.MULTILINE)


def _last_function(text: str) -> str:
    """The name of the function at the margin that a place right behind `text` stands in; "" for none."""
    heads = list(_FUNCTION.finditer(text))
    return (heads[-1][1] or heads[-1][2]) if heads else ""


def _at_margin(text: str, at: int) -> bool:
    """True where the statement that a chained line belongs to begins at the margin."""
    heads = list(heads_above(text, text.find(".", at), 40))
    return len(heads) == 1 and not heads[0].endswith(("{", "=> {"))


_EXCEPT = lazily(r"([ \t]+)except(?: (?:Base)?Exception(?: as \w+)?| \w*Error(?: as \w+)?)?:[ \t]*$")
_SAID_LAST = lazily(r"[ \t]{2,}(?:print|traceback\.print_exc|log(?:ger|ging)?\.\w+)\([^\n]*\)[ \t]*$")
_PROGRAM = lazily(r"^if __name__ == [\"']__main__[\"']:", re.MULTILINE)


def _caught_at_end(text: str) -> list[Span]:
    """Where the last lines of a Python program catch whatever ended it, and only print it."""
    main = _PROGRAM.search(text)
    bare = text.rstrip()
    last = bare.rfind("\n") + 1
    above = line_start(bare, max(0, last - 1))
    if main is None or above <= main.end() or not _SAID_LAST.match(bare[last:]):
        return []
    caught = _EXCEPT.match(text[above : last - 1])
    if caught is None or f"\n{caught[1]}try:" not in text[main.end() : above]:
        return []
    return [Span(above + len(caught[1]), len(bare))]
