from enum import StrEnum


class LabelRole(StrEnum):
    ROLE_FILTER = "filter"
    ROLE_PREFERENCE = "preference"

    def __str__(self) -> str:
        return str(self.value)
