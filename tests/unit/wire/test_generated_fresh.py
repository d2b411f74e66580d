"""What is checked in under broker/wire/gen is what schema.toml gives today."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from broker.wire import generate


def test_generated_files_are_fresh() -> None:
    assert generate.stale_files() == []


def test_check_fails_and_names_what_is_stale(
    tmp_path: Path, monkeypatch, capsys
) -> None:
    monkeypatch.setattr(generate, "GEN", tmp_path)
    generate.write_all(tmp_path)
    (tmp_path / "xs_wire.h").write_text("old")
    (tmp_path / "WIRE.md").unlink()
    assert generate.stale_files(tmp_path) == ["xs_wire.h", "WIRE.md"]


def test_generator_needs_nothing_built(tmp_path: Path) -> None:
    """It must run in a tree where gen/ is wrong, or a bad gen/ could not be mended."""
    code = (
        "import sys; sys.modules['broker.wire._codec'] = None\n"
        "sys.modules['broker.wire.gen.messages'] = None\n"
        "from pathlib import Path\n"
        "from broker.wire import generate\n"
        f"generate.write_all(Path({str(tmp_path)!r}))\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(generate.EMITTERS)


def test_the_document_has_every_record() -> None:
    text = (generate.GEN / "WIRE.md").read_text(encoding="utf-8")
    schema = generate.schemas.load()
    for record in (*schema.messages, *schema.operations):
        assert f"### {record.number} {record.name}\n" in text
        for field in record.fields:
            assert f"| `{field.name}` |" in text
