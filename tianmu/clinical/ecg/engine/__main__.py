"""Run the engine's command line: `python -m tianmu.clinical.ecg.engine`."""

import sys

from tianmu.clinical.ecg.engine.command_line import main

if __name__ == "__main__":
    sys.exit(main())
