"""`python -m broker` is `xsched-broker`; a restart after a fault comes this way."""

from broker.cli import main

if __name__ == "__main__":
    main()
