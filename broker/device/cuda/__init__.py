"""The real device: CUDA through cuda-python, and a native issue loop without the GIL.

`backend.py` is the control half, with a file for each kind of thing; `issue.c` is the
native one, `lanes.py` the one table of
driver calls, `driver.py` the only file that touches cuda.bindings. Importing this
package needs neither a driver nor cuda-bindings; making a CudaBackend needs both and
says what is missing. It must never know sessions, tenants or policies. Made by the
composition root (`cli.py`), called through the seam in `../backend.py`.
"""

from broker.device.cuda.backend import CudaBackend
from broker.device.cuda.driver import DeviceUnavailable

__all__ = ["CudaBackend", "DeviceUnavailable"]
