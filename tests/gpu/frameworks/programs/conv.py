"""Convolutions and recurrent layers by cuDNN."""

from __future__ import annotations

from tests.gpu.frameworks.record import Record


def case_forward(record: Record) -> None:
    import torch
    import torch.nn.functional as F

    torch.manual_seed(1)
    for dtype in (torch.float32, torch.float16, torch.bfloat16):
        x = torch.randn(8, 32, 56, 56, device="cuda").to(dtype)
        w = torch.randn(64, 32, 3, 3, device="cuda").to(dtype)
        for layout in (torch.contiguous_format, torch.channels_last):
            a, b = x.to(memory_format=layout), w.to(memory_format=layout)
            record.add(
                f"{dtype}-{layout}",
                F.conv2d(a, b, padding=1),
                F.conv2d(a, b, stride=2, dilation=2),
            )
        grouped = torch.randn(32, 1, 3, 3, device="cuda").to(dtype)
        record.add(f"depthwise-{dtype}", F.conv2d(x, grouped, groups=32, padding=1))
        record.add(
            f"transposed-{dtype}", F.conv_transpose2d(x, w.transpose(0, 1).contiguous())
        )


def case_other_dimensions(record: Record) -> None:
    import torch
    import torch.nn.functional as F

    torch.manual_seed(2)
    options = {"device": "cuda"}
    record.add(
        "1d",
        F.conv1d(torch.randn(4, 16, 300, **options), torch.randn(8, 16, 5, **options)),
    )
    record.add(
        "3d",
        F.conv3d(
            torch.randn(2, 8, 16, 24, 24, **options),
            torch.randn(4, 8, 3, 3, 3, **options),
        ),
    )


def case_backward(record: Record) -> None:
    import torch

    torch.backends.cudnn.deterministic = True
    torch.manual_seed(3)
    net = torch.nn.Sequential(
        torch.nn.Conv2d(3, 32, 3, padding=1),
        torch.nn.BatchNorm2d(32),
        torch.nn.ReLU(),
        torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(32, 16, 5, stride=2),
    ).cuda()
    x = torch.randn(8, 3, 64, 64, device="cuda", requires_grad=True)
    net(x).square().mean().backward()
    record.add("gradients", x.grad, *(p.grad for p in net.parameters()))
    torch.backends.cudnn.deterministic = False


def case_benchmarked(record: Record) -> None:
    """cuDNN tries its engines; which one wins may differ from run to run."""
    import torch
    import torch.nn.functional as F

    torch.backends.cudnn.benchmark = True
    torch.manual_seed(4)
    x = torch.randn(16, 64, 28, 28, device="cuda")
    record.add("same", F.conv2d(x, torch.ones(64, 64, 3, 3, device="cuda")).shape[2])
    torch.backends.cudnn.benchmark = False


def case_recurrent(record: Record) -> None:
    import torch

    torch.manual_seed(5)
    x = torch.randn(20, 8, 64, device="cuda")
    for kind in (torch.nn.LSTM, torch.nn.GRU):
        net = kind(64, 96, num_layers=2, bidirectional=True).cuda()
        with torch.no_grad():
            record.add(kind.__name__, net(x)[0])


def case_pools(record: Record) -> None:
    import torch
    import torch.nn.functional as F

    torch.manual_seed(6)
    x = torch.randn(4, 8, 33, 33, device="cuda")
    record.add(
        "pools",
        F.max_pool2d(x, 3),
        F.avg_pool2d(x, 2),
        F.adaptive_avg_pool2d(x, 5),
        F.interpolate(x, scale_factor=2.0, mode="bilinear"),
    )
