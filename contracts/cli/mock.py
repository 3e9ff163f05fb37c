"""`conversation-contracts mock`: serve the Conversation API on this machine."""

import argparse
import os
import socket
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from typing import Any

from contracts.arguments import Parser
from contracts.mock import forms
from contracts.mock.forms import Form
from contracts.mock.options import Group, Option, table
from contracts.mock.registry import DEPARTURES, FAULTS, ODDITIES, build
from contracts.mock.server import listen, serve
from contracts.mock.settings import SETTINGS, Settings

PROGRAM = "conversation-contracts mock"
_PORT = forms.integer(0, 65535)
_HERE = "127.0.0.1"
_MOST_WORKERS = 256
_LISTS = ("faults", "oddities", "departures")
_DUMPED = frozenset({Group.DATA, Group.DIFFERENCES})
_ABOUT = "Serve the Conversation API on this machine. The data follow from a seed, or come from a file."
_DUMP = "write the data of this mock to a file for --data"
_READ = "write the data of an API to a file for --data; CONVERSATION_API_TOKEN holds its bearer token, if it needs one"
_FILE = "file to write, YAML, or JSON if its name ends in .json (default: YAML on standard output)"


def _listing(what: str, each: str) -> Option:
    help_ = f"print each {each} with the clauses it breaks, and exit"
    return Option(f"--list-{what}", forms.flag(), Group.DIFFERENCES, help_, default=False, fixed=True)


def _process(spelling: str, form: Form, default: object, help_: str) -> Option:
    return Option(spelling, form, Group.PROCESS, help_, default=default, fixed=True)


PROCESS: Mapping[str, Option] = {
    "list_faults": _listing("faults", "fault"),
    "list_oddities": _listing("oddities", "oddity"),
    "list_departures": _listing("departures", "departure"),
    "host": _process("--host ADDRESS", forms.text(), _HERE, "address to listen on; ::1 is IPv6"),
    "port": _process("--port PORT", _PORT, 8080, "port to listen on; 0 takes a free one"),
    "control_port": _process(
        "--control-port PORT",
        forms.optional(_PORT),
        None,
        "second port, on this machine only, to change the mock while it runs; 0 takes a free one",
    ),
    "workers": _process(
        "--workers N", forms.integer(1, _MOST_WORKERS), 1, "number of processes that serve; all answer alike"
    ),
    "end_with_stdin": _process(
        "--end-with-stdin",
        forms.flag(),
        False,  # noqa: FBT003 - the default
        "end when standard input is closed: a pipe from the program that started the mock closes when that ends",
    ),
}
"""The options of the process that serves; they are no settings of the API."""

OPTIONS: Mapping[str, Option] = {**SETTINGS, **PROCESS}


def parser() -> argparse.ArgumentParser:
    """The command line: options to serve with, and the commands `dump` and `import`."""
    usual: dict[str, Any] = {"prog": PROGRAM, "formatter_class": _layout}
    options = Parser(**usual, usage="%(prog)s [OPTIONS] [COMMAND]", description=_ABOUT)
    commands = options.add_subparsers(title="commands", dest="command", metavar="COMMAND")
    dump = commands.add_parser("dump", **usual, usage="%(prog)s dump [OPTIONS] [FILE]", help=_DUMP, description=_DUMP)
    dump.add_argument("file", nargs="?", metavar="FILE", help=_FILE)
    _add(dump, {name: option for name, option in SETTINGS.items() if option.group in _DUMPED})
    read = commands.add_parser(
        "import", **usual, usage="%(prog)s import BASE_URL [FILE]", help=_READ, description=_READ
    )
    read.add_argument("base_url", metavar="BASE_URL", help="address of the API, such as https://api.example.com/v0.2")
    read.add_argument("file", nargs="?", metavar="FILE", help=_FILE)
    _add(options, OPTIONS)
    options.add_argument("--markdown", action="store_true", help=argparse.SUPPRESS)
    return options


def _layout(prog: str) -> argparse.HelpFormatter:
    return argparse.HelpFormatter(prog, max_help_position=34)


def _add(options: argparse.ArgumentParser, declared: Mapping[str, Option]) -> None:
    """Add options in their groups."""
    for group in Group:
        section = options.add_argument_group(group)
        for name, option in declared.items():
            if option.group == group:
                section.add_argument(option.name, dest=name, **_parsing(name, option))


