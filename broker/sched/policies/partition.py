"""Partition: each tenant is due a percentage of GPU time.

Decides which tenant has had least of its share and, when partition_mode is "strict",
who has used it up. A tenant's sessions share its percentage evenly. Tenants without a
share come after all that have one. That the shares add up to 100 at most is checked by
`broker/config.py`. Registered in the package.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from broker.sched.config import SchedulerConfig
from broker.sched.policies.base import TurnPolicy
from broker.sched.policies.fair import QUANTA_AHEAD
from broker.sched.policies.virtual import VirtualTime
from broker.sched.session import SessionState

# Ranks: tenants with a share first, by virtual time, then those without; inside a
# tenant by the session's own time.
_TENANT_BITS = 70
_WITHOUT_SHARE = 1 << 140
_WEIGHT_WITHOUT_SHARE = 1.0
# A tenant that has used up its share runs again once it has this part of a period's.
_RESUME = 0.25


@dataclass(slots=True)
class Allowance:
    """What a tenant may still use under "strict": grows by its share of wall time.

    Debt (a long kernel, a late report) is kept in full, so that the share holds over
    time; savings end at one period's worth.
    """

    share: float  # 0..1
    left_ns: float
    at_ns: int
    spent: bool = False
    sessions: set[int] = field(default_factory=set)

    def refill(self, now_ns: int, period_ns: int) -> None:
        most_ns = self.share * period_ns
        grown_ns = self.left_ns + self.share * max(0, now_ns - self.at_ns)
        self.left_ns, self.at_ns = min(grown_ns, most_ns), max(now_ns, self.at_ns)
        if self.left_ns >= _RESUME * most_ns:
            self.spent = False

    def resumes_ns(self, period_ns: int) -> int:
        missing_ns = _RESUME * self.share * period_ns - self.left_ns
        return self.at_ns + int(max(0, missing_ns) / self.share) + 1


class PartitionPolicy(TurnPolicy):
    """GPU time by tenant, in percent."""

    name: ClassVar[str] = "partition"

    def __init__(self, config: SchedulerConfig) -> None:
        super().__init__(config)
        self.rationed = config.partition_mode == "strict"
        self._tenants: VirtualTime[str] = VirtualTime()
        self._sessions: VirtualTime[int] = VirtualTime()
        self._allowances: dict[str, Allowance] = {}
        self._accounts: dict[int, str] = {}  # of busy sessions

    def begin(self, session: SessionState, at_ns: int) -> None:
        self._accounts[session.session] = _account(session)
        away = session.idled_ns < 0 or at_ns - session.idled_ns > self.config.quantum_ns
        self._tenants.begin(_account(session), _weight(session), forfeit=away)
        self._sessions.begin(session.session, 1.0, forfeit=away)
        if self.rationed and session.share > 0:
            self._open_allowance(session, at_ns)

    def end(self, session: SessionState, now_ns: int) -> None:
        self._tenants.end(self._accounts.pop(session.session))
        self._sessions.end(session.session)
        allowance = self._allowances.get(session.tenant)
        if allowance is not None:
            allowance.sessions.discard(session.session)

    def rank(self, session: SessionState, now_ns: int) -> int:
        number = session.session
        tenant = self._tenants.times[self._accounts[number]] << _TENANT_BITS
        rank = tenant + self._sessions.times[number]
        return rank if session.share > 0 else _WITHOUT_SHARE + rank

    def charge(self, session: SessionState, used_ns: int) -> None:
        self._tenants.charge(_account(session), used_ns, _weight(session))
        self._sessions.charge(session.session, used_ns, 1.0)
        allowance = self._allowances.get(session.tenant)
        if allowance is not None:
            allowance.left_ns -= used_ns
            allowance.spent |= allowance.left_ns <= 0

    def may_run(self, session: SessionState, now_ns: int) -> bool:
        allowance = self._allowances.get(session.tenant)
        if allowance is None:
            return True
        allowance.refill(now_ns, self.config.partition_period_ns)
        return not allowance.spent

    def presses(self, session: SessionState, other: SessionState, now_ns: int) -> bool:
        """When the other's tenant has had more than its turns explain."""
        if session.share <= 0 or other.share <= 0:
            return session.share > 0
        ahead_ns = QUANTA_AHEAD * self.config.quantum_ns
        return self._tenants.is_ahead(
            _account(other), _account(session), ahead_ns, other.share
        )

    def may_starve(self, session: SessionState) -> bool:
        return session.share <= 0

    def due_ns(self, now_ns: int) -> int | None:
        period_ns = self.config.partition_period_ns
        dues = [
            allowance.resumes_ns(period_ns)
            for allowance in self._allowances.values()
            if allowance.spent and allowance.sessions
        ]
        return min(dues, default=None)

    def _open_allowance(self, session: SessionState, now_ns: int) -> None:
        share = session.share / 100
        allowance = self._allowances.get(session.tenant)
        if allowance is None:
            most_ns = share * self.config.partition_period_ns
            allowance = Allowance(share, most_ns, now_ns)
            self._allowances[session.tenant] = allowance
        allowance.sessions.add(session.session)


def _account(session: SessionState) -> str:
    """With and without a share apart: they are never compared."""
    return f"share {session.tenant}" if session.share > 0 else f"rest {session.tenant}"


def _weight(session: SessionState) -> float:
    return session.share if session.share > 0 else _WEIGHT_WITHOUT_SHARE
