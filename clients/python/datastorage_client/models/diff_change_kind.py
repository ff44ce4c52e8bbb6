from enum import StrEnum


class DiffChangeKind(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"
    REORDERED = "reordered"

    def __str__(self) -> str:
        return str(self.value)
