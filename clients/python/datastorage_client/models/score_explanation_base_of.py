from enum import StrEnum


class ScoreExplanationBaseOf(StrEnum):
    BASE_LABELS_MODE = "labels_mode"
    BASE_RELEVANCE = "relevance"
    BASE_SIMILARITY = "similarity"

    def __str__(self) -> str:
        return str(self.value)
