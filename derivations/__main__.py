"""``python -m derivations`` is the same as ``kenzan``."""

import sys

from derivations.cli import main

if __name__ == "__main__":
    sys.exit(main())
