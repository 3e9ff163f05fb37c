"""What a run found out, for people and for programs."""

from contracts.reporting.files import load, read, write
from contracts.reporting.run import Run, exit_code, exit_code_of
from contracts.reporting.terminal import lines

__all__ = ["Run", "exit_code", "exit_code_of", "lines", "load", "read", "write"]
