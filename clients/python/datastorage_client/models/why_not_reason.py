from enum import StrEnum


class WhyNotReason(StrEnum):
    WHY_BELOW_MIN_SIMILARITY = "below_min_similarity"
    WHY_BELOW_TOP_K = "below_top_k"
    WHY_FILTERED = "filtered"
    WHY_IN_ANSWER = "in_answer"
    WHY_MISSED = "missed"
    WHY_NO_ACTIVE_VERSION = "no_active_version"
    WHY_NO_SUCH_PLAYBOOK = "no_such_playbook"
    WHY_NO_VECTOR = "no_vector"

    def __str__(self) -> str:
        return str(self.value)
