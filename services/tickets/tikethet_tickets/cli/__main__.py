"""``python -m tikethet_tickets.cli``: the console script where none is installed, as in the images."""

import sys

from tikethet_tickets.cli import main

if __name__ == "__main__":
    sys.exit(main())
