"""What a message of failure says: words by which a program tells that something went wrong."""

from __future__ import annotations

import re

from agentlint.files.lazily import lazily

WRONG = lazily(
    r"\b(?:error|fatal|fail(?:ed|ure|s)?|invalid|unsupported|illegal|corrupt\w*|denied|incompatible)\b|went wrong|not (?:be )?(?:supported|found|valid)\b"
    r"|\bunknown (?:option|argument|command|parameter|os|distro)|\bmust (?:be|run)\b|needs? to be run|\bunable to\b|could ?n[o']t\b|\bnot root\b",
    re.IGNORECASE,
)
"""What a message of failure says, however it is left."""
LACKING = lazily(
    r"\bcan(?:not|'t)\b|\bbad\b|does ?n[o']t exist|not exists?\b|no such\b|\bmissing\b|\brequire[sd]?\b|not (?:installed|available|set|compatible)\b|isn't\b"
    r"|\bplease (?:install|run|specify|provide|set|use)\b|\bneeds?\b|\bwrong\b|too old|not enough|does not have|\bonly\b.{0,40}supported",
    re.IGNORECASE,
)
"""What a message of failure says where other signs point to one as well."""
FINE = lazily(
    r"\balready\b|\bnothing\b|\bskip|up[- ]to[- ]date|\bcancel|\busage\b|\bsuccess|\bno (?:changes?|new|need|updates?|errors?|failures?|longer)\b|\b(?:0|no|without) (?:errors?|fail)"
    r"|\bnot (?:needed|necessary|required)|\bignor|\bdone\b|\bdisabled\b|\bgood ?bye|\bexiting (?:normally|ok)|\bif you\b|\bwarn|\bany (?:fail|error|problem|issue)|\brestored\b|\bcomplete|\bok\b|\bexpected\b|\bpass(?:ed|es)?\b"
    r"|^\W*no (?!such\b|internet|network|permission|space)",
    re.IGNORECASE,
)
"""What shows that a message is none of a failure, whatever else it says."""
