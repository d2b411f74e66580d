"""What can go wrong between a tenant's program and the broker, in the program's words.

Decides which exception a CUresult, a refusal or a lost socket becomes. Must never know
sockets or messages. Raised by every module of `client`; nothing else is imported here.
"""

from __future__ import annotations

# CUresult numbers a tenant may meet and their driver names without the common prefix.
_RESULT_NAMES = {
    0: "SUCCESS",
    1: "INVALID_VALUE",
    2: "OUT_OF_MEMORY",
    3: "NOT_INITIALIZED",
    4: "DEINITIALIZED",
    34: "STUB_LIBRARY",
    36: "CALL_REQUIRES_NEWER_DRIVER",
    46: "DEVICE_UNAVAILABLE",
    100: "NO_DEVICE",
    101: "INVALID_DEVICE",
    102: "DEVICE_NOT_LICENSED",
    200: "INVALID_IMAGE",
    201: "INVALID_CONTEXT",
    205: "MAP_FAILED",
    206: "UNMAP_FAILED",
    208: "ALREADY_MAPPED",
    209: "NO_BINARY_FOR_GPU",
    210: "ALREADY_ACQUIRED",
    211: "NOT_MAPPED",
    214: "ECC_UNCORRECTABLE",
    215: "UNSUPPORTED_LIMIT",
    216: "CONTEXT_ALREADY_IN_USE",
    217: "PEER_ACCESS_UNSUPPORTED",
    218: "INVALID_PTX",
    220: "NVLINK_UNCORRECTABLE",
    221: "JIT_COMPILER_NOT_FOUND",
    222: "UNSUPPORTED_PTX_VERSION",
    223: "JIT_COMPILATION_DISABLED",
    226: "CONTAINED",
    300: "INVALID_SOURCE",
    301: "FILE_NOT_FOUND",
    302: "SHARED_OBJECT_SYMBOL_NOT_FOUND",
    303: "SHARED_OBJECT_INIT_FAILED",
    304: "OPERATING_SYSTEM",
    400: "INVALID_HANDLE",
    401: "ILLEGAL_STATE",
    500: "NOT_FOUND",
    600: "NOT_READY",
    700: "ILLEGAL_ADDRESS",
    701: "LAUNCH_OUT_OF_RESOURCES",
    702: "LAUNCH_TIMEOUT",
    703: "LAUNCH_INCOMPATIBLE_TEXTURING",
    708: "PRIMARY_CONTEXT_ACTIVE",
    709: "CONTEXT_IS_DESTROYED",
    710: "ASSERT",
    712: "HOST_MEMORY_ALREADY_REGISTERED",
    713: "HOST_MEMORY_NOT_REGISTERED",
    714: "HARDWARE_STACK_ERROR",
    715: "ILLEGAL_INSTRUCTION",
    716: "MISALIGNED_ADDRESS",
    717: "INVALID_ADDRESS_SPACE",
    718: "INVALID_PC",
    719: "LAUNCH_FAILED",
    720: "COOPERATIVE_LAUNCH_TOO_LARGE",
    721: "TENSOR_MEMORY_LEAK",
    800: "NOT_PERMITTED",
    801: "NOT_SUPPORTED",
    802: "SYSTEM_NOT_READY",
    803: "SYSTEM_DRIVER_MISMATCH",
    900: "STREAM_CAPTURE_UNSUPPORTED",
    901: "STREAM_CAPTURE_INVALIDATED",
    902: "STREAM_CAPTURE_MERGE",
    903: "STREAM_CAPTURE_UNMATCHED",
    904: "STREAM_CAPTURE_UNJOINED",
    905: "STREAM_CAPTURE_ISOLATION",
    906: "STREAM_CAPTURE_IMPLICIT",
    907: "CAPTURED_EVENT",
    908: "STREAM_CAPTURE_WRONG_THREAD",
    909: "TIMEOUT",
    910: "GRAPH_EXEC_UPDATE_FAILURE",
    999: "UNKNOWN",
}

# What a session that ended without a device error answers: its context is gone.
CONTEXT_IS_DESTROYED = 709
NOT_READY = 600


def result_name(result: int) -> str:
    """The driver's name of a CUresult, e.g. CUDA_ERROR_INVALID_VALUE for 1."""
    name = _RESULT_NAMES.get(result)
    if name is None:
        return f"CUresult {result}"
    return "CUDA_SUCCESS" if result == 0 else f"CUDA_ERROR_{name}"


class Error(Exception):
    """Everything this library raises on its own account."""


class CudaError(Error):
    """A call failed, or work submitted earlier did (then `call` is where it showed).

    Attributes: result: CUresult; name: its driver name; call: what was asked;
    detail: the broker's words, may be empty; seq: operation at fault, 0 = the call.
    """

    def __init__(
        self, result: int, call: str = "", detail: str = "", seq: int = 0
    ) -> None:
        self.result = result
        self.name = result_name(result)
        self.call = call
        self.detail = detail
        self.seq = seq
        text = f"{call}: {self.name}" if call else self.name
        if seq:
            text += f" (operation {seq})"
        super().__init__(f"{text}: {detail}" if detail else text)


class GraphUpdateError(CudaError):
    """An executable graph was not updated and is as it was.

    Attributes besides: update_result: CUgraphExecUpdateResult (2 topology changed, 3
    node type changed); node: the graph's node at fault, 0xFFFFFFFF = none.
    """

    def __init__(
        self, result: int, call: str, detail: str, update_result: int, node: int
    ) -> None:
        super().__init__(result, call, detail)
        self.update_result = update_result
        self.node = node


class SessionLost(CudaError):
    """The session has ended: every handle and buffer of it is gone. Connect again."""

    def __init__(self, detail: str, result: int = CONTEXT_IS_DESTROYED) -> None:
        super().__init__(result, "session lost", detail)


class SessionClosed(SessionLost):
    """The program itself closed this session."""


class ProtocolError(SessionLost):
    """One side sent what the other cannot read: versions differ, or a bug of ours."""


class Refused(Error):
    """The broker did not take us. reason: one word of the wire's list."""

    def __init__(self, reason: str, message: str) -> None:
        self.reason = reason
        self.message = message
        super().__init__(f"{reason}: {message}" if message else reason)


class BrokerNotFound(Error):
    """Nothing answers at the socket; the message says what to do next."""


class CompileError(Error):
    """NVRTC refused the source. log: the compiler's words, line by line."""

    def __init__(self, log: str) -> None:
        self.log = log
        super().__init__(f"NVRTC could not compile the source:\n{log}")
