"""The outside of PTX, in the many ways in which it can be written and broken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.device.emulated import ptx

HEAD = ".version 8.4\n.target sm_90\n.address_size 64\n"


def entry(params: str, body: str = "ret;") -> ptx.Entry:
    module = ptx.parse(HEAD + f".visible .entry k({params})\n{{ {body} }}\n")
    return module.entries["k"]


def layout(params: str) -> list[tuple[int, int, int]]:
    return [(p.offset, p.size, p.align) for p in entry(params).params]


def test_the_head():
    module = ptx.parse(
        "// a compiler\n.version 9.0\n.target sm_90a, texmode_unified\n.address_size 64"
    )
    assert module.version == (9, 0)
    assert module.target == ("sm_90a", "texmode_unified")
    assert module.entries == {}


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ("", []),
        (".param .u64 a", [(0, 8, 8)]),
        (".param .u32 a, .param .u64 b", [(0, 4, 4), (8, 8, 8)]),
        (".param .u8 a,.param .b16 b,.param .f64 c", [(0, 1, 1), (2, 2, 2), (8, 8, 8)]),
        (".param .u64 .ptr .global .align 16 a", [(0, 8, 8)]),
        (".param .u64 .ptr .align 1 a, .param .f32 b", [(0, 8, 8), (8, 4, 4)]),
        (".param .u64 .ptr a", [(0, 8, 8)]),
        (".param .u8 a, .param .align 8 .b8 b[20]", [(0, 1, 1), (8, 20, 8)]),
        (".param .align 1 .b8 a[3], .param .u32 b", [(0, 3, 1), (4, 4, 4)]),
        (".param .align 4 .b32 a[2][3]", [(0, 24, 4)]),
        (".param .v4 .f32 a", [(0, 16, 16)]),
        (".param .f16x2 a, .param .bf16 b", [(0, 4, 4), (4, 2, 2)]),
        (".param .b128 a", [(0, 16, 16)]),
        (".param .texref a", [(0, 8, 8)]),
        (".param .align 0x10 .b8 a[0x20]", [(0, 32, 16)]),
    ],
)
def test_parameters(params, expected):
    assert layout(params) == expected


def test_param_bytes_end_with_the_last():
    assert entry(".param .u64 a, .param .u32 b").param_bytes == 12
    assert entry("").param_bytes == 0


def test_an_entry_without_parentheses_and_names_that_compilers_make():
    text = HEAD + ".entry _Z3fooPf { ret; }\n.visible .entry $k$1 () { ret; }"
    assert set(ptx.parse(text).entries) == {"_Z3fooPf", "$k$1"}


def test_all_that_may_stand_around_entries():
    text = (
        HEAD
        + """
.file 1 "a \\"quoted\\" name.cu", 17, 4
.extern .shared .align 16 .b8 smem[];
.visible .global .align 4 .u32 counters[4] = {1, 2, {3}, 4};
.const .f32 pi = 0F40490FDB;
.weak .func (.param .b32 r) helper (.param .b64 x, .param .b32 y)
{ .reg .b32 %r<3>; ld.param.b32 %r1, [y]; st.param.b32 [r], %r1; ret; }
.extern .func (.param .b32 r) vprintf (.param .b64 a, .param .b64 b);
.func plain .noreturn { trap; }
.alias other, helper;
.pragma "nounroll";
.visible .entry k (
    .param .u64 k_param_0, // one
    .param .u32 k_param_1  /* two
    */ )
