"""Who is let in, and with what."""

from __future__ import annotations

import os

import pytest

from broker.device.memory import MemoryRefused
from broker.server.settings import ServerConfig, TenantConfig
from broker.server.tenants import Refused, Tenants
from broker.wire.gen.messages import CLASS_FROM_TENANT

MEMORY = 80 << 30
RERANK = TenantConfig(class_=1, token="secret", memory_bytes=1 << 30)
BOXED = TenantConfig(class_=2, socket="/run/boxed.sock")


def tenants(unknown: str = "auto", **configured: TenantConfig) -> Tenants:
    return Tenants(ServerConfig(unknown_tenants=unknown), configured, MEMORY)


def reason(call) -> str:
    with pytest.raises(Refused) as caught:
        call()
    return caught.value.reason


def test_a_configured_tenant_gets_its_class_and_quota() -> None:
    tenant, class_ = tenants(rerank=RERANK).admit(
        "rerank", b"secret", CLASS_FROM_TENANT, None
    )
    assert (tenant.name, class_, tenant.quota.bytes_max) == ("rerank", 1, 1 << 30)


def test_pinned_host_memory_has_a_bound_of_its_own() -> None:
    known = tenants(rerank=TenantConfig(host_memory_bytes=8 << 20), other=RERANK)
    quota = known.by_name["rerank"].host_quota
    quota.charge(8 << 20)
    with pytest.raises(MemoryRefused, match="8388608 bytes of pinned host memory has"):
        quota.charge(1)
    half = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    assert known.by_name["other"].host_quota.bytes_max == half


@pytest.mark.parametrize(("asked", "granted"), [(0, 1), (1, 1), (7, 7)])
def test_asking_only_lowers(asked: int, granted: int) -> None:
    known = tenants(rerank=RERANK)
    assert known.admit("rerank", b"secret", asked, None)[1] == granted


def test_refusals() -> None:
    known = tenants(rerank=RERANK, boxed=BOXED)
    any_class = CLASS_FROM_TENANT
    cases = {
        "token": ("rerank", b"guess", None),
        "tenant_unknown": ("stranger", b"", None),
        "tenant_mismatch": ("boxed", b"", None),
    }
    for expected, (name, token, socket_tenant) in cases.items():
        assert expected == reason(
            lambda n=name, t=token, s=socket_tenant: known.admit(n, t, any_class, s)
        )
    assert (
        reason(lambda: known.admit("rerank", b"", any_class, "boxed"))
        == "tenant_mismatch"
    )
    assert known.admit("", b"", any_class, "boxed")[0].name == "boxed"


def test_unknown_tenants_while_none_is_configured() -> None:
    open_to_all = tenants()
    tenant, class_ = open_to_all.admit("anybody", b"", CLASS_FROM_TENANT, None)
    assert (class_, tenant.quota.bytes_max) == (1, MEMORY)
    assert open_to_all.admit("anybody", b"", 0, None)[1] == 0
    assert open_to_all.admit("anybody", b"", 0, None)[0] is tenant
    assert reason(lambda: open_to_all.admit("", b"", 0, None)) == "tenant_unknown"


def test_who_names_no_tenant_is_its_user() -> None:
    any_class = CLASS_FROM_TENANT
    open_to_all = tenants()
    tenant, class_ = open_to_all.admit("", b"", any_class, None, "ann")
    assert (tenant.name, class_) == ("ann", 1)
    assert open_to_all.admit("bob", b"", any_class, None, "ann")[0].name == "bob"
    # with the rights of that name, no others
    known = tenants(rerank=RERANK, boxed=BOXED)
    for user, why in [
        ("rerank", "token"),
        ("boxed", "tenant_mismatch"),
        ("ann", "tenant_unknown"),
    ]:
        assert why == reason(
            lambda u=user: known.admit("", b"", any_class, None, u),
        )
    assert known.admit("", b"secret", any_class, None, "rerank")[1] == 1
    assert known.admit("", b"", any_class, "boxed", "ann")[0].name == "boxed"


def test_a_refusal_says_what_to_do() -> None:
    known = tenants(rerank=RERANK)
    for name, user, words in [
        ("x y", "ann", ["tenant 'x y' is not", '[tenants."x y"]']),
        ("", "ann", ["'ann' (the user; no tenant was named)", "[tenants.ann]"]),
        ("", "", ["tenant '' is not", "[tenants.NAME]"]),
    ]:
        with pytest.raises(Refused) as caught:
            known.admit(name, b"", 0, None, user)
        for word in [*words, "--tenant NAME", 'unknown_tenants = "accept"']:
            assert word in str(caught.value)


def test_unknown_tenants_by_choice() -> None:
    assert tenants("accept", rerank=RERANK).admit("x", b"", 3, None)[1] == 3
    refusing = tenants("refuse")
    assert reason(lambda: refusing.admit("x", b"", 3, None)) == "tenant_unknown"


def test_made_up_names_do_not_pile_up() -> None:
    open_to_all = tenants()
    busy = open_to_all.admit("busy", b"", 1, None)[0]
    busy.sessions = 1
    for n in range(3 * Tenants.UNKNOWN_MAX):
        open_to_all.admit(f"name{n}", b"", 1, None)
    assert len(open_to_all.by_name) <= Tenants.UNKNOWN_MAX + 1
    assert "busy" in open_to_all.by_name
