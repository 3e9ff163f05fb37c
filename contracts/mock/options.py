"""The options of the mock's command line: what each is called, what its value must be, and what it does."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from contracts.mock.forms import Form


class Group(StrEnum):
    """What an option is about; `--help` and the documentation list the options in this order."""

    DATA = "data"
    DIFFERENCES = "differences from the contract"
    BAD_DAYS = "bad days"
    ACCESS = "access"
    ADDRESS = "addresses and links"
    PROCESS = "process"


@dataclass(frozen=True, slots=True)
class Option:
    """One option.

    Attributes:
        spelling: its name with the placeholder of its value, `--seed N`; without one it takes no value.
        form: what its value must be.
        group: what it is about.
        help: what it does, in a line.
        default: the value where it is not given.
        usual: the default in words, where the value itself does not say it.
        fixed: it cannot be changed while the mock runs.
    """

    spelling: str
    form: Form
    group: Group
    help: str
    default: Any = None
    usual: str = ""
    fixed: bool = False

    @property
    def name(self) -> str:
        """Its name, with the dashes."""
        return self.spelling.partition(" ")[0]

    @property
    def metavar(self) -> str:
        """The placeholder of its value; empty where it takes none."""
        return self.spelling.partition(" ")[2]

    def words(self, value: Any) -> list[str]:  # noqa: ANN401 - the form decides
        """The words of a command line that give it this value; none where it has to be left out."""
        if not self.metavar:
            return [self.name] if value else []
        values = value if self.form.repeats else () if value is None else (value,)
        return [f"{self.name}={self.form.spell(each)}" for each in values]

    @property
    def default_text(self) -> str:
        """The default for a reader; empty where there is none."""
        if self.usual or not self.metavar or self.default is None:
            return self.usual
        values = self.default if self.form.repeats else (self.default,)
        return ", ".join(self.form.spell(each) for each in values)


def table(options: Mapping[str, Option]) -> list[str]:
    """The lines of a Markdown table of options; the keys are the names that the control port has for them."""
    head = ["| option | default | name on the control port | what it does |", "|---|---|---|---|"]
    grouped = ((name, option) for group in Group for name, option in options.items() if option.group == group)
    return head + [_row(name, option) for name, option in grouped]


def _row(name: str, option: Option) -> str:
    cells = (f"`{option.spelling}`", option.default_text, "" if option.fixed else f"`{name}`", option.help)
    return "".join(f"| {cell} " if cell else "| " for cell in cells) + "|"
