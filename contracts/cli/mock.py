"""`python -m contracts mock`: the command line of the mock."""

import argparse
import socket
import time
from collections.abc import Sequence
from contextlib import ExitStack

from contracts.arguments import Parser, positive
from contracts.mock.amounts import counts, rate, share, span
from contracts.mock.registry import DEPARTURES, FAULTS, ODDITIES, build
from contracts.mock.server import listen, serve
from contracts.mock.settings import FLAKY_KINDS, USUAL_KINDS, Settings

_DEFAULT = Settings()
_COMMANDS = """dump [FILE]: write the data to a file for --data, YAML, or JSON where its name ends in .json;
import BASE_URL [FILE]: the same with the data of an API, asked with the token in CONVERSATION_API_TOKEN;
without a command: serve"""


def parser() -> argparse.ArgumentParser:
    """The options."""
    options = Parser(prog="conversation-contracts mock", description=__doc__.partition(": ")[2], allow_abbrev=False)
    add = options.add_argument
    add("command", nargs="*", metavar="COMMAND", help=_COMMANDS)
    add("--host", default="127.0.0.1", help="address to listen on (default: %(default)s, this machine only)")
    add("--port", type=_port, default=8080, help="port; 0 takes a free one (default: %(default)s)")
    add("--seed", type=int, default=_DEFAULT.seed, help="decides the data (default: %(default)s)")
    add("--conversations", type=int, default=_DEFAULT.conversations, metavar="N")
    add("--users", type=int, default=_DEFAULT.users, metavar="N")
    add("--members-per-conversation", type=counts, metavar="N", help="7, or 0-50; default: few here, many there")
    add("--events-per-conversation", type=counts, metavar="N", help="7, or 0-1000; default: few here, many there")
    add(
        "--data", metavar="FILE", help="serve the data of this file, YAML or JSON; `dump` and `import` write such files"
    )
    add("--token", help="the bearer token to ask for; without one none is asked for")
    add("--jwt-public-key", metavar="FILE", help="take JSON Web Tokens (RS256) that this PEM key proves right")
    add("--fault", action="append", default=[], metavar="NAME", help="get this wrong; repeatable")
    add("--oddity", action="append", default=[], metavar="NAME", help="be legally odd; repeatable")
    add("--departure", action="append", default=[], metavar="NAME", help="differ as the real service does; repeatable")
    add("--list-faults", action="store_true", help="print every fault: name, clause that it breaks, what it is")
    add("--list-oddities", action="store_true", help="print every oddity: name, SHOULD clause broken, what it is")
    add("--list-departures", action="store_true", help="print every departure: name, clauses broken, what it is")
    add("--rate-limit", type=rate, default=0.0, metavar="RATE", help="20/s, 90/min: more gets 429 with Retry-After")
    add("--latency", type=span, default=(0.0, 0.0), metavar="TIME", help="40ms, or 10ms-80ms: answer so much later")
    add("--flaky", type=share, default=0.0, metavar="SHARE", help="2%%: so many requests are reset, or get 503")
    add(
        "--flaky-kind",
        action="append",
        choices=FLAKY_KINDS,
        help="only so: reset, busy (503 with Retry-After), unavailable (503 without); repeatable",
    )
    add("--writes-per-second", type=float, default=0.0, metavar="N", help="keep adding data")
    add(
        "--base-path",
        default=_DEFAULT.base_path,
        metavar="PATH",
        help="where it stands (default: %(default)s)",
    )
    add("--origin", metavar="URL", help="what links begin with (default: the host that was called)")
    add("--trust-forwarded", action="store_true", help="links follow X-Forwarded-Proto, -Host, -Port and -Prefix")
    add("--control-port", type=_port, metavar="PORT", help="change and ask it there while it runs; this machine only")
    add(
        "--workers", type=positive, default=1, metavar="N", help="processes that serve, with the same data (default: 1)"
    )
    add("--access-log", action="store_true", help="a line on standard error for every request")
    return options


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65535:  # noqa: PLR2004
        raise argparse.ArgumentTypeError(f"{text!r} is not a port (0 to 65535)")
    return int(text)


