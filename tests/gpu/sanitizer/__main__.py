"""`python -m tests.gpu.sanitizer`: see check.py."""

import sys

from tests.gpu.sanitizer.check import main

sys.exit(main())
