"""What happens to deals. Higher rooms and siblings overhear these."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DealWon:
    deal_id: int
    stage_id: int


@dataclass(frozen=True)
class DealLost:
    deal_id: int
    stage_id: int
    lost_reason_id: int | None


@dataclass(frozen=True)
class DealReopened:
    deal_id: int
    stage_id: int


@dataclass(frozen=True)
class DealMoved:
    deal_id: int
    from_stage_id: int
    to_stage_id: int
