from enum import StrEnum


class AuditBreakKind(StrEnum):
    BREAK_ALTERED = "altered"
    BREAK_CHAIN_DROPPED = "chain_dropped"
    BREAK_INSERTED = "inserted"
    BREAK_KEY_MISMATCH = "key_mismatch"
    BREAK_MISSING = "missing"
    BREAK_REORDERED = "reordered"
    BREAK_TAIL_CUT = "tail_cut"

    def __str__(self) -> str:
        return str(self.value)