.maxntid 128, 2, 1
.minnctapersm 2
.maxnreg 64
{
    .reg .pred %p<2>; .reg .b64 %rd<9>;
    { mov.u64 %rd1, %globaltimer; }
    @!%p1 bra $L__BB0_1;
    .loc 1 2 3, function_name $L__info_string0, inlined_at 1 4 0
    ld.global.v4.u32 {%r1, %r2, %r3, %r4}, [%rd2+-16];
    // a comment with } in it
    .pragma "a string with } in it";
$L__BB0_1:
    setp.eq.s32 %p1|%p2, %r1, 0x7F; wgmma.mma_async.sync.aligned.m64n8k16.f32 {%f1}, 1;
    ret;
}
.section .debug_str { $L__info_string0: .b8 99, 0 }
"""
    )
    module = ptx.parse(text)
    assert list(module.entries) == ["k"]
    found = module.entries["k"]
    assert found.threads_max == 256
    assert text.splitlines()[found.line - 1].startswith(".visible .entry k")
    assert "globaltimer" in text[slice(*found.body)]
    assert "debug_str" not in text[slice(*found.body)]


def test_a_declared_entry_is_not_a_kernel():
    module = ptx.parse(HEAD + ".extern .entry k (.param .u32 a);\n.entry j () { ret; }")
    assert list(module.entries) == ["j"]


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("", 1, ".version"),
        ("not ptx at all", 1, ".version"),
        ("\n\n.visible .entry k() { ret; }", 3, ".version"),
        (".version eight\n.target sm_90", 1, "major.minor"),
        (".version 8.0\n\n.address_size 64", 3, ".target"),
        (".version 8.0\n.target sm_90\n.address_size 32", 3, "not 64"),
        (HEAD + ".visible .entry k(.param .u64 a\n{ ret; }", 5, "','"),
        (HEAD + ".visible .entry k()\n{ ret;", 5, "not closed"),
        (HEAD + ".visible .entry k()\n{ ( } ) }", 5, "closes nothing"),
        (HEAD + ".visible .entry k() ret;", 4, "unexpected"),
        (HEAD + ".visible .entry k()\n", 5, "unexpected"),
        (HEAD + ".visible .entry (.param .u64 a) { }", 4, "name of an entry"),
        (HEAD + ".entry k(.param .u65 a) { }", 4, "no type"),
        (HEAD + ".entry k(.param a) { }", 4, "has no type"),
        (HEAD + ".entry k(.param .u32) { }", 4, "name of a parameter"),
        (HEAD + ".entry k(.param .align 3 .b8 a[4]) { }", 4, "power of two"),
        (HEAD + ".entry k(.param .b8 a[]) { }", 4, "length of an array"),
        (HEAD + ".entry k(.reg .u32 a) { }", 4, ".param"),
        (HEAD + ".entry k() { }\n.entry k() { }", 5, "twice"),
        (HEAD + "}", 4, "unexpected"),
        (HEAD + ".visible", 4, "end"),
        (HEAD + ".global .u32 x", 4, "';'"),
        (HEAD + ".func f(.param .u32 x)", 4, "body"),
        (HEAD + "/* never\nends", 4, "comment"),
        (HEAD + ".entry k() { \x01 }", 4, "character"),
        (HEAD + "mov.u32 %r1, 0;", 4, "unexpected"),
    ],
)
def test_broken_text_is_refused_with_its_line(text, line, what):
    with pytest.raises(ptx.PtxError) as caught:
        ptx.parse(text)
    assert caught.value.line == line, str(caught.value)
    assert what in str(caught.value)


SCRAPS = [
    *(".version", "8.0", ".target", "sm_90", ".entry", ".func", ".param", ".u64"),
    *(".align", ".section", ".file", "k", "7", "{", "}", "(", ")", "[", "]", ";", ","),
    *("\n", '"', "/*", "//", "\x00", "é"),
]


@given(st.lists(st.sampled_from(SCRAPS)).map(" ".join), st.booleans())
def test_any_text_parses_or_is_refused(text, head):
    try:
        ptx.parse(HEAD + text if head else text)
    except ptx.PtxError:
        pass


@given(st.integers(0, 3000))
def test_a_cut_module_parses_or_is_refused(cut):
    text = HEAD + ".visible .entry k(.param .align 4 .b8 a[8]) { @%p1 bra $L; ret; }\n"
    try:
        ptx.parse(text[:cut])
    except ptx.PtxError:
        pass
