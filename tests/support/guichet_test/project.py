"""Where things lie in the project, the program under test included."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SCHEMAS = ROOT / "schemas"


def program_under_test():
    """GUICHET from the environment, else build/guichet."""
    return Path(os.environ.get("GUICHET", ROOT / "build" / "guichet")).resolve()


def fast_program():
    """A build without sanitizers, for rates: GUICHET_RELEASE, else the one under test."""
    return Path(os.environ.get("GUICHET_RELEASE", program_under_test())).resolve()
