"""`python -m contracts` is `conversation-contracts`."""

import sys

from contracts.cli import main

if __name__ == "__main__":
    sys.exit(main())
