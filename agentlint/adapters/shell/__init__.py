"""Shell in every dress: script files, and shell text that stands inside other files.

`read_shell` reads embedded text (a CI step, a recipe, a package script), `exec_command` an argument list,
`facts` a script file.
"""

from agentlint.adapters.shell.reading import ShellReading, exec_command, facts, read_shell

__all__ = ["ShellReading", "exec_command", "facts", "read_shell"]
