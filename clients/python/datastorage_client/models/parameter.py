from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.parameter_type import ParameterType
from ..types import UNSET, Unset

T = TypeVar("T", bound="Parameter")


@_attrs_define
class Parameter:
    """One input of a playbook.

    Attributes:
        name (str): UPPER_SNAKE name. Example: NAMESPACE.
        type_ (ParameterType): Type of a parameter's value.
        required (bool | Unset): Must the caller give a value. Default: False.
        description (str | Unset): What it is for.
        enum (list[Any] | Unset): Allowed values, each of the parameter's type.
        pattern (str | Unset): RE2 expression that a string must match.
        minimum (float | Unset): Smallest number allowed.
        maximum (float | Unset): Largest number allowed.
        default (Any | Unset): A value of the parameter's type.
        depends_on (list[str] | Unset): Names of parameters that must have a value when this one has.
    """

    name: str
    type_: ParameterType
    required: bool | Unset = False
    description: str | Unset = UNSET
    enum: list[Any] | Unset = UNSET
    pattern: str | Unset = UNSET
    minimum: float | Unset = UNSET
    maximum: float | Unset = UNSET
    default: Any | Unset = UNSET
    depends_on: list[str] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        type_ = self.type_.value

        required = self.required

        description = self.description

        enum: list[Any] | Unset = UNSET
        if not isinstance(self.enum, Unset):
            enum = self.enum

        pattern = self.pattern

        minimum = self.minimum

        maximum = self.maximum

        default = self.default

        depends_on: list[str] | Unset = UNSET
        if not isinstance(self.depends_on, Unset):
            depends_on = self.depends_on

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "type": type_,
            }
        )
        if required is not UNSET:
            field_dict["required"] = required
        if description is not UNSET:
            field_dict["description"] = description
        if enum is not UNSET:
            field_dict["enum"] = enum
        if pattern is not UNSET:
            field_dict["pattern"] = pattern
        if minimum is not UNSET:
            field_dict["minimum"] = minimum
        if maximum is not UNSET:
            field_dict["maximum"] = maximum
        if default is not UNSET:
            field_dict["default"] = default
        if depends_on is not UNSET:
            field_dict["depends_on"] = depends_on

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        type_ = ParameterType(d.pop("type"))

        required = d.pop("required", UNSET)

        description = d.pop("description", UNSET)

        enum = cast(list[Any], d.pop("enum", UNSET))

        pattern = d.pop("pattern", UNSET)

        minimum = d.pop("minimum", UNSET)

        maximum = d.pop("maximum", UNSET)

        default = d.pop("default", UNSET)

        depends_on = cast(list[str], d.pop("depends_on", UNSET))

        parameter = cls(
            name=name,
            type_=type_,
            required=required,
            description=description,
            enum=enum,
            pattern=pattern,
            minimum=minimum,
            maximum=maximum,
            default=default,
            depends_on=depends_on,
        )

        return parameter
