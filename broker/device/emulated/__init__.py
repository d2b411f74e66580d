"""The emulated device: the default where no GPU is found.

Exports `EmulatedBackend`; everything else in this folder is its own business.
"""

from broker.device.emulated.backend import EmulatedBackend

__all__ = ["EmulatedBackend"]
