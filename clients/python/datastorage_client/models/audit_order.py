from enum import StrEnum


class AuditOrder(StrEnum):
    NEWEST = "newest"
    RECORDED = "recorded"

    def __str__(self) -> str:
        return str(self.value)
