"""A schema that contradicts itself is refused, and the text says where."""

from __future__ import annotations

from pathlib import Path

import pytest

from broker.wire import schema as schemas

TEXT = schemas.SCHEMA_PATH.read_text(encoding="utf-8")

WRONG = [
    ('number = 2\nname = "submit"', 'number = 1\nname = "submit"', "number 1 is used"),
    ('name = "allocate"', 'name = "free"', "name free is used twice"),
    ('reply = "allocated"', 'reply = "nothing"', "allocate: reply nothing"),
    ('reply = "allocated"', 'reply = "free"', "allocate: reply free is no broker"),
    ('type = "str", max = 64, doc = "client', 'type = "str", doc = "client', "library"),
    ('type = "bin", max = 32764', 'type = "blob", max = 32764', "type blob"),
    ('of = "operation"', 'of = "operations"', "list of unknown operations"),
    (
        'name = "seq", type = "u64", default = 0, doc = "operation at',
        'name = "message", type = "u64", default = 0, doc = "operation at',
        "protocol_error: field message",
    ),
    (
        'name = "pid", type = "u32", default = 0',
        'name = "pid", type = "u32"',
        "hello: pid: needs a default",
    ),
    ('direction = "client"', 'direction = "both"', "direction 'both'"),
    (
        'issued_seq = { type = "u64", offset = 8',
        'issued_seq = { type = "u64", offset = 4',
        "issued_seq: overlaps",
    ),
    (
        'host_token = { type = "u64", offset = 24',
        'host_token = { type = "u64", offset = 64',
        "over 64 bytes",
    ),
]


@pytest.mark.parametrize(("old", "new", "text"), WRONG, ids=[w[2] for w in WRONG])
def test_refused(tmp_path: Path, old: str, new: str, text: str) -> None:
    assert old in TEXT
    path = tmp_path / "schema.toml"
    path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(schemas.SchemaError) as caught:
        schemas.load(path)
    assert text in str(caught.value)


def test_bounds_of_fields_agree_with_the_limits() -> None:
    schema = schemas.load()

    def bound(record: str, field: str) -> int:
        fields = schema.names[record].fields
        return next(f.bound for f in fields if f.name == field)

    limit = schema.limit
    assert bound("submit", "operations") == limit("operations_per_submission_max")
    assert bound("launch", "params") == limit("params_bytes_max")
    attributes = limit("attributes_max") * limit("attribute_bytes")
    assert bound("launch", "attributes") == attributes
    assert bound("function_get", "name") == limit("name_bytes_max")
    assert bound("function", "param_sizes") == limit("function_params_max")
    assert bound("protocol_error", "message") == limit("message_bytes_max")
    largest = limit("params_bytes_max") + attributes + 128
    assert limit("submission_bytes_target") + largest < limit("frame_bytes_max")
