"""Who may open a session, and with which rights.

Decides tenant, class and quota from what a client says and the socket it came to. It
must never know sockets themselves or devices. `broker.py` asks it during the handshake.
"""

from __future__ import annotations

import hmac
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from broker.device.memory import Quota
from broker.server.settings import ServerConfig, TenantConfig
from broker.server.usage import Usage
from broker.wire.gen import messages as wire

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def _key(name: str) -> str:
    """As TOML has it; a name is a stranger's, and may be long."""
    return name if _BARE_KEY.fullmatch(name) else json.dumps(name)


class Refused(Exception):
    """The handshake fails. reason: as wire message `refused` lists them."""

    def __init__(self, reason: str, message: str) -> None:
        self.reason = reason
        super().__init__(message)


def machine_memory_bytes() -> int:
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


@dataclass(slots=True)
class Tenant:
    """One tenant that has or had sessions; the quota outlives each of them."""

    name: str
    config: TenantConfig
    quota: Quota
    host_quota: Quota
    sessions: int = 0
    # Of its ended sessions; `status` adds that of the open ones.
    usage: Usage = field(default_factory=Usage)
    configured: bool = True
    class_highest: int = field(default=0)

    def quota_of(self, asked_bytes: int) -> Quota:
        """What one session may have: never more than the tenant; 0 asks for all."""
        if asked_bytes == 0 or asked_bytes >= self.quota.bytes_max:
            return self.quota
        return Quota(asked_bytes, tenant=self.quota)


class Tenants:
    """memory_bytes: quota of a tenant without one of its own (the device's memory)."""

    UNKNOWN_MAX = 1024  # names of unknown tenants that are remembered

    def __init__(
        self,
        config: ServerConfig,
        tenants: Mapping[str, TenantConfig],
        memory_bytes: int,
    ) -> None:
        self._config = config
        self._memory_bytes = memory_bytes
        self.by_name: dict[str, Tenant] = {
            name: self._tenant(name, tenant, tenant.class_)
            for name, tenant in tenants.items()
        }

    def _tenant(self, name: str, config: TenantConfig, class_highest: int) -> Tenant:
        quota = Quota(config.memory_bytes or self._memory_bytes)
        host_bytes = config.host_memory_bytes or machine_memory_bytes() // 2
        host_quota = Quota(host_bytes, of="pinned host memory")
        return Tenant(name, config, quota, host_quota, class_highest=class_highest)

    def admit(
        self,
        name: str,
        token: bytes,
        class_asked: int,
        socket_tenant: str | None,
        user: str = "",
    ) -> tuple[Tenant, int]:
        """The tenant and the class it gets.

        Args: socket_tenant: whose socket it came to, None for the default one. user:
            of the process; it counts as the name where there is no other, and gives
            no right that the name would not.
        Raises: Refused.
        """
        if socket_tenant is not None:
            if name not in ("", socket_tenant):
                raise Refused(
                    "tenant_mismatch",
                    f"this socket belongs to tenant {socket_tenant!r}, not {name!r}: "
                    "leave the tenant's name empty or use the other socket",
                )
            name = socket_tenant
        tenant = self.by_name.get(name or user) or self._unknown(name, user)
        self._check(tenant, token, socket_tenant)
        asked = (
            tenant.config.class_
            if class_asked == wire.CLASS_FROM_TENANT
            else class_asked
        )
        return tenant, max(asked, tenant.class_highest)

    def _check(self, tenant: Tenant, token: bytes, socket_tenant: str | None) -> None:
        if tenant.config.socket and socket_tenant is None:
            raise Refused(
                "tenant_mismatch",
                f"tenant {tenant.name!r} has its own socket: {tenant.config.socket}",
            )
        wanted = tenant.config.token.encode()
        if wanted and not hmac.compare_digest(wanted, token):
            raise Refused(
                "token", f"the token of tenant {tenant.name!r} does not match"
            )

    def _unknown(self, said: str, user: str) -> Tenant:
        name = said or user
        choice = self._config.unknown_tenants
        configured = any(tenant.configured for tenant in self.by_name.values())
        accept = choice == "accept" or (choice == "auto" and not configured)
        if not accept or not name:
            origin = "" if said or not user else " (the user; no tenant was named)"
            raise Refused(
                "tenant_unknown",
                f"tenant {name!r}{origin} is not configured: name one that is "
                "(xsched-broker run --tenant NAME, or XSCHED_TENANT=NAME), or in the "
                f"broker's configuration add [tenants.{_key(name or 'NAME')}] or set "
                '[server] unknown_tenants = "accept"',
            )
        self._forget_idle()
        config = TenantConfig(class_=self._config.unknown_class)
        tenant = self._tenant(name, config, self._config.unknown_class_highest)
        tenant.configured = False
        self.by_name[name] = tenant
        return tenant

    def _forget_idle(self) -> None:
        """Bound what a stream of made-up names can cost."""
        unknown = [t for t in self.by_name.values() if not t.configured]
        if len(unknown) < self.UNKNOWN_MAX:
            return
        for tenant in unknown:
            if tenant.sessions == 0 and tenant.quota.used == 0:
                del self.by_name[tenant.name]
