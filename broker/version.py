"""The version of this installation. Read by whoever has to name it."""

from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("xsched-broker")
except PackageNotFoundError:  # run from a tree that was never installed
    VERSION = "0.0.0"
