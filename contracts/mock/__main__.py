"""`python -m contracts.mock`: the command line of the mock."""

import argparse
import sys
import time
from collections.abc import Sequence

from contracts.commands import Parser
from contracts.mock.registry import FAULTS, ODDITIES, build
from contracts.mock.server import listen, serve
from contracts.mock.settings import Settings

_DEFAULT = Settings()


def parser() -> argparse.ArgumentParser:
    """The options."""
    options = Parser(prog="contracts.mock", description=__doc__.partition(": ")[2], allow_abbrev=False)
    add = options.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (default: %(default)s, this machine only)")
    add("--port", type=_port, default=8080, help="port; 0 takes a free one (default: %(default)s)")
    add("--seed", type=int, default=_DEFAULT.seed, help="decides the data (default: %(default)s)")
    add("--conversations", type=int, default=_DEFAULT.conversations, metavar="N")
    add("--users", type=int, default=_DEFAULT.users, metavar="N")
    add("--token", help="the bearer token to ask for; without one none is asked for")
    add("--fault", action="append", default=[], metavar="NAME", help="get this wrong; repeatable")
    add("--oddity", action="append", default=[], metavar="NAME", help="be legally odd; repeatable")
    add(
        "--list-faults",
        action="store_true",
        help="print every fault: name, clause that it breaks, what it is",
    )
    add(
        "--list-oddities",
        action="store_true",
        help="print every oddity: name, SHOULD clause broken, what it is",
    )
    add("--writes-per-second", type=float, default=0.0, metavar="N", help="keep adding data")
    add(
        "--base-path",
        default=_DEFAULT.base_path,
        metavar="PATH",
        help="where it stands (default: %(default)s)",
    )
    add("--origin", metavar="URL", help="what links begin with (default: the host that was called)")
    return options


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65535:  # noqa: PLR2004
        raise argparse.ArgumentTypeError(f"{text!r} is not a port (0 to 65535)")
    return int(text)


def listed(*, oddities: bool) -> str:
    """Every fault, or every oddity: its name, the clause, and what is wrong."""
    rows = (
        [(one.name, one.should or "-", one.doc) for one in ODDITIES.values()]
        if oddities
        else [(one.name, one.breaks, one.doc) for one in FAULTS.values()]
    )
    return "\n".join(f"{name}  [{clause}]\n    {' '.join(doc.split())}" for name, clause, doc in sorted(rows))


def main(words: Sequence[str] | None = None) -> int:
    """Run the mock until it is asked to end; the exit code."""
    options = parser()
    given = options.parse_args(words)
    if given.list_faults or given.list_oddities:
        print(listed(oddities=given.list_oddities))
        return 0
    try:
        api = build(_settings(given))
    except ValueError as error:
        options.error(str(error))
    try:
        bound = listen(given.host, given.port)
    except OSError as error:
        options.error(f"cannot listen on {given.host} port {given.port}: {error.strerror or error}")
    with bound:
        serve(api, bound)
    return 0


def _settings(given: argparse.Namespace) -> Settings:
    rate = given.writes_per_second
    return Settings(
        seed=given.seed,
        conversations=given.conversations,
        users=given.users,
        faults=tuple(given.fault),
        oddities=tuple(given.oddity),
        token=given.token,
        base_path=given.base_path,
        origin=given.origin,
        writes_per_second=rate,
        started=time.time_ns() // 1_000_000 if rate else None,
    )


if __name__ == "__main__":
    sys.exit(main())