def listed(what: str) -> str:
    """All `faults`, `oddities` or `departures`: their names, the clauses, and what is wrong."""
    rows = {
        "faults": [(one.name, one.breaks, one.doc) for one in FAULTS.values()],
        "oddities": [(one.name, one.should or "-", one.doc) for one in ODDITIES.values()],
        "departures": [(one.name, ", ".join((one.breaks, *one.also)), one.doc) for one in DEPARTURES.values()],
    }[what]
    return "\n".join(f"{name}  [{clause}]\n    {' '.join(doc.split())}" for name, clause, doc in sorted(rows))


def main(words: Sequence[str] | None = None) -> int:
    """Run the mock until it is asked to end; the exit code."""
    options = parser()
    given = options.parse_intermixed_args(words)
    for what in ("faults", "oddities", "departures"):
        if getattr(given, f"list_{what}"):
            print(listed(what))
            return 0
    match given.command:
        case ["dump", *file] if len(file) <= 1:
            return _dump(options, given, *file)
        case ["import", base_url, *file] if len(file) <= 1:
            return _import(options, base_url, *file)
        case [_, *_]:
            options.error(f"there is no command {' '.join(given.command)!r}: dump [FILE], import BASE_URL [FILE]")
    try:
        api = build(_settings(given))
    except ValueError as error:
        options.error(str(error))
    with ExitStack() as sockets:
        bound = sockets.enter_context(_listening(options, given.host, given.port))
        control = None
        if given.control_port is not None:
            control = sockets.enter_context(_listening(options, "127.0.0.1", given.control_port))
        if given.workers == 1:
            serve(api, bound, control)
            return 0
        from contracts.mock.workers import serve_by  # noqa: PLC0415 - rarely needed

        return serve_by(given.workers, api, bound, control)


def _listening(options: argparse.ArgumentParser, host: str, port: int) -> socket.socket:
    try:
        return listen(host, port)
    except OSError as error:
        options.error(f"cannot listen on {host} port {port}: {error.strerror or error}")


def _settings(given: argparse.Namespace) -> Settings:
    writes = given.writes_per_second
    return Settings(
        seed=given.seed,
        conversations=given.conversations,
        users=given.users,
        members_per_conversation=given.members_per_conversation,
        events_per_conversation=given.events_per_conversation,
        data=given.data,
        faults=tuple(given.fault),
        oddities=tuple(given.oddity),
        token=given.token,
        base_path=given.base_path,
        origin=given.origin,
        writes_per_second=writes,
        started=time.time_ns() // 1_000_000 if writes else None,
        departures=tuple(given.departure),
        jwt_public_key=given.jwt_public_key,
        rate_limit=given.rate_limit,
        latency=given.latency,
        flaky=given.flaky,
        flaky_kinds=tuple(given.flaky_kind or USUAL_KINDS),
        trust_forwarded=given.trust_forwarded,
        access_log=given.access_log,
    )


def _dump(options: argparse.ArgumentParser, given: argparse.Namespace, file: str | None = None) -> int:
    """Write the data of this mock to a file."""
    from contracts.mock import export  # noqa: PLC0415 - it needs the schemas, which take a while

    try:
        export.save(export.document(build(_settings(given))), file)
    except (ValueError, OSError) as error:
        options.error(str(error))
    return 0


def _import(options: argparse.ArgumentParser, base_url: str, file: str | None = None) -> int:
    """Write the data of an API to a file."""
    from contracts.mock import export  # noqa: PLC0415 - it needs the schemas, which take a while
    from contracts.reporting.run import Exit  # noqa: PLC0415
    from contracts.transport import BadAddressError, TargetError  # noqa: PLC0415

    try:
        export.save(export.read(base_url, export.token()), file)
    except TargetError as error:
        options.exit(Exit.UNREACHABLE, f"{options.prog}: {error}\n")
    except export.UnreadableError as error:
        options.exit(Exit.BROKEN, f"{options.prog}: {error}\n")
    except (BadAddressError, ValueError, OSError) as error:
        options.error(str(error))
    return 0
