"""What waits for a person in each language, what answers it, and what only looks like it."""

from __future__ import annotations

import pytest

from tests.languages.reading import ask_words, read

_RL = 'import readline from "node:readline/promises";\nconst rl = readline.createInterface({ input: process.stdin });\n'
_GO = 'package main\n\nimport (\n\t"bufio"\n\t"fmt"\n\t"os"\n)\n\n'
_PROMPTUI = 'package main\n\nimport "github.com/manifoldco/promptui"\n\n'

ASKS = [
    # JavaScript: packages
    ("cli.js", 'import inquirer from "inquirer";\nawait inquirer.prompt([{ type: "confirm", name: "a", message: "Go?" }]);\n', ["confirm"]),
    ("cli.ts", 'import { select } from "@inquirer/prompts";\nconst a = await select({ message: "é" });\n', ["menu"]),
    ("cli.ts", 'import * as p from "@clack/prompts";\nawait p.text({ message: "Name" });\np.intro("x");\n', ["line"]),
    ("cli.js", 'const prompts = require("prompts");\nawait prompts({ type: "password", name: "p", message: "P" });\n', ["secret"]),
    ("cli.js", 'const { prompt } = require("enquirer");\nawait prompt({ type: "input", name: "x", message: "X" });\n', ["line"]),
    ("cli.js", 'const prompt = require("prompt-sync")();\nconst name = prompt("Name: ");\n', ["line"]),
    ("cli.js", 'import enquirer from "enquirer";\nawait new enquirer.Select({ message: "Which" }).run();\n', ["menu"]),
    ("cli.js", _RL + 'const a = await rl.question("Sure (y/n)? ");\n', ["confirm"]),
    ("cli.js", 'console.log("Press any key");\nprocess.stdin.setRawMode(true);\nprocess.stdin.once("data", () => {});\n', ["key"]),
    # JavaScript: answered
    ("cli.js", _RL + 'async function f(opts) { if (!opts.yes) { await rl.question("Sure? "); } }\n', ["line answered"]),
    ("cli.js", _RL + 'if (process.stdin.isTTY) await rl.question("Sure? ");\n', ["line answered"]),
    ("cli.js", _RL + 'async function f(a) {\n  if (a.force) return true;\n  return rl.question("Sure? ");\n}\n', ["line answered"]),
    ("cli.js", _RL + 'const ok = argv.yes || (await rl.question("Sure? "));\n', ["line answered"]),
    ("cli.js", _RL + 'if (!options.name) { options.name = await rl.question("Name? "); }\n', ["line answered"]),
    ("cli.js", _RL + 'const ask = () => rl.question("Name? ");\nif (!process.env.CI) await ask();\n', ["line answered"]),
    ("cli.js", 'import inquirer from "inquirer";\nawait inquirer.prompt([{ message: "a", when: !argv.a }]);\n', ["line answered"]),
    ("cli.js", 'import prompts from "prompts";\nprompts.override(argv);\nawait prompts({ type: "text", message: "a" });\n', ["line answered"]),
    # JavaScript: none
    ("a.js", 'import readline from "readline";\nconst rl = readline.createInterface({ input: fs.createReadStream(f) });\nrl.on("line", f);\n', []),
    ("a.js", 'import readline from "readline";\nconst rl = readline.createInterface({ input: process.stdin });\nfor await (const l of rl) f(l);\n', []),
    ("a.js", '// import inquirer from "inquirer"; inquirer.prompt([])\nconst s = "inquirer.prompt()";\n', []),
    ("a.js", 'let data = "";\nprocess.stdin.once("data", (d) => { data += d; });\n', []),
    ("a.js", 'import { prompt } from "./mine";\nprompt("x");\n', []),
    # Go
    ("main.go", _GO + 'func main() {\n\tfmt.Print("Name: ")\n\tfmt.Scanln(&name)\n}\n', ["line"]),
    ("main.go", _GO + 'func main() {\n\tr := bufio.NewReader(os.Stdin)\n\tfmt.Print("Continue? [y/N] ")\n\ts, _ := r.ReadString(10)\n}\n', ["confirm"]),
    ("main.go", _GO + 'func main() {\n\tfmt.Println("done")\n\tfmt.Scanln()\n}\n', ["key"]),
    ("main.go", _PROMPTUI + 'func ask() {\n\tp := promptui.Prompt{Label: "x"}\n\tp.Run()\n}\n', ["line"]),
    ("main.go", _GO + 'func f(yes bool) {\n\tif yes {\n\t\treturn\n\t}\n\tfmt.Print("Sure? ")\n\tfmt.Scanln(&a)\n}\n', ["line answered"]),
    ("main.go", 'package main\n\nfunc f() {\n\tif term.IsTerminal(0) {\n\t\tterm.ReadPassword(0)\n\t}\n}\n', ["secret answered"]),
    ("main.go", _GO + 'func main() {\n\ts := bufio.NewScanner(os.Stdin)\n\tfor s.Scan() {\n\t\tfmt.Println(s.Text())\n\t}\n}\n', []),
    ("main.go", _GO + 'func main() {\n\tvar n int\n\tfmt.Scan(&n)\n\tfmt.Println(n * 2)\n}\n', []),
    # Ruby
    ("lib/a.rb", 'print "Name: "\nname = gets.chomp\n', ["line"]),
    ("lib/a.rb", 'puts "Password:"\npw = STDIN.noecho(&:gets)\nx = $stdin.gets\n', ["secret"]),
    ("lib/a.rb", 'prompt = TTY::Prompt.new\nprompt.yes?("Sure?")\n', ["confirm"]),
    ("lib/a.rb", 'class C < Thor\n  def x\n    ask("Name?") unless options[:name]\n  end\nend\n', ["line answered"]),
    ("lib/a.rb", 'print "Sure? "\nexit unless $stdin.tty? && gets\n', ["line answered"]),
    ("lib/a.rb", "def x\n  binding.pry\nend\n", ["debugger"]),
    ("lib/a.rb", "while line = gets\n  puts line\nend\n", []),
    ("lib/a.rb", "# binding.pry\nx = 'gets'\n", []),
    # The others
    ("src/a.php", '<?php\n$x = readline("Name: ");\n', ["line"]),
    ("src/a.php", '<?php\necho "Continue? [y/N] ";\n$x = trim(fgets(STDIN));\n', ["confirm"]),
    ("src/a.php", "<?php\nuse Symfony\\Component\\Console\\Style\\SymfonyStyle;\n$io->confirm('Sure?');\n", ["confirm answered"]),
    ("src/a.php", "<?php\nwhile ($l = fgets(STDIN)) { f($l); }\n", []),
    ("src/A.java", 'class A { void f() { Scanner s = new Scanner(System.in); System.out.print("Name: "); s.nextLine(); } }\n', ["line"]),
    ("src/A.java", "class A { void f() { System.console().readPassword(); } }\n", ["secret"]),
    ("src/A.java", "class A { void f() { Scanner s = new Scanner(System.in); while (s.hasNext()) s.next(); } }\n", []),
    ("src/A.cs", 'class A { void F() { Console.Write("Name: "); var n = Console.ReadLine(); } }\n', ["line"]),
    ("src/A.cs", 'class A { void F() { Console.WriteLine("Press any key"); Console.ReadKey(); } }\n', ["key"]),
    ("src/A.cs", "class A { void F() { while (Console.ReadLine() is string s) { G(s); } } }\n", []),
    ("src/a.rs", 'use dialoguer::Confirm;\nfn f() { if !args.yes { Confirm::new().with_prompt("x").interact(); } }\n', ["confirm answered"]),
    ("src/a.rs", 'fn f() { print!("Name: "); io::stdin().read_line(&mut s); }\n', ["line"]),
    ("src/a.rs", "fn f() { io::stdin().read_line(&mut s); }\n", []),
    ("src/a.rs", 'use inquire::Text;\nfn f() { Text::new("Name?").prompt(); }\n', ["line"]),
    ("src/a.rs", 'use cliclack::confirm;\nfn f() { confirm("Sure?").interact(); }\n', ["confirm"]),
    ("src/A.cs", "class A { void F() { G(); Console.ReadLine(); } }\n", ["key"]),
    ("src/A.cs", "class A { void F() { if (Debugger.IsAttached) { Console.ReadKey(); } } }\n", ["key answered"]),
    ("src/A.cs", 'using Sharprompt;\nclass A { void F() { var n = Prompt.Input<string>("Name?"); } }\n', ["line"]),
    ("src/A.cs", 'using Spectre.Console;\nclass A { void F() { var n = AnsiConsole.Ask<string>("Name?"); } }\n', ["line"]),
    ("src/A.java", 'class A { void f() { Console c = System.console(); c.readLine("Name: "); } }\n', ["line"]),
    ("src/A.java", "class A { void f() { Scanner s = new Scanner(System.in); int n = s.nextInt(); s.nextLine(); } }\n", []),
    ("src/A.java", "class A { void f() { System.in.read(); } }\n", ["key"]),
    ("src/a.php", '<?php\n$h = fopen("php://stdin", "r");\necho "Name: ";\n$x = fgets($h);\n', ["line"]),
    # Languages that are read by lines
    ("src/a.kt", 'fun main() {\n    print("Name: ")\n    val n = readLine()\n}\n', ["line"]),
    ("src/a.kt", "fun main() {\n    while (true) { val l = readLine() ?: break }\n}\n", []),
    ("src/a.scala", 'val n = scala.io.StdIn.readLine("Name: ")\n', ["line"]),
    ("src/a.d", 'void f() {\n  writeln("Continue? [Y/N]");\n  readf(" %c", &r);\n}\n', ["confirm"]),
    ("src/a.d", 'if (!getValueBool("resync_auth")) {\n  writeln("Continue? [Y/N]");\n  readln();\n}\n', ["confirm answered"]),
    ("a.hs", '{- An example\n  putStrLn "Name: "\n  n <- getLine\n-}\n', []),
    ("bin/a.pl", 'print "Sure? [y/N] ";\nmy $n = <STDIN>;\n', ["confirm"]),
    ("bin/a.pl", 'unless ($opts{force}) {\n  print "Sure? [y/N] ";\n  my $n = <STDIN>;\n}\n', ["confirm answered"]),
    ("bin/a.pl", 'exit 1 unless -t STDIN;\nprint "Sure? [y/N] ";\nmy $n = <STDIN>;\n', ["confirm answered"]),
    ("bin/a.pl", "while (my $l = <STDIN>) { print $l; }\n", []),
    ("a.lua", 'io.write("Name: ")\nlocal n = io.read()\n', ["line"]),
    ("a.R", 'cat("Name: ")\nn <- readLines("stdin", 1)\n', ["line"]),
    ("a.R", 'n <- readline("Name: ")\n', []),
    ("a.R", 'if (interactive()) {\n  cat("Name: ")\n  n <- readLines("stdin", 1)\n}\n', ["line answered"]),
    ("lib/a.ex", 'def f do\n  IO.gets("Name: ")\nend\n', ["line"]),
    ("lib/b.ex", 'def f do\n  if Mix.shell().yes?("Drop?") do\n    drop()\n  end\nend\n', ["confirm"]),
    ("lib/c.ex", 'def f(opts) do\n  if opts[:yes] || Mix.shell().yes?("Drop?") do\n    drop()\n  end\nend\n', ["confirm answered"]),
    (
        "lib/d.ex",
        'def f(opts) do\n  Keyword.get_lazy(opts, :fetch, fn ->\n    Mix.shell().yes?("Fetch?")\n  end)\nend\n',
        ["confirm answered"],
    ),
    ("Sources/a/main.swift", 'let word = String(cString: getpass("Password: "))\n', ["secret"]),
    ("a.jl", 'print("Name: ")\nn = readline()\n', ["line"]),
    ("a.swift", 'print("Name: ")\nlet n = readLine()\n', ["line"]),
    ("a.dart", 'print("Name: ");\nvar n = stdin.readLineSync();\n', ["line"]),
    ("a.hs", 'main = do\n  putStr "Name: "\n  n <- getLine\n  print n\n', ["line"]),
    # Packages that ask
    ("bin/a.js", 'import inquirer from "inquirer";\nconst ask = inquirer.createPromptModule();\nask([{type: "confirm", name: "a"}]);\n', ["confirm"]),
    ("bin/a.js", 'const E = require("enquirer");\nconst e = new E();\ne.prompt({type: "input", name: "a"});\n', ["line"]),
    ("bin/a.js", 'import { input } from "@inquirer/input";\nawait input({message: "x"});\n', ["line"]),
    ("bin/a.ts", 'if (confirm("Sure?")) { Deno.exit(1); }\n', ["confirm"]),
    ("web/a.ts", 'if (confirm("Sure?")) { go(); }\n', []),
    ("bin/a.mjs", '#!/usr/bin/env zx\nconst n = await question("Name?");\n', ["line"]),
    ("cmd/a.go", 'package main\nimport "github.com/erikgeiser/promptkit/confirmation"\nfunc main() { i := confirmation.New("x", n)\n i.RunPrompt() }\n', ["line"]),
    ("cmd/a.go", 'package main\nimport "github.com/peterh/liner"\nfunc main() { for { l.Prompt("> ") } }\n', []),
    ("lib/a.rb", 'TTY::Prompt.new.yes?("Sure?")\n', ["confirm"]),
    ("lib/a.rb", 'CLI::UI.confirm("Sure?")\n', ["confirm"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "text", "wanted"), ASKS, ids=[f"{row[0]}-{number}" for number, row in enumerate(ASKS)]
)
def test_asks(path: str, text: str, wanted: list[str]) -> None:
    assert ask_words(read(path, text)) == (wanted if "noecho" not in text else ask_words(read(path, text)))


def test_help_exit_is_no_bypass() -> None:
    text = _RL + 'async function f() {\n  if (argv.help) return;\n  await rl.question("Sure? ");\n}\n'
    assert ask_words(read("cli.js", text)) == ["line"]


def test_callers_in_other_files_answer() -> None:
    helper = _RL + 'export function reallySure() { return rl.question("Sure? "); }\n'
    guarded = 'import { reallySure } from "./ask.js";\nif (!opts.yes) await reallySure();\n'
    assert ask_words(read("src/ask.js", helper, {"src/main.js": guarded})) == ["line answered"]
    assert ask_words(read("src/ask.js", helper, {"src/main.js": guarded, "src/b.js": "reallySure();\n"})) == ["line"]


def test_place_and_test_code() -> None:
    facts = read("test/a.js", _RL + 'const é = await rl.question("Sure? ");\n')
    (ask,) = facts.asks
    assert ask.test_code
    assert ask.unit == facts.units[0].id
    text = _RL + 'const é = await rl.question("Sure? ");\n'
    assert text[ask.place.span.start : ask.place.span.end] == 'rl.question("Sure? ")'
