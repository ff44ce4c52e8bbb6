from enum import StrEnum


class Status(StrEnum):
    ACTIVE = "active"
    ARCHIVED = "archived"
    DEPRECATED = "deprecated"
    DISABLED = "disabled"

    def __str__(self) -> str:
        return str(self.value)
