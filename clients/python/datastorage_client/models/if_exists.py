from enum import StrEnum


class IfExists(StrEnum):
    FAIL = "fail"
    RETURN_IDENTICAL = "return_identical"

    def __str__(self) -> str:
        return str(self.value)
