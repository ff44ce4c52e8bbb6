"""Contains all the data models used in inputs/outputs"""

from .actor_source import ActorSource
from .audit_batch_receipt import AuditBatchReceipt
from .audit_break import AuditBreak
from .audit_break_kind import AuditBreakKind
from .audit_data import AuditData
from .audit_event import AuditEvent
from .audit_event_input import AuditEventInput
from .audit_event_list import AuditEventList
from .audit_gaps_head import AuditGapsHead
from .audit_head import AuditHead
from .audit_heads import AuditHeads
from .audit_order import AuditOrder
from .audit_outcome import AuditOutcome
from .audit_pagination import AuditPagination
from .audit_queue import AuditQueue
from .audit_queue_change import AuditQueueChange
from .audit_receipt import AuditReceipt
from .audit_verification import AuditVerification
from .audit_verify_request import AuditVerifyRequest
from .bump import Bump
from .bump_reason import BumpReason
from .cache_invalidation import CacheInvalidation
from .cache_kind_stats import CacheKindStats
from .cache_server_stats import CacheServerStats
from .cache_stats import CacheStats
from .cache_ttl import CacheTTL
from .cache_ttl_request import CacheTTLRequest
from .cache_warm_count import CacheWarmCount
from .cache_warm_up import CacheWarmUp
from .cache_warm_up_state import CacheWarmUpState
from .content_type import ContentType
from .contract import Contract
from .custom_label_rule import CustomLabelRule
from .custom_labels import CustomLabels
from .deprecate_request import DeprecateRequest
from .diff_change import DiffChange
from .diff_change_class import DiffChangeClass
from .diff_change_kind import DiffChangeKind
from .diff_format import DiffFormat
from .embedding_status import EmbeddingStatus
from .enable_request import EnableRequest
from .filter_miss import FilterMiss
from .history import History
from .history_entry import HistoryEntry
from .if_exists import IfExists
from .label_outcome import LabelOutcome
from .label_role import LabelRole
from .label_rule import LabelRule
from .label_schema import LabelSchema
from .label_schema_list import LabelSchemaList
from .labels import Labels
from .liveness import Liveness
from .liveness_status import LivenessStatus
from .newer_version import NewerVersion
from .outcome_request import OutcomeRequest
from .parameter import Parameter
from .parameter_type import ParameterType
from .parked_audit_event import ParkedAuditEvent
from .parked_audit_group import ParkedAuditGroup
from .patch_operation import PatchOperation
from .playbook_diff import PlaybookDiff
from .playbook_status import PlaybookStatus
from .playbook_status_request import PlaybookStatusRequest
from .playbook_version import PlaybookVersion
from .playbook_version_list import PlaybookVersionList
from .present_state import PresentState
from .problem import Problem
from .problem_error import ProblemError
from .problem_error_in import ProblemErrorIn
from .problem_type import ProblemType
from .problem_type_list import ProblemTypeList
from .publish_decision import PublishDecision
from .publish_outcome import PublishOutcome
from .publish_request import PublishRequest
from .readiness import Readiness
from .readiness_part import ReadinessPart
from .readiness_part_state import ReadinessPartState
from .readiness_status import ReadinessStatus
from .score_explanation import ScoreExplanation
from .score_explanation_base_of import ScoreExplanationBaseOf
from .score_part import ScorePart
from .search_hit import SearchHit
from .search_include import SearchInclude
from .search_labels import SearchLabels
from .search_mode import SearchMode
from .search_rank import SearchRank
from .search_request import SearchRequest
from .search_result import SearchResult
from .service_version import ServiceVersion
from .status import Status
from .total_relation import TotalRelation
from .transition import Transition
from .transition_request import TransitionRequest
from .why_not import WhyNot
from .why_not_reason import WhyNotReason
from .workflow import Workflow
from .workflow_hit import WorkflowHit
from .workflow_labels import WorkflowLabels
from .workflow_list import WorkflowList
from .workflow_request import WorkflowRequest
from .workflow_search_request import WorkflowSearchRequest
from .workflow_search_result import WorkflowSearchResult
from .workflow_update import WorkflowUpdate

__all__ = (
    "ActorSource",
    "AuditBatchReceipt",
    "AuditBreak",
    "AuditBreakKind",
    "AuditData",
    "AuditEvent",
    "AuditEventInput",
    "AuditEventList",
    "AuditGapsHead",
    "AuditHead",
    "AuditHeads",
    "AuditOrder",
    "AuditOutcome",
    "AuditPagination",
    "AuditQueue",
    "AuditQueueChange",
    "AuditReceipt",
    "AuditVerification",
    "AuditVerifyRequest",
    "Bump",
    "BumpReason",
    "CacheInvalidation",
    "CacheKindStats",
    "CacheServerStats",
    "CacheStats",
    "CacheTTL",
    "CacheTTLRequest",
    "CacheWarmCount",
    "CacheWarmUp",
    "CacheWarmUpState",
    "ContentType",
    "Contract",
    "CustomLabelRule",
    "CustomLabels",
    "DeprecateRequest",
    "DiffChange",
    "DiffChangeClass",
    "DiffChangeKind",
    "DiffFormat",
    "EmbeddingStatus",
    "EnableRequest",
    "FilterMiss",
    "History",
    "HistoryEntry",
    "IfExists",
    "LabelOutcome",
    "LabelRole",
    "LabelRule",
    "Labels",
    "LabelSchema",
    "LabelSchemaList",
    "Liveness",
    "LivenessStatus",
    "NewerVersion",
    "OutcomeRequest",
    "Parameter",
    "ParameterType",
    "ParkedAuditEvent",
    "ParkedAuditGroup",
    "PatchOperation",
    "PlaybookDiff",
    "PlaybookStatus",
    "PlaybookStatusRequest",
    "PlaybookVersion",
    "PlaybookVersionList",
    "PresentState",
    "Problem",
    "ProblemError",
    "ProblemErrorIn",
    "ProblemType",
    "ProblemTypeList",
    "PublishDecision",
    "PublishOutcome",
    "PublishRequest",
    "Readiness",
    "ReadinessPart",
    "ReadinessPartState",
    "ReadinessStatus",
    "ScoreExplanation",
    "ScoreExplanationBaseOf",
    "ScorePart",
    "SearchHit",
    "SearchInclude",
    "SearchLabels",
    "SearchMode",
    "SearchRank",
    "SearchRequest",
    "SearchResult",
    "ServiceVersion",
    "Status",
    "TotalRelation",
    "Transition",
    "TransitionRequest",
    "WhyNot",
    "WhyNotReason",
    "Workflow",
    "WorkflowHit",
    "WorkflowLabels",
    "WorkflowList",
    "WorkflowRequest",
    "WorkflowSearchRequest",
    "WorkflowSearchResult",
    "WorkflowUpdate",
)
