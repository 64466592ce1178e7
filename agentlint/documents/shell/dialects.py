"""Forms that shells accept and the grammar does not know, rewritten letter for letter into ones that it does.

Only what the parser sees is changed: words are cut from the text itself. Each rewriting keeps every offset.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from agentlint.files.lazily import lazily

Rewriting = tuple[str, "re.Pattern[str]", "Callable[[re.Match[str]], str]"]


def _letters(match: re.Match[str]) -> str:
    return match[1] + "X" * (len(match[0]) - len(match[1]))


def _separator(match: re.Match[str]) -> str:
    return match[1] + ";" + " " * (len(match[0]) - len(match[1]) - 1)


def _equals(match: re.Match[str]) -> str:
    return match[1] + " = "


def _compared(match: re.Match[str]) -> str:
    return match[1] + " ="


def _unbraced(match: re.Match[str]) -> str:
    start, end = match.start(1) - match.start() - 1, match.end(1) - match.start() + 1
    return "X" * start + match[0][start:end] + "X" * (len(match[0]) - end)


def _blanks(match: re.Match[str]) -> str:
    return match[1] + " " * (len(match[0]) - len(match[1]))


def _loop_head(match: re.Match[str]) -> str:
    joint = " " * (len(match[2]) - 1)
    return match[1] + (joint + " " if match[3] == "in" else ";" + joint) + match[3]


def _brackets_in_test(match: re.Match[str]) -> str:
    return match[0].replace("\\(", "  ").replace("\\)", "  ")


def _bats_test(match: re.Match[str]) -> str:
    return " " * (len(match[0]) - 1) + "{"


MAX_LOOK_BACK = 4000
"""Characters in which the quotes before a place are counted: a line of many variables must not be counted over at each."""


def _hidden(match: re.Match[str]) -> str:
    """A letter in place of the dollar sign, but within quotes, where the grammar does not stumble over it."""
    text, at = match.string, match.start()
    line = max(text.rfind("\n", max(0, at - MAX_LOOK_BACK), at) + 1, at - MAX_LOOK_BACK)
    return "$" if (text.count('"', line, at) - text.count('\\"', line, at)) % 2 else "X"


_REWRITINGS: tuple[Rewriting, ...] = (
    # ${${name}:h}, ${(f)"$(cmd)"}, ${"$(cmd)":-x}: zsh
    ("${${", lazily(r"(\$\{)\$\{[^{}\n]{0,80}\}[^{}\n]{0,80}(?=\})"), _letters),
    ("${", lazily(r"\$\{(?:\([^)\n]{1,40}\))?\"([^\"\n]{0,400})\"[^}\n\"]{0,40}\}"), _unbraced),
    # ${(f)name}, ${~name}, ${+name}, ${(%):-x}: zsh
    ("${(", lazily(r"(\$\{)\([^)\n]{1,40}\)(?=[\w$@*])"), _letters),
    ("${(", lazily(r"(\$\{)\([^)\n]{1,40}\):"), _letters),
    ("${", lazily(r"(\$\{)[~=^+](?=\w)"), _letters),
    ("[(", lazily(r"(\[)\([a-zA-Z]{1,8}\)"), _letters),
    # ${name:i++%${#x}:1}: substring with arithmetic
    ("${", lazily(r"(\$\{\w+):(?![-=?+])(?:[^{}\n]|\$\{[^{}\n]{0,40}\}){1,80}(?=\})"), _letters),
    # ${name//pattern/text}, ${name%%pattern}: patterns are not words
    ("${", lazily(r"(\$\{\w+)(?://?|%%?|##?)(?:[^{}\"'`$\\\n]|\\.|\$(?![({])){1,80}(?=\})"), _letters),
    # $A/$B/c: the grammar ends the word behind the second dollar sign; `words` finds the variable in the text
    ("$", lazily(r"(?<=[\w}./:@%+,~-])\$(?=[A-Za-z_]\w*[./,+@%=~-])"), _hidden),
    # $(( 10#$x ))
    ("#$", lazily(r"([-+*/=(, ])\d{1,2}#(?=\$)"), _blanks),
    # sed s/x$//
    ("$/", lazily(r"()\$(?=/)"), _letters),
    # a <<< b, which the grammar refuses behind another redirection
    ("<<<", lazily(r"(<)<<"), _blanks),
    # [[ a =~ "b "(c|d) ]], [[ a == (b|c)* ]]
    ("=~", lazily(r"(=~[ \t]+)[^\n]{1,300}?(?=[ \t]+(?:\]\]|&&|\|\|))"), _letters),
    ("(", lazily(r"([=!]=[ \t]+)[^\s\"'$()]{0,40}\([^()\n]{0,80}\)[^\s]{0,40}(?=[ \t])"), _letters),
    # [[ $a = *" "* ]]: a pattern with blanks behind a single equals sign
    ("[[", lazily(r"([ \t]=[ \t]+)(?:\*\"[^\"\n]*\"\*?|\"[^\"\n]*\"\*)(?=[ \t]+(?:\]\]|&&|\|\|))"), _letters),
    # [ a \> b ]
    ("\\", lazily(r"([ \t])\\[<>](?=[ \t])"), _compared),
    # for name <newline> in/do
    ("for", lazily(r"(\bfor[ \t]+\w+[ \t]*)(\n[ \t]*)(in|do)\b"), _loop_head),
    # for name do; if (a) then; if { a; } then
    ("for", lazily(r"(\bfor[ \t]+(?!in\b)\w+)[ \t](?=[ \t]*do\b)"), _separator),
    ("", lazily(r"([)}])[ \t](?=[ \t]*(?:then|do|fi|else|elif|done)\b)"), _separator),
    # a | b <newline> then: the parser loses its way in pipelines that end with the line
    ("then", lazily(r"(?m)^((?![ \t]*[A-Z_]+$)[^#\n]{0,400}[\w\"'\])}])\n(?=[ \t]*then\b)"), _separator),
    ("do", lazily(r"(?m)^((?![ \t]*[A-Z_]+$)[^#\n]{0,400}[\w\"'\])}])\n(?=[ \t]*do\b)"), _separator),
    # `# comment`
    ("`#", lazily(r"()`#[^`\n]*`"), _blanks),
    # $'\e\\'
    ("$'", lazily(r"(\$')(?:[^'\\\n]|\\.)*(?=')"), _letters),
    # [ a '<' b ]
    ("[ ", lazily(r"(\[ [^\n\]]{0,200}?[ \t])(?:'[<>]'|\"[<>]\")(?=[ \t])"), _equals),
    # extended globs and glob qualifiers
    ("(", lazily(r"([ \t/\w\"'])(?:[@*+?]|(?<=[ \t])!)\([^()\n ]{1,80}\)"), _letters),
    # 7<>/dev/net/tun
    ("<>", lazily(r"(<)>"), _blanks),
    # [ a -o \( b -a c \) ]
    ("\\(", lazily(r"(?m)^[^\n#]{0,200}\[ [^\n]{0,400}\\\([^\n]{0,400}"), _brackets_in_test),
    # () { ...; }: anonymous functions of zsh
    ("() {", lazily(r"(?m)(^[ \t]*)\(\)(?= \{)"), _blanks),
    # cmd &! and cmd &|
    ("&", lazily(r"((?<![&>])&)[!|](?=[ \t]*$)", re.MULTILINE), _blanks),
    ("@test", lazily(r"(?m)^[ \t]*@test[ \t][^\n]*\{(?=[ \t]*$)"), _bats_test),
)


def rewritten(text: str) -> str:
    """The text as the grammar can take it, of the same length."""
    for mark, pattern, replace in _REWRITINGS:
        if mark in text:
            text = pattern.sub(replace, text)
    return text
