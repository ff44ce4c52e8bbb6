from enum import StrEnum


class LabelOutcome(StrEnum):
    LABEL_ABSENT = "absent"
    LABEL_HALF = "half"
    LABEL_MATCH = "match"
    LABEL_MISMATCH = "mismatch"

    def __str__(self) -> str:
        return str(self.value)
