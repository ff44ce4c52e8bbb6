from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.bump import Bump
from ..models.diff_format import DiffFormat
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.bump_reason import BumpReason
    from ..models.diff_change import DiffChange
    from ..models.patch_operation import PatchOperation


T = TypeVar("T", bound="PlaybookDiff")


@_attrs_define
class PlaybookDiff:
    """What differs between two versions, in the form that was asked for.

    Attributes:
        format_ (DiffFormat): Form of a diff.
        playbook_id (str):
        from_ (str):
        to (str):
        suggested_bump (Bump): Part of a version that grows.
        reasons (list[BumpReason]): The changes that ask for the suggested bump.
        warning (str | Unset): What is wrong with the step from the one version to the other, when it is smaller than
            suggested.
        changes (list[DiffChange] | Unset): With `fields`, every change.
        content_changes (list[DiffChange] | Unset): With `fields`, what changed inside the content when both contents
            are YAML or JSON, at most 1000.
        content_changes_omitted (int | Unset): How many more changes of the content there are.
        content_not_compared (str | Unset): Why contents of YAML or JSON were not compared by path.
        patch (list[PatchOperation] | Unset): With `json-patch`, the operations.
        unified (str | Unset): With `unified`, the text; empty when nothing differs.
    """

    format_: DiffFormat
    playbook_id: str
    from_: str
    to: str
    suggested_bump: Bump
    reasons: list[BumpReason]
    warning: str | Unset = UNSET
    changes: list[DiffChange] | Unset = UNSET
    content_changes: list[DiffChange] | Unset = UNSET
    content_changes_omitted: int | Unset = UNSET
    content_not_compared: str | Unset = UNSET
    patch: list[PatchOperation] | Unset = UNSET
    unified: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        format_ = self.format_.value

        playbook_id = self.playbook_id

        from_ = self.from_

        to = self.to

        suggested_bump = self.suggested_bump.value

        reasons = []
        for reasons_item_data in self.reasons:
            reasons_item = reasons_item_data.to_dict()
            reasons.append(reasons_item)

        warning = self.warning

        changes: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.changes, Unset):
            changes = []
            for changes_item_data in self.changes:
                changes_item = changes_item_data.to_dict()
                changes.append(changes_item)

        content_changes: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.content_changes, Unset):
            content_changes = []
            for content_changes_item_data in self.content_changes:
                content_changes_item = content_changes_item_data.to_dict()
                content_changes.append(content_changes_item)

        content_changes_omitted = self.content_changes_omitted

        content_not_compared = self.content_not_compared

        patch: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.patch, Unset):
            patch = []
            for patch_item_data in self.patch:
                patch_item = patch_item_data.to_dict()
                patch.append(patch_item)

        unified = self.unified

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "format": format_,
                "playbook_id": playbook_id,
                "from": from_,
                "to": to,
                "suggested_bump": suggested_bump,
                "reasons": reasons,
            }
        )
        if warning is not UNSET:
            field_dict["warning"] = warning
        if changes is not UNSET:
            field_dict["changes"] = changes
        if content_changes is not UNSET:
            field_dict["content_changes"] = content_changes
        if content_changes_omitted is not UNSET:
            field_dict["content_changes_omitted"] = content_changes_omitted
        if content_not_compared is not UNSET:
            field_dict["content_not_compared"] = content_not_compared
        if patch is not UNSET:
            field_dict["patch"] = patch
        if unified is not UNSET:
            field_dict["unified"] = unified

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.bump_reason import BumpReason  # noqa: PLC0415
        from ..models.diff_change import DiffChange  # noqa: PLC0415
        from ..models.patch_operation import PatchOperation  # noqa: PLC0415

        d = dict(src_dict)
        format_ = DiffFormat(d.pop("format"))

        playbook_id = d.pop("playbook_id")

        from_ = d.pop("from")

        to = d.pop("to")

        suggested_bump = Bump(d.pop("suggested_bump"))

        reasons = []
        _reasons = d.pop("reasons")
        for reasons_item_data in _reasons:
            reasons_item = BumpReason.from_dict(reasons_item_data)

            reasons.append(reasons_item)

        warning = d.pop("warning", UNSET)

        _changes = d.pop("changes", UNSET)
        changes: list[DiffChange] | Unset = UNSET
        if _changes is not UNSET:
            changes = []
            for changes_item_data in _changes:
                changes_item = DiffChange.from_dict(changes_item_data)

                changes.append(changes_item)

        _content_changes = d.pop("content_changes", UNSET)
        content_changes: list[DiffChange] | Unset = UNSET
        if _content_changes is not UNSET:
            content_changes = []
            for content_changes_item_data in _content_changes:
                content_changes_item = DiffChange.from_dict(content_changes_item_data)

                content_changes.append(content_changes_item)

        content_changes_omitted = d.pop("content_changes_omitted", UNSET)

        content_not_compared = d.pop("content_not_compared", UNSET)

        _patch = d.pop("patch", UNSET)
        patch: list[PatchOperation] | Unset = UNSET
        if _patch is not UNSET:
            patch = []
            for patch_item_data in _patch:
                patch_item = PatchOperation.from_dict(patch_item_data)

                patch.append(patch_item)

        unified = d.pop("unified", UNSET)

        playbook_diff = cls(
            format_=format_,
            playbook_id=playbook_id,
            from_=from_,
            to=to,
            suggested_bump=suggested_bump,
            reasons=reasons,
            warning=warning,
            changes=changes,
            content_changes=content_changes,
            content_changes_omitted=content_changes_omitted,
            content_not_compared=content_not_compared,
            patch=patch,
            unified=unified,
        )

        playbook_diff.additional_properties = d
        return playbook_diff

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
