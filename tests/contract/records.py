"""What is kept of a run beside its verdicts: coverage of the description, and the pages made at its end."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import allure

from contracts import VERSION
from contracts.reporting.coverage import Coverage, added
from contracts.reporting.files import put
from contracts.reporting.matrix import page
from tests.contract.allure_words import surroundings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pytest
    import requests

    from contracts.reporting import Run
    from contracts.target import Target
    from contracts.verdicts import Verdict


class Records:
    """Notes every answer of a target, on whatever worker it came in.

    Args:
        target: what is verified.
    """

    def __init__(self, target: Target) -> None:
        self.coverage = Coverage(target.base_url)
        self._others: list[Mapping[str, Mapping[str, int]]] = []
        target.session.recorders.append(self._note)

    def _note(self, response: requests.Response, _: float) -> None:
        request = response.request
        self.coverage.note(request.method or "", request.url or "", response.status_code, response.content)

    def said(self, began: float | None) -> dict[str, Any]:
        """What these records add to what is said of a run."""
        started = (
            datetime.fromtimestamp(began, UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if began else ""
        )
        return {"started": started, "suite": VERSION, "coverage": added(self.coverage.counts, *self._others)}

    def handed(self) -> dict[str, Any]:
        """What a worker hands over."""
        return {"coverage": self.coverage.counts}

    def take(self, told: Mapping[str, Any]) -> None:
        """Take from a worker what it handed over."""
        self._others.append(told["coverage"])


def publish(run: Run, verdicts: Sequence[Verdict], config: pytest.Config) -> None:
    """Write the contract matrix, attach it to Allure's report, and say there what was verified."""
    folder = config.rootpath / "reports"
    folder.mkdir(exist_ok=True)
    file = folder / "matrix.html"
    put(file, page(run, verdicts).encode())
    allure.global_attach.file(str(file), name="contract matrix", attachment_type=allure.attachment_type.HTML)
    surroundings(run, Path(config.option.allure_report_dir))
