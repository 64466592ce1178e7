"""A command of this repository prints a listing or a report laid out for eyes, and has no form for programs."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.repository import Repository
from agentlint.files.source import Place
from agentlint.judgements.printing.answering_layouts import answers
from agentlint.judgements.printing.data_forms import has_data_form, is_benchmark, program_text, told_nearby
from agentlint.judgements.printing.layouts import best_of, dialect_of, layouts
from agentlint.judgements.printing.shown_aside import is_no_answer
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station

_GO = (
    'package cmd\n\nimport "github.com/spf13/cobra"\n\nfunc listHosts(cmd *cobra.Command) error {{\n\tw := newWriter(os.Stdout)\n'
    '\tfmt.Fprintln(w, "HOST\\tSTATE\\tAGE")\n\tfor _, h := range hosts {{\n\t\tfmt.Fprintf(w, "%s\\t%s\\t%s\\n", h.Name, h.State, h.Age)\n'
    "\t}}\n\treturn {end}\n}}\n"
)
_SHELL = (
    '#!/bin/sh\nshow_status() {{\n  echo\n  echo "  project : $project"\n  echo "  branch  : $(branch)"\n'
    '  echo "  age     : $(age) days"\n}}\n{rest}show_status\n'
)
_NODE = (
    "#!/usr/bin/env node\nfunction handleSummary(stats) {{\n  console.log(`Total: ${{stats.total}} MB`);\n  console.log(`  Code: ${{stats.code}}`);\n"
    "  console.log(`  Strings: ${{stats.strings}}`);\n}}\n{rest}"
)

RULE = Rule(
    id="OUT413",
    name="listing-for-eyes",
    category=Category.HUMAN_OUTPUT,
    summary="A command of this repository prints columns or labelled lines for eyes and has no --json or like option.",
    why=(
        "What the command is for is its answer, and the answer comes as padded columns or as labels and values over many lines. An "
        "agent that uses it has to take the layout apart, and a longer name or another label breaks that (E34)."
    ),
    remediation="Offer --json (or --format json) that prints the same as data.",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=10, source="E34"),
    station=Station.CHECK,
    evidence=("E34",),
    bad=(
        Bad({"cmd/hosts.go": _GO.format(end="nil")}, at=("cmd/hosts.go:7",)),
        Bad({"bin/summary": _SHELL.format(rest="")}, at=("bin/summary:4",)),
        Bad({"bin/heap.js": _NODE.format(rest="")}, at=("bin/heap.js:3",)),
        Bad(
            {"bin/scan": '#!/usr/bin/env ruby\nfound.each do |ip, name|\n  puts "#{ip.ljust(16)}#{name}"\nend\n'},
            at=("bin/scan:3",),
        ),
        Bad(
            {
                "tool.py": (
                    "import argparse\n\n\ndef status(args):\n    for page in pages(args):\n"
                    "        print(f'  {page.state:<9} {page.key}')\n\n\nstatus(argparse.ArgumentParser().parse_args())\n"
                )
            },
            at=("tool.py:6",),
        ),
        Bad(
            {
                "tool/remote/key_cmds.py": (
                    "class Keys:\n    def do_key_list(self, args, keys):\n        fmt = '%-1s %-12s %-8s %s'\n"
                    "        print(fmt % ('', 'KEY ID', 'MODE', 'LABEL'))\n        for key in keys:\n"
                    "            print(fmt % (mark(key), key.id[:12], key.mode, key.label))\n"
                )
            },
            at=("tool/remote/key_cmds.py:4",),
            title="by a format with a name",
        ),
        Bad(
            {
                "scripts/pool-tool": (
                    '#!/usr/bin/perl\nuse strict;\nprint "  #  Item_Size  Max_age   Pages\\n";\n'
                    'foreach my $n (1..$max) {\n    printf("%3d %8s %9ds %7d\\n", $n, $size, $age, $pages);\n}\n'
                )
            },
            at=("scripts/pool-tool:3",),
            title="a script that ends in a table",
        ),
        Bad(
            {
                "src/cli/common.rs": (
                    "pub fn list_overrides(cfg: &Cfg) -> Result<()> {\n    for (k, v) in overrides {\n        writeln!(\n"
                    '            cfg.process.stdout().lock(),\n            "{:<40}\\t{:<20}",\n            k,\n            v\n        )?\n    }\n}\n'
                )
            },
            at=("src/cli/common.rs:3",),
            title="a statement over several lines",
        ),
        Bad(
            {
                "benchmarks/run.py": (
                    "import sys\n\n\ndef run(n):\n    print(f'{name:<20} {best:>9.3f} us')\n\n\nrun(int(sys.argv[1]))\n"
                )
            },
            at=("benchmarks/run.py:5",),
            title="what a benchmark measured",
        ),
        Bad(
            {
                "app/commands/stats.py": (
                    'def show_stats(lib):\n    ui.print_(f"""Tracks: {len(lib.items)}\nTotal time: {human(lib.time)}\n'
                    'Artists: {len(lib.artists)}""")\n'
                )
            },
            at=("app/commands/stats.py:2",),
            title="labels in one string over several lines",
        ),
        Bad(
            {
                "app/cli/main_inspect.py": (
                    "def execute(parsed):\n    if parsed.subcommand == 'hashes':\n        pprint(inspect_hashes(parsed.packages))\n"
                )
            },
            at=("app/cli/main_inspect.py:3",),
            title="a Python literal is no data for others",
        ),
        Bad(
            {
                "bin/listusers": '#!/bin/bash\nfunction _main() {\n  while read -r LINE; do\n    echo -e "* ${LINE}\\n"\n  done < users\n}\n_main\n'
            },
            at=("bin/listusers:4",),
            title="a list with marks",
        ),
        Bad(
            {
                "tool.py": (
                    "import sys\n\n\ndef compare(a, b):\n    pr('==== Same files ===')\n    for one in a & b:\n        pr('{} - {}'.format(*one))\n"
                    "    pr('==== Different files ===')\n\n\ncompare(*sys.argv[1:])\n"
                )
            },
            at=("tool.py:5",),
            title="sections with headings, through a printer of its own",
        ),
        Bad(
            {
                "tool.py": (
                    "import argparse\n\n\ndef main():\n    args = parse()\n    if args.stats:\n        print('Hosts: {}'.format(n))\n"
                    "        print('Free: ' + str(free))\n        print(f'Age: {age}')\n        return\n    serve(args)\n\n\nmain()\n"
                )
            },
            at=("tool.py:7",),
            title="in the arm of an option",
        ),
        Bad(
            {
                "src/Cli/ListHosts.cs": (
                    "class ListHosts\n{\n    static int Main(string[] args)\n    {\n        foreach (var h in Find())\n"
                    '            Console.WriteLine($"{h.Name,-20} {h.State}");\n        return 0;\n    }\n}\n'
                )
            },
            at=("src/Cli/ListHosts.cs:6",),
        ),
        Bad(
            {
                "src/main/java/app/cli/ListHosts.java": (
                    "class ListHosts {\n    public int run() {\n        for (Host h : find())\n"
                    '            System.out.printf("%-20s %s%n", h.name, h.state);\n        return 0;\n    }\n}\n'
                )
            },
            at=("src/main/java/app/cli/ListHosts.java:4",),
        ),
        Bad(
            {
                "src/Command/InfoCommand.php": (
                    "<?php\nclass InfoCommand extends Command\n{\n    protected function execute($input, $output): int\n    {\n"
                    '        $output->writeln("Host: {$this->host}");\n        $output->writeln("State: {$this->state}");\n    }\n}\n'
                )
            },
            at=("src/Command/InfoCommand.php:6",),
            title="every command calls it execute: the file says what it does",
        ),
        Bad(
            {
                "Sources/app/Commands/Status.swift": (
                    "struct Status: ParsableCommand {\n  func run() throws {\n"
                    '    print("Host: \\(host)")\n    print("State: \\(state)")\n  }\n}\n'
                )
            },
            at=("Sources/app/Commands/Status.swift:3",),
        ),
        Bad(
            {
                "app/routines/outdated.py": (
                    "def do_outdated(project):\n    for name, old, new in find(project):\n"
                    "        console.print(\n            f'{name} is out of date: {old}, {new} available.'\n        )\n"
                )
            },
            at=("app/routines/outdated.py:3",),
            title="a sentence for each of many",
        ),
        Bad(
            {
                "install-proxy.sh": (
                    '#!/bin/bash\nset_up() {\n  make install\n  echo "Congratulations, the proxy install completed!"\n'
                    '  echo -e "Your IP       : ${red} $(get_ip) ${plain}"\n  echo -e "Your Port     : ${red} ${port} ${plain}"\n'
                    '  echo -e "Your Password : ${red} ${word} ${plain}"\n}\nset_up\n'
                ),
                "src/commands/updates.rs": (
                    "pub fn command(args: Args) -> Result<()> {\n    match args.command {\n        Commands::Status => {\n"
                    '            println!("Method: {}", method);\n            println!("Strategy: {}", strategy);\n'
                    '            println!("Latest: {}", latest);\n        }\n    }\n}\n'
                ),
                "src/commands/scale.rs": "pub struct Args {\n    #[clap(long, global = true)]\n    json: bool,\n}\n",
                "src/main.rs": 'fn parses() {\n    check(&["scale", "--json"]);\n}\n',
            },
            at=("install-proxy.sh:5", "src/commands/updates.rs:4"),
            title="what an installer has set up, and the arm of a command whose sisters have a form for data",
        ),
    ),
    good=(
        Good(
            {
                "cmd/names.go": (
                    'package cmd\n\nfunc listNames() {\n\tfor _, n := range names {\n\t\tfmt.Printf("%s\\t%s\\n", n.Name, n.URL)\n\t}\n}\n'
                )
            },
            because="values with tabs between them",
        ),
        Good(
            {
                "benchmarks/run.py": (
                    "import sys\n\n\ndef run(n):\n    print(f'{name:<20} {best:>9.3f} us')\n    save(args.json)\n\n\nrun(int(sys.argv[1]))\n"
                )
            },
            because="it keeps what it measured",
        ),
        Good(
            {
                "src/session/man.py": "import argparse\n\n\ndef print_path_instructions(p):\n    print(f'    {p}/man')\n    print(f'  - {p}')\n"
            },
            because="what to do next",
        ),
        Good(
            {
                "bin/listusers": '#!/bin/sh\nshow() {\n  echo "  - Unable to read $file"\n}\nshow\n',
                "tools/models.sh": '#!/bin/sh\nget() {\n  echo "--- $1 ---"\n}\nget a\n',
            },
            because="the message of a failure, and no name that says it lists",
        ),
        Good(
            {"cmd/hosts.go": _GO.format(end="json.NewEncoder(os.Stdout).Encode(hosts)")}, because="it has a JSON form"
        ),
        Good(
            {
                "cmd/hosts.go": _GO.format(end="nil"),
                "cmd/root.go": 'package cmd\n\nfunc init() {\n\trootCmd.PersistentFlags().StringVarP(&form, "output", "o", "", "form")\n}\n',
            },
            because="an option for all commands",
        ),
        Good({"bin/summary": _SHELL.format(rest='[ "$1" = --porcelain ] && plain\n')}, because="it has --porcelain"),
        Good({"bin/heap.js": _NODE.format(rest="if (opts.json) print(stats);\n")}, because="it has a JSON form"),
        Good({"examples/heap.js": _NODE.format(rest="")}, because="an example"),
        Good(
            {
                "bin/tool": "#!/bin/sh\nusage() {\n  printf '%-10s %s\\n' run \"$text\"\n}\nusage\n",
                "dist.py": "import sys\n\n\ndef print_command_list(commands):\n    for cmd in commands:\n        print(f'  {cmd:<{width}}  {about(cmd)}')\n",
                "src/commands/run.rs": 'fn show_help() {\n    for t in tools {\n        println!("- {} v{}", t.name, t.version);\n    }\n}\n',
                "tools/stats.py": "import argparse\n\n\ndef main():\n    if args.verbose:\n        print(f'{n:<9} {t:>8}')\n    work()\n\n\nmain()\n",
            },
            because="its help, and what is told on the way",
        ),
        Good(
            {
                "install.sh": '#!/bin/sh\necho "Version: $v"\necho "Folder: $d"\necho "System: $s"\nmake\n',
                "setup.sh": '#!/bin/sh\necho "Host: $h"\necho "Port: $p"\necho "User: $u"\nmake\necho "installation completed"\n',
                "src/commands/updates.rs": (
                    "pub fn command(args: Args) -> Result<()> {\n    match args.command {\n        Commands::Enable => {\n"
                    '            println!("Method: {}", method);\n            println!("Strategy: {}", strategy);\n        }\n    }\n}\n'
                ),
            },
            because="what it is about to do or has done on the way, which is no answer",
        ),
        Good(
            {
                "tools/show.py": "import argparse\n\n\ndef show_page(page):\n    print(f'Name: {page.name}')\n    print(f'Id: {page.id}')\n"
            },
            because="two lines on the way, in no command",
        ),
        Good(
            {
                "tool.py": (
                    "import argparse\n\n\ndef main():\n    args = parse()\n    if args.deploy:\n        print('Hosts: {}'.format(n))\n"
                    "        print('Free: ' + str(free))\n        print(f'Age: {age}')\n        return\n    serve(args)\n\n\nmain()\n"
                )
            },
            because="a command that does something",
        ),
        Good(
            {
                "cmd/check.go": (
                    'package cmd\n\nfunc agree(vars []Var) bool {\n\tdisplayVariables(vars)\n\n\tmsg := "Go on?"\n\treturn prompt.Confirm(msg)\n}\n\n'
                    'func displayVariables(vars []Var) {\n\tfmt.Fprintln(w, "NAME\\tVALUE\\tSOURCE")\n\tfor _, v := range vars {\n'
                    '\t\tfmt.Fprintf(w, "%s\\t%s\\t%s\\n", v.Name, v.Value, v.Source)\n\t}\n}\n'
                ),
                "cmd/format/print.go": 'package format\n\nfunc Print(v any, form string) {\n\tif form == "json" {\n\t\tdump(v)\n\t}\n\tPrintTable(v)\n}\n',
                "cmd/format/table.go": (
                    'package format\n\nfunc PrintTable(v any) {\n\tfmt.Fprintln(w, "NAME\\tVALUE\\tSOURCE")\n\tfmt.Fprintf(w, "%s\\t%s\\t%s\\n", v.a, v.b, v.c)\n}\n'
                ),
            },
            because="a person agrees to it, and it is one of several forms",
        ),
        Good(
            {
                "init/web": (
                    '#!/bin/sh\nstart() {\n  run\n}\nstop() {\n  end\n}\nstatus() {\n  if up; then\n    echo "  $white up"\n'
                    '    return 0\n  fi\n  echo "  $red down"\n  return 1\n}\nstatus\n'
                ),
                "scripts/sizes.py": (
                    "import sys\n\n\ndef summarize(rows):\n    print(f'count={len(rows)}')\n    print(f'average={mean(rows)}')\n"
                    "    print(f'longest={max(rows)}')\n\n\nsummarize(sys.argv)\n"
                ),
                "scripts/diagnose.sh": '#!/bin/sh\necho "### Terminal"\necho "term=$TERM"\necho "cols=$COLUMNS"\necho "### CI"\necho "ci=$CI"\n',
            },
            because="its exit status says it, and key=value is a form for programs",
        ),
        Good(
            {
                "src/commands/list.rs": 'pub fn run() {\n    println!("Name: {}", name);\n    println!("Kind: {}", kind);\n}\n',
                "src/cli.rs": "struct Cli {\n    #[arg(long, global = true)]\n    json: bool,\n}\n",
                "tool/src/commands/list.rs": (
                    'pub fn run() {\n    if !stdout().is_terminal() {\n        return raw();\n    }\n    println!("Name: {}", name);\n'
                    '    println!("Kind: {}", kind);\n}\n'
                ),
            },
            because="an option that clap gives every command, and another form where no terminal reads it",
        ),
        Good({"bin/keys": '#!/bin/sh\nlist() {\n  echo "$key"\n}\nlist\n'}, because="one bare value a line"),
    ),
)


def check(whole: Repository, repository: Repository) -> Iterator[Hit]:
    """Flag laid-out results of programs that have no other form."""
    for path in whole.judged:
        text = program_text(path, repository)
        dialect = dialect_of(path, text) if text else ""
        if not dialect:
            continue
        found = best_of([one for one in layouts(text, dialect) if answers(one, path, text, dialect)])
        if is_benchmark(path):
            found = found[:1]  # one result, told in one form
        if not found or has_data_form(path, text, dialect, repository):
            continue
        for one in found:
            if told_nearby(path, one.span, text, repository) or is_no_answer(one, path, text, dialect, repository):
                continue
            name = one.function or path.rsplit("/", 1)[-1]
            what = "columns" if one.padded else "a list or labelled lines"
            yield Hit(
                place=Place(path, one.span),
                message=f"`{name}` prints its result in {what} for eyes, and the program has no form for data; offer --json",
                unit="",
            )
