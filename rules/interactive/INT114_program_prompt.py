"""A JavaScript, Go or Ruby program that asks, with no option or variable beside the question."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.interface import Ask
from agentlint.facts.repository import Repository
from agentlint.judgements.asking.questions import is_unanswerable, question_hit
from agentlint.rule import Bad, Category, Good, Hit, Rule, Severity

_ASKS_FOR_ITS_PACKAGE = (
    "package cli\n\nfunc prompt(msg string) {\n\treader := bufio.NewReader(os.Stdin)\n\tfmt.Println(msg)\n"
    "\ttext, _ := reader.ReadString('\\n')\n\tif text[:1] != \"y\" {\n\t\tos.Exit(0)\n\t}\n}\n"
)
RULE = Rule(
    id="INT114",
    name="program-prompt",
    category=Category.INTERACTIVE,
    summary="A JavaScript, Go or Ruby program asks at the terminal and nothing else can answer.",
    why=(
        "Prompt libraries (inquirer, prompts, survey, promptui, TTY::Prompt) wait for keys. Without a terminal some fail, some take "
        "their default in silence, and on an idle terminal all of them hang."
    ),
    remediation="Give the answer an option or a variable, and ask only if it is missing and the program runs at a terminal.",
    severity=Severity.BLOCKER,
    references=("https://github.com/SBoudrias/Inquirer.js", "https://nodejs.org/api/readline.html"),
    bad=(
        Bad(
            {
                "src/main/java/app/goals/Encrypt.java": (
                    "package app.goals;\n\npublic class Encrypt extends Goal {\n    protected int run(Context context) {\n"
                    "        String text = context.reader.readLine(\"Enter the password: \", '*');\n        return 0;\n    }\n}\n"
                )
            },
            at=("src/main/java/app/goals/Encrypt.java:5",),
            title="only a reader at a terminal is handed a question",
        ),
        Bad(
            {
                "src/main/java/app/ReleaseMojo.java": (
                    "package app;\n\nimport org.codehaus.plexus.components.interactivity.Prompter;\n\nclass ReleaseMojo {\n"
                    '    void execute() {\n        String tag = prompter.prompt("Tag of the release");\n    }\n}\n'
                )
            },
            at=("src/main/java/app/ReleaseMojo.java:7",),
            title="the prompter of Maven's plugins",
        ),
        Bad(
            {
                "src/ask.ts": (
                    "import { confirm, select } from '@clack/prompts';\n\nasync function askConfirm(message: string, initialValue = true) {\n"
                    "  return confirm({ message, initialValue });\n}\n\nasync function askList<T>(message: string, choices: T[]) {\n"
                    "  return orLeave(() => select({ message, options: choices }));\n}\n\nexport { askConfirm, askList };\n"
                ),
                "src/index.ts": "export * from './ask.ts';\n",
                "src/init.ts": (
                    "import * as cli from './index.ts';\n\nexport async function init() {\n  const commit = await cli.askConfirm('Commit?');\n"
                    "  return await cli.askList<Access>('Access?', ['a', 'b']);\n}\n"
                ),
            },
            at=("src/init.ts:4", "src/init.ts:5"),
            title="helpers of its own ask: it waits where their words are",
        ),
        Bad(
            {
                "cli/utils.go": _ASKS_FOR_ITS_PACKAGE,
                "cli/move.go": 'package cli\n\nfunc Move(c *Context) error {\n\tprompt("Move all domains, continue? y/N")\n\treturn move(c)\n}\n',
            },
            at=("cli/move.go:4",),
            title="a function of the package asks what it is given",
        ),
        Bad(
            {"src/Benchmark/Program.cs": 'Console.WriteLine("Done. Press Enter.");\nConsole.ReadLine();\n'},
            at=("src/Benchmark/Program.cs:2",),
            title="a benchmark that waits at its end",
        ),
        Bad(
            {
                "bin/new.js": "const inquirer = require('inquirer');\ninquirer.prompt([{ name: 'kind', message: 'Kind?' }]);\n"
            },
            at=("bin/new.js:2",),
        ),
        Bad(
            {
                "main.go": 'package main\n\nimport "fmt"\n\nfunc main() {\n\tvar name string\n\tfmt.Print("Name: ")\n\tfmt.Scanln(&name)\n}\n'
            },
            at=("main.go:8",),
        ),
        Bad(
            {
                "app.go": (
                    'package app\n\nimport (\n\t"bufio"\n\t"fmt"\n\t"os"\n)\n\nfunc (app *App) setup(paths *Paths) {\n\tif paths.IsBare() {\n'
                    "\t\tfmt.Print(app.Tr.OpenRecent)\n\n\t\tresponse, _ := bufio.NewReader(os.Stdin).ReadString('\\n')\n\t\topen(response)\n\t}\n}\n"
                )
            },
            at=("app.go:13",),
            title="the words of the question stand in a table of texts",
        ),
        Bad({"setup.rb": "print 'Name: '\nname = STDIN.gets.chomp\n"}, at=("setup.rb:2",)),
        Bad(
            {
                "cmd/login.go": 'package cmd\n\nimport "example.com/app/pkg/prompter"\n\nfunc code() string {\n\treturn prompter.RequestCode("Code")\n}\n',
                "pkg/prompter/prompter.go": (
                    'package prompter\n\nimport "github.com/AlecAivazis/survey/v2"\n\nfunc RequestCode(text string) string {\n\tcode := ""\n'
                    "\tsurvey.AskOne(&survey.Input{Message: text}, &code)\n\treturn code\n}\n"
                ),
            },
            at=("cmd/login.go:6",),
            title="a package of its own asks: it waits where it is called",
        ),
        Bad(
            {
                "bin/release.js": (
                    "const inquirer = require('inquirer');\nif (commits && options.draft) {\n"
                    "  inquirer.prompt([{ type: 'confirm', name: 'go', message: 'Continue?' }]);\n}\n"
                )
            },
            at=("bin/release.js:3",),
            title="an option that asks for the work answers no question",
        ),
        Bad(
            {
                "scripts/release/utilities.js": (
                    'export function waitForEnter() {\n  console.log("Press ENTER to continue.");\n  process.stdin.setRawMode(true);\n'
                    '  return new Promise((resolve) => {\n    process.stdin.on("keypress", listener);\n'
                    '    function listener(ch, key) {\n      if (key.name === "return") resolve();\n    }\n  });\n}\n'
                )
            },
            at=("scripts/release/utilities.js:5",),
            title="a promise that a key keeps",
        ),
        Bad(
            {
                "cmd/gen/main.go": (
                    'package main\n\nimport (\n\t"os"\n\n\tsurvey "github.com/AlecAivazis/survey/v2"\n)\n\nfunc main() {\n\tmore := true\n'
                    "\tfor more {\n\t\tif err := survey.Ask(questions, &answers); err != nil {\n\t\t\tos.Exit(1)\n\t\t}\n"
                    '\t\tif err := survey.AskOne(&survey.Confirm{Message: "More?"}, &more); err != nil {\n\t\t\tos.Exit(1)\n\t\t}\n\t}\n}\n'
                )
            },
            at=("cmd/gen/main.go:12", "cmd/gen/main.go:15"),
            title="asked in the head of the `if` that looks whether it failed",
        ),
        Bad(
            {
                "deploy.php": (
                    "<?php\n\nnamespace Deployer;\n\nrequire 'recipe/common.php';\n\ntask('files', function () {\n"
                    "    if (askConfirmation('Are you sure?')) {\n        upload('files', '{{deploy_path}}/files');\n    }\n});\n"
                )
            },
            at=("deploy.php:8",),
            title="-n says no, and the task ends well without having done anything",
        ),
        Bad(
            {
                "ask.go": (
                    'package ask\n\nimport "fmt"\n\ntype Field struct {\n\tPrompt string\n}\n\nfunc each(f func() error) error {\n\treturn f()\n}\n\n'
                    "func fill(field Field) error {\n\treturn each(func() error {\n\t\tvar yes string\n"
                    '\t\tfmt.Print("Go on? (y/n): ")\n\t\t_, err := fmt.Scanln(&yes)\n\t\treturn err\n\t})\n}\n'
                )
            },
            at=("ask.go:17",),
            title="handed to a function that looks for no terminal",
        ),
    ),
    good=(
        Good(
            {
                "src/setup.rs": (
                    "fn command(args: Args) -> Result<()> {\n    let quiet = args.yes || !std::io::stdout().is_terminal();\n"
                    "    if quiet {\n        defaults()\n    } else {\n        prompt()\n    }\n}\n\nfn prompt() -> Result<()> {\n"
                    '    inquire::Select::new("Theme:", themes()).prompt()?;\n    Ok(())\n}\n'
                )
            },
            because="the function that asks is called only where somebody sits",
        ),
        Good(
            {
                "cli/utils.go": _ASKS_FOR_ITS_PACKAGE,
                "cli/move.go": 'package cli\n\nfunc Move(c *Context) error {\n\tif !c.Bool("yes") {\n\t\tprompt("Move all, continue? y/N")\n\t}\n\treturn move(c)\n}\n',
            },
            because="an option answers what the package's function would ask",
        ),
        Good(
            {
                "src/Runner.cs": (
                    "class Runner {\n    static int Main(string[] args) {\n        var project = Parse(args);\n"
                    "        if (project.Configuration.PauseOrDefault) {\n            Console.ReadKey(true);\n        }\n        return 0;\n    }\n}\n"
                ),
                "cmd/mirror.go": (
                    'package cmd\n\nfunc init() {\n\tc.Flags().StringVar(&destPassword, "dest-password", "", "password")\n}\n\nfunc config() {\n'
                    '\tif destPassword == "" {\n\t\tif len(parts) < 2 {\n\t\t\tpass, err = speakeasy.Ask("Password: ")\n\t\t}\n\t}\n}\n'
                ),
            },
            because="a pause that is asked for, and a password that an option gives",
        ),
        Good(
            {
                "deploy.php": (
                    "<?php\n\nnamespace Deployer;\n\ntask('files', function () {\n"
                    "    if (askConfirmation('Are you sure?', true)) {\n        upload('files', '{{deploy_path}}/files');\n    }\n});\n"
                )
            },
            because="-n takes the default, which is yes",
        ),
        Good(
            {
                "src/main/java/app/ReleaseMojo.java": (
                    "package app;\n\nimport org.codehaus.plexus.components.interactivity.Prompter;\n\nclass ReleaseMojo {\n"
                    "    void execute() {\n        if (settings.isInteractiveMode()) {\n"
                    '            tag = prompter.prompt("Tag of the release");\n        }\n    }\n}\n'
                )
            },
            because="-B leaves it out",
        ),
        Good(
            {
                "src/ask.ts": (
                    "import { confirm } from '@clack/prompts';\n\nexport async function askConfirm(message: string) {\n"
                    "  return confirm({ message });\n}\n"
                ),
                "src/add.ts": (
                    "import * as cli from './ask.ts';\n\nexport async function add(optionsFromCli) {\n  if (optionsFromCli?.message != null) {\n"
                    "    return { summary: optionsFromCli.message };\n  }\n  return await cli.askConfirm('Go on?');\n}\n"
                ),
            },
            because="a helper asks for its callers, and the only one is spared by an option",
        ),
        Good(
            {
                "bin/release.js": (
                    "const inquirer = require('inquirer');\nif (options.review) {\n"
                    "  inquirer.prompt([{ type: 'confirm', name: 'go', message: 'Continue?' }]);\n}\n"
                )
            },
            because="somebody asks to be asked",
        ),
        Good(
            {
                "cmd/login.go": (
                    'package cmd\n\nimport "example.com/app/pkg/prompter"\n\nfunc code(details Details) string {\n\tif details.Token != "" {\n'
                    '\t\treturn details.Token\n\t} else {\n\t\treturn prompter.RequestCode("Code")\n\t}\n}\n'
                ),
                "pkg/prompter/prompter.go": 'package prompter\n\nimport "os"\n\nvar in = os.Stdin\n',
            },
            because="a field that the caller fills answers",
        ),
        Good(
            {
                "bin/new.js": (
                    "import inquirer from 'inquirer';\n\nexport async function ui(options) {\n  if (options.version) {\n    return {\n      ...options,\n      confirm: true,\n    };\n"
                    "  }\n  return inquirer.prompt([{ name: 'version', message: 'Version?' }]);\n}\n"
                )
            },
            because="an option spares the question",
        ),
        Good(
            {
                "bin/new.js": (
                    "const inquirer = require('inquirer');\nif (process.stdin.isTTY) {\n  inquirer.prompt([{ name: 'kind', message: 'Kind?' }]);\n}\n"
                )
            },
            because="asks only at a terminal",
        ),
        Good(
            {
                "bin/new.js": "const inquirer = require('inquirer');\nif (!argv.kind) {\n  inquirer.prompt([{ name: 'kind', message: 'Kind?' }]);\n}\n"
            },
            because="an option answers",
        ),
        Good(
            {
                "src/prompt.ts": (
                    "import * as inquirer from '@inquirer/prompts';\n\nfunction guard(opts) {\n  if (!opts.nonInteractive) {\n"
                    "    return { shouldReturn: false, value: undefined };\n  }\n  if (opts.default !== undefined) {\n"
                    "    return { shouldReturn: true, value: opts.default };\n  }\n  throw new Error('No default');\n}\n\n"
                    "export async function input(opts) {\n  if (typeof opts === 'string') {\n    opts = { message: opts };\n  } else {\n"
                    "    const { shouldReturn, value } = guard(opts);\n    if (shouldReturn) {\n      return value;\n    }\n  }\n"
                    "  return inquirer.input(opts);\n}\n\nexport async function secret(opts) {\n  guard(opts);\n  return inquirer.password(opts);\n}\n"
                )
            },
            because="a helper gives the default or refuses where nobody is there",
        ),
        Good(
            {
                "cmd/add.go": (
                    'package cmd\n\nimport (\n\t"golang.org/x/term"\n)\n\nfunc (o *add) run() {\n\tif o.username != "" && o.password == "" {\n'
                    "\t\tword, _ := term.ReadPassword(0)\n\t\to.password = string(word)\n\t}\n}\n"
                )
            },
            because="a field that an option fills",
        ),
        Good(
            {
                "cmd/sign.go": (
                    'package cmd\n\nimport "golang.org/x/term"\n\nfunc (o *sign) run() {\n\task := o.promptUser\n\tif o.passphraseFile != "" {\n'
                    "\t\task = fromFile(o.passphraseFile)\n\t}\n\task()\n}\n\nfunc (o *sign) promptUser() ([]byte, error) {\n"
                    "\treturn term.ReadPassword(0)\n}\n"
                )
            },
            because="handed over, and replaced where a file is given",
        ),
        Good(
            {
                "login.go": (
                    'package login\n\nimport "github.com/Songmu/prompter"\n\nfunc pick(factors []string, oc *Client) string {\n'
                    "\tfor _, val := range factors {\n\t\tif val == oc.MFA {\n\t\t\treturn val\n\t\t}\n\t}\n"
                    '\treturn prompter.Choose("Which", factors, "")\n}\n'
                )
            },
            because="a field picks one of what would be offered",
        ),
        Good(
            {
                "bin/profile.js": (
                    "const readline = require('readline');\nconst rl = readline.createInterface({ input: process.stdin });\n"
                    "if (options.duration) {\n  setTimeout(done, options.duration);\n} else {\n  rl.question('Stop? ', done);\n}\n"
                )
            },
            because="asked only where the option is not given",
        ),
        Good(
            {
                "lib/shell.rb": "class Basic < Thor::Shell\n  def ask(text)\n    read\n  end\n\n  def yes?(text)\n    ask(text) == 'y'\n  end\nend\n"
            },
            because="a library's own askers, which call each other",
        ),
        Good(
            {
                "app.go": (
                    'package app\n\nimport (\n\t"bufio"\n\t"fmt"\n\t"os"\n)\n\nfunc (app *App) setup() {\n\tswitch app.Config().NotARepository {\n'
                    "\tcase \"prompt\":\n\t\tfmt.Print(app.Tr.Create)\n\t\tresponse, _ := bufio.NewReader(os.Stdin).ReadString('\\n')\n"
                    '\t\topen(response)\n\tcase "skip":\n\t\treturn\n\t}\n}\n'
                )
            },
            because="a setting chooses whether it asks",
        ),
        Good(
            {
                "cmd/main.go": (
                    'package cmd\n\nimport "fmt"\n\nfunc init() {\n\tif mousetrap.StartedByExplorer() {\n'
                    '\t\tfmt.Println("Press the Enter key to exit")\n\t\tfmt.Scanln()\n\t}\n}\n'
                ),
                "box/box.go": (
                    'package box\n\nimport (\n\t"bufio"\n\t"fmt"\n\t"os"\n)\n\nfunc Encrypt(names []string, overwrite bool, pause bool) {\n'
                    "\tif pause {\n\t\tnotice()\n\t}\n\tif overwrite {\n\t\tshred(names)\n\t} else {\n\t\tnotice()\n\t}\n}\n\n"
                    'func notice() {\n\tfmt.Print("ENTER to continue: ")\n\tinput := bufio.NewScanner(os.Stdin)\n\tinput.Scan()\n}\n'
                ),
            },
            because="started by a double click; and switches that whoever calls the function hands over",
        ),
        Good(
            {
                "appTestCases/src/java/Loop.java": (
                    'class Loop {\n    void run() {\n        String line = System.console().readLine("Name: ");\n    }\n}\n'
                )
            },
            because="cases for the tests of a checker",
        ),
        Good(
            {
                "src/watch.js": (
                    "console.log('press h to show help');\nprocess.stdin.setRawMode(true);\nprocess.stdin.on('keypress', (ch, key) => {\n"
                    "  if (key.name === 'h') help();\n});\n"
                )
            },
            because="keys that may be pressed while it works",
        ),
        Good(
            {
                "internal/tty/tty.go": (
                    'package tty\n\nimport (\n\t"errors"\n\t"os"\n\n\t"golang.org/x/term"\n)\n\nfunc withTerminal(f func(in *os.File) error) error {\n'
                    '\tif tty, err := os.Open("/dev/tty"); err == nil {\n\t\treturn f(tty)\n\t}\n\treturn errors.New("standard input is not a terminal")\n}\n\n'
                    "func Secret() (s []byte, err error) {\n\terr = withTerminal(func(in *os.File) error {\n"
                    "\t\ts, err = term.ReadPassword(int(in.Fd()))\n\t\treturn err\n\t})\n\treturn\n}\n"
                ),
                "serve.go": (
                    'package serve\n\nimport "fmt"\n\ntype Server struct {\n\tPrompt bool\n}\n\nfunc (s Server) Sign() {\n\tif s.Prompt {\n'
                    '\t\tvar yes string\n\t\tfmt.Print("Sign? (y/n): ")\n\t\tfmt.Scanln(&yes)\n\t}\n}\n'
                ),
                "unlock.go": (
                    'package unlock\n\nimport (\n\t"golang.org/x/term"\n)\n\nfunc unlock() ([]byte, error) {\n\tconn, err := gpgagent.NewConn()\n'
                    "\tif err == gpgagent.ErrNoAgent {\n\t\treturn term.ReadPassword(0)\n\t}\n\treturn conn.Get()\n}\n"
                ),
            },
            because="refused without a terminal, asked for by a switch, and answered by an agent",
        ),
        Good({"lines.rb": "while line = gets\n  puts line\nend\n"}, because="a filter reads its input"),
        Good(
            {
                "test/new.test.js": "const inquirer = require('inquirer');\ninquirer.prompt([{ name: 'k', message: 'K?' }]);\n"
            },
            because="a test's code",
        ),
    ),
)


def check(ask: Ask, repository: Repository) -> Iterator[Hit]:
    """Flag questions of programs in other languages than Python."""
    if ask.language not in {"python", "shell"} and is_unanswerable(ask):
        yield question_hit(ask, repository)
