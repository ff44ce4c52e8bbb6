from enum import StrEnum


class SearchRank(StrEnum):
    RANK_FUSION = "fusion"
    RANK_SIMILARITY = "similarity"

    def __str__(self) -> str:
        return str(self.value)
