from enum import StrEnum


class PublishDecision(StrEnum):
    CREATE = "create"
    IDENTICAL = "identical"
    REFUSE = "refuse"

    def __str__(self) -> str:
        return str(self.value)
