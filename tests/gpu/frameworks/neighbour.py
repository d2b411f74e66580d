"""A neighbour that is never done: short requests at random times.

    xsched-broker run --class 0 -- python -m tests.gpu.frameworks.neighbour [--rate 50]

Started by `compare --neighbour`, so that the programs are preempted while they run. It
checks itself: a request whose answer is not that of the first ends it with status 1.
"""

from __future__ import annotations

import argparse
import random
import sys
import time


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rate", type=float, default=50.0, help="requests/s")
    parser.add_argument("--size", type=int, default=2048)
    told = parser.parse_args()
    import torch

    generator = torch.Generator("cuda").manual_seed(1)
    options = {"device": "cuda", "generator": generator, "dtype": torch.bfloat16}
    x = torch.randn(told.size, told.size, **options)
    draw, expected = random.Random(1), None
    while True:
        answer = (x @ x).float().softmax(-1).sum(0)[:64].cpu()
        expected = answer if expected is None else expected
        if not torch.equal(answer, expected):
            print("the neighbour's own answer has changed", file=sys.stderr)
            return 1
        time.sleep(draw.expovariate(told.rate))


if __name__ == "__main__":
    sys.exit(main())
