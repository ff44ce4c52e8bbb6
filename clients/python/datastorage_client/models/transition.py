from enum import StrEnum


class Transition(StrEnum):
    ARCHIVE = "archive"
    DEPRECATE = "deprecate"
    DISABLE = "disable"
    ENABLE = "enable"
    PUBLISH = "publish"

    def __str__(self) -> str:
        return str(self.value)
