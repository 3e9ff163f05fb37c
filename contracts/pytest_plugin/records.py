"""What is kept of a run beside its verdicts: coverage of the description, and the pages made at its end."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import allure

from contracts import VERSION
from contracts.display import printed
from contracts.pytest_plugin.allure_results import surroundings
from contracts.reporting.coverage import Coverage, added
from contracts.reporting.files import put
from contracts.reporting.har import Tape, drafts
from contracts.reporting.har import archive as archived
from contracts.reporting.matrix import page

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    import requests

    from contracts.description import Description
    from contracts.findings.families import Clauses
    from contracts.findings.verdicts import Verdict
    from contracts.pytest_plugin.progress import Progress
    from contracts.reporting import Run
    from contracts.transport import Target


class Records:
    """Notes every answer of a target, on whatever worker it came in.

    Args:
        target: what is verified.
        description: what its answers are counted against.
        archive: where an HTTP archive of the run is to be; None for none.
        run: what the drafts of the processes of this run have in common, and no other's.
    """

    def __init__(self, target: Target, description: Description, archive: str | None = None, run: int = 0) -> None:
        self.coverage = Coverage(target.base_url, description)
        self.archive = Path(archive) if archive else None
        self.tape = Tape(self.archive, target.redact, run) if self.archive else None
        self._run = run
        self.progress: Progress | None = None
        self._session = target.session
        target.session.recorders.append(self._note)

    def _note(self, response: requests.Response, seconds: float) -> None:
        request = response.request
        method, url = request.method or "", request.url or ""
        self.coverage.note(method, url, response.status_code, response.content)
        if self.progress:
            self.progress.sent(None, self._session.sent)
        if self.tape:
            self.tape.note(
                method=method,
                url=url,
                sent=dict(request.headers),
                status=response.status_code,
                got=dict(response.headers),
                body=response.content,
                seconds=seconds,
            )

    def said(self, began: float | None, others: Iterable[Mapping[str, Mapping[str, int]]]) -> dict[str, Any]:
        """What these records, and the coverage of other processes, add to what is said of a run."""
        started = (
            datetime.fromtimestamp(began, UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if began else ""
        )
        return {"started": started, "suite": VERSION, "coverage": added(self.coverage.counts, *others)}

    def finish(self) -> None:
        """Make the archive of what all processes of the run have written, also those that are lost."""
        if self.tape and self.archive:
            self.tape.close()
            try:
                if self.tape.error:
                    raise self.tape.error
                archived(self.archive, drafts(self.archive, self._run))
            finally:
                self.drop()  # on a full disk, other files need the place

    def drop(self) -> None:
        """Remove the drafts of this run, of which nobody makes an archive any more; there are none where it was made."""
        if self.tape and self.archive:
            self.tape.close()
            for draft in drafts(self.archive, self._run):
                draft.unlink(missing_ok=True)

    def publish(
        self, run: Run, verdicts: Sequence[Verdict], others: Collection[Verdict], clauses: Clauses, results: Path
    ) -> None:
        """Write the contract matrix beside Allure's results and attach it to them; say there what was verified.

        What is violated of `others`, which have no test in this run, stands there as an error of the whole run.
        """
        file = results.parent / "matrix.html"
        put(file, page(run, verdicts, clauses).encode())
        allure.global_attach.file(str(file), name="contract matrix", attachment_type=allure.attachment_type.HTML)
        for verdict in others:
            if verdict.breaks_must:
                allure.global_error(failure_message(verdict))
        surroundings(run, results)
        for container in results.glob("*-container.json"):
            if b'"promise"' in container.read_bytes():  # the fixture's set-up and tear-down, which say nothing
                container.unlink()


def failure_message(verdict: Verdict) -> str:
    """A violation as a failing test shows it: what was seen first, as pytest's own line ends after a few words."""
    first = " ".join(f"{verdict.actual} instead of {verdict.expected}".split())
    again = "\n".join(f"again:    {curl}" for curl in verdict.curl)
    head = f"{first}\n{verdict.level} violated: {verdict.clause} ({verdict.listing})\n{verdict.statement}."
    return printed(f"{head}\nexpected: {verdict.expected}\nactual:   {verdict.actual}\n{again}")