def _parsing(name: str, option: Option) -> dict[str, Any]:
    """How argparse reads an option; a setting that is not given leaves no trace, so that `Settings` has the defaults."""
    default = f" (default: {option.default_text})" if option.default_text else ""
    usual = {
        "help": f"{option.help}{default}".replace("%", "%%"),
        "default": argparse.SUPPRESS if name in SETTINGS else option.default,
    }
    if not option.metavar:
        return {**usual, "action": "store_true"}
    action = "append" if option.form.repeats else "store"
    return {**usual, "action": action, "metavar": option.metavar, "type": _type(option.form)}


def _type(form: Form) -> Callable[[str], object]:
    def read(word: str) -> object:
        try:
            return form.from_word(word)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return read


def settings(given: argparse.Namespace, now: int) -> Settings:
    """The settings on a command line; `now`, in milliseconds since 1970, is when writing begins."""
    values = {name: value for name, value in vars(given).items() if name in SETTINGS}
    values |= {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
    return Settings(**values, started=now if values.get("writes_per_second") else None)


def listed(what: str) -> Iterable[str]:
    """All `faults`, `oddities` or `departures`: their names, the clauses they break, and what they do."""
    rows = {
        "faults": [(one.name, one.breaks, one.doc) for one in FAULTS.values()],
        "oddities": [(one.name, ", ".join(one.should) or "-", one.doc) for one in ODDITIES.values()],
        "departures": [(one.name, ", ".join((one.breaks, *one.also)), one.doc) for one in DEPARTURES.values()],
    }[what]
    return (f"{name}  [{clause}]\n    {' '.join(doc.split())}" for name, clause, doc in sorted(rows))


def _printed(given: argparse.Namespace) -> list[str]:
    """The lines that the command line asks for; none where it asks for something else."""
    if given.markdown:
        return table(OPTIONS)
    return [line for what in _LISTS if getattr(given, f"list_{what}") for line in listed(what)]


def main(words: Sequence[str] | None = None) -> int:
    """Carry out the command line; serving ends on SIGTERM or SIGINT. Returns the exit code."""
    options = parser()
    given = options.parse_args(words)
    if lines := _printed(given):
        print("\n".join(lines))
        return 0
    if given.command == "import":
        return _import(options, given.base_url, given.file)
    try:
        api = build(settings(given, time.time_ns() // 1_000_000))
        if given.command == "dump":
            from contracts.mock import export  # noqa: PLC0415 - it needs the schemas, which take a while

            export.save(export.document(api), given.file)
            return 0
    except (ValueError, OSError) as error:
        options.error(str(error))
    with ExitStack() as sockets:
        bound = sockets.enter_context(_listening(options, given.host, given.port))
        control = None
        if given.control_port is not None:
            control = sockets.enter_context(_listening(options, _HERE, given.control_port))
        if given.workers == 1:
            serve(api, bound, control, stdin=given.end_with_stdin)
            return 0
        from contracts.mock.workers import serve_by  # noqa: PLC0415 - rarely needed

        return serve_by(given.workers, api, bound, control, stdin=given.end_with_stdin)


def _listening(options: argparse.ArgumentParser, host: str, port: int) -> socket.socket:
    try:
        return listen(host, port)
    except OSError as error:
        options.error(f"cannot listen on {host} port {port}: {error.strerror or error}")


def _import(options: argparse.ArgumentParser, base_url: str, file: str | None) -> int:
    """Write the data of an API to a file."""
    from contracts.mock import export  # noqa: PLC0415 - it needs the schemas, which take a while
    from contracts.reporting.run import Exit  # noqa: PLC0415
    from contracts.transport import TargetError  # noqa: PLC0415
    from contracts.transport.credentials import VARIABLE  # noqa: PLC0415

    try:
        export.save(export.read(base_url, os.environ.get(VARIABLE)), file)
    except TargetError as error:
        options.exit(Exit.UNREACHABLE, f"{options.prog}: {error}\n")
    except export.UnreadableError as error:
        options.exit(Exit.BROKEN, f"{options.prog}: {error}\n")
    except (ValueError, OSError) as error:
        options.error(str(error))
    return 0
