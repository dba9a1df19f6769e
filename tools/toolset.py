"""A tool is a function: its name, description and argument schema are derived, never written twice.

A function of few arguments documents them in its docstring; one of many takes a single `Arguments` model, whose fields
describe themselves.
"""

import inspect
import typing
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

import docstring_parser
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    create_model,
    field_validator,
)

from tools.errors import ToolInputError
from tools.money import UNSTATED, Money, common_currency
from tools.names import currency_code
from tools.refusals import refusal
from tools.results import Result, jsonable


def _as_money(value: Any) -> Any:
    """Accept `{"amount", "currency"}`; a bare number is an amount whose currency was not stated."""
    if isinstance(value, int | float | str) and not isinstance(value, bool):
        return {"amount": value, "currency": UNSTATED}
    return value


def _as_decimal(value: Any) -> Any:
    """Floats through their shortest text, so 0.1 stays 0.1; NaN and infinity are refused."""
    if isinstance(value, bool):
        raise ValueError("a number is needed, not true or false")
    if isinstance(value, int | float | str):
        try:
            number = Decimal(str(value).replace(",", "").strip())
        except InvalidOperation as error:
            raise ValueError("give a number in figures, such as 50000") from error
        if not number.is_finite():
            raise ValueError("give a finite number")
        return number
    return value


def _as_currency(value: Any) -> Any:
    """A currency in any case or by its name (`usd`, `RMB`) as its code."""
    if not isinstance(value, str):
        return value
    code = currency_code(value) or value.strip().upper()
    if len(code) != 3 or not (code.isascii() and code.isalpha()):
        raise ValueError("give the code of the currency, such as CNY")
    return code


def not_a_fraction(value: Decimal | None) -> Decimal | None:
    """0.9 for 90% would count a hundredth of what is meant."""
    if value is not None and 0 < value < 1:
        raise ValueError("give per cent: 90, not 0.9")
    return value


class MoneyArgument(BaseModel):
    """Money as a caller writes it."""

    model_config = ConfigDict(extra="forbid")

    amount: Annotated[Decimal, BeforeValidator(_as_decimal, json_schema_input_type=float), Field(ge=0, le=10**15)]
    currency: Annotated[
        str,
        BeforeValidator(_as_currency, json_schema_input_type=str),
        Field(pattern=r"^[A-Z]{3}$", description="ISO 4217 code; XXX when not stated."),
    ] = UNSTATED

    def money(self) -> Money:
        return Money(amount=self.amount, currency=self.currency)


class SignedMoneyArgument(MoneyArgument):
    """Money that may be below 0, such as a net worth."""

    amount: Annotated[
        Decimal, BeforeValidator(_as_decimal, json_schema_input_type=float), Field(ge=-(10**15), le=10**15)
    ]


MoneyIn = Annotated[MoneyArgument, BeforeValidator(_as_money, json_schema_input_type=MoneyArgument)]
"""Annotation for a money argument of a tool."""
SignedMoneyIn = Annotated[SignedMoneyArgument, BeforeValidator(_as_money, json_schema_input_type=SignedMoneyArgument)]
"""Annotation for money that may be below 0."""
NumberIn = Annotated[Decimal, BeforeValidator(_as_decimal, json_schema_input_type=float)]
"""Annotation for a plain number (days may be `int`); arrives as an exact `Decimal`."""
PercentIn = Annotated[NumberIn, Field(ge=0, le=100)]
"""Annotation for a percentage, 0–100."""
InsuredPctIn = Annotated[PercentIn, AfterValidator(not_a_fraction)]
"""Annotation for an insured percentage; a share such as 0.9 is refused."""


class Arguments(BaseModel):
    """The arguments of a tool that takes many; every field carries its description."""

    model_config = ConfigDict(extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _no_truth_for_a_number(cls, value: Any, info: ValidationInfo) -> Any:
        """True is not 1 day: it is refused wherever a field does not ask for true or false."""
        if isinstance(value, bool) and bool not in _kinds(cls.model_fields[info.field_name or ""].annotation):
            raise ValueError("true or false does not fit here")
        return value

    def shared_currency(self, remedy: str) -> str:
        """The one currency that all stated amounts share, or `XXX` when none states one.

        Raises:
            ToolInputError: They are in different currencies; `remedy` says what to give.
        """
        try:
            return common_currency(amount.money() for amount in _amounts(self))
        except ValueError as error:
            raise ToolInputError("currency", str(error), remedy) from error


class Tool:
    """One callable tool with its derived schema."""

    def __init__(self, function: Callable[..., Result], *, needs_confirmation: bool = False) -> None:
        self.name: str = function.__name__
        self.needs_confirmation = needs_confirmation
        self._function = function
        parsed = docstring_parser.parse(inspect.getdoc(function) or "")
        self.description = "\n\n".join(filter(None, (parsed.short_description, parsed.long_description)))
        own = _own_model(function)
        described = {item.arg_name: item.description or "" for item in parsed.params}
        self._takes_model = own is not None
        self.arguments = own or _arguments_model(function, described)

    @property
    def schema(self) -> dict[str, Any]:
        """JSON schema of the arguments."""
        return self.arguments.model_json_schema()

    def call(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Validate, run, and return the result as plain JSON data.

        Raises:
            ToolInputError: The arguments cannot be used; names the field, the value and the way out.
            ToolUnavailable: The tool cannot work now.
        """
        valid = self._valid(arguments)
        answer = self._function(valid) if self._takes_model else self._function(**_fields(valid))
        result: dict[str, Any] = jsonable(answer)
        return result

    def check(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments as the tool reads them, as plain JSON data; nothing is run.

        Raises:
            ToolInputError: The arguments cannot be used.
        """
        return self._valid(arguments).model_dump(mode="json", exclude_unset=True)

    def _valid(self, arguments: Mapping[str, Any]) -> BaseModel:
        try:
            return self.arguments.model_validate(dict(arguments))
        except ValidationError as error:
            raise refusal(error, self.arguments, self.name) from error


class Toolset:
    """The tools by name, in a fixed order."""

    def __init__(self, tools: typing.Iterable[Tool]) -> None:
        self._tools = {tool.name: tool for tool in tools}

    def __iter__(self) -> Iterator[Tool]:
        return iter(self._tools.values())

    def __getitem__(self, name: str) -> Tool:
        return self._tools[name]

    def __contains__(self, name: object) -> bool:
        return name in self._tools


def _fields(model: BaseModel) -> dict[str, Any]:
    return {name: getattr(model, name) for name in type(model).model_fields}


def _amounts(value: Any) -> Iterator[MoneyArgument]:
    """Every amount anywhere inside an argument."""
    if isinstance(value, MoneyArgument):
        yield value
    elif isinstance(value, BaseModel):
        yield from _amounts(_fields(value))
    elif isinstance(value, Mapping | list):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from _amounts(item)


def _kinds(annotation: Any) -> Iterator[Any]:
    """The plain types inside an annotation."""
    yield annotation
    for part in typing.get_args(annotation):
        yield from _kinds(part)


def _own_model(function: Callable[..., Any]) -> type[Arguments] | None:
    """The `Arguments` model that is the only parameter of `function`, or None when it takes plain parameters."""
    hints = typing.get_type_hints(function)
    models = [hints[name] for name in inspect.signature(function).parameters]
    if len(models) != 1 or not (inspect.isclass(models[0]) and issubclass(models[0], Arguments)):
        return None
    silent = [name for name, field in models[0].model_fields.items() if not field.description]
    if silent:
        raise TypeError(f"{function.__name__}: arguments without a description: {', '.join(silent)}")
    return models[0]


def _arguments_model(function: Callable[..., Any], descriptions: Mapping[str, str]) -> type[BaseModel]:
    hints = typing.get_type_hints(function, include_extras=True)
    parameters = inspect.signature(function).parameters
    if set(descriptions) != set(parameters):
        odd = sorted(set(descriptions) ^ set(parameters))
        raise TypeError(f"{function.__name__}: documented and real arguments differ: {', '.join(odd)}")
    fields: dict[str, Any] = {}
    for name, parameter in parameters.items():
        default = ... if parameter.default is inspect.Parameter.empty else parameter.default
        fields[name] = (hints[name], Field(default, description=" ".join(descriptions[name].split())))
    title = "".join(part.title() for part in function.__name__.split("_"))
    return create_model(title, __config__=ConfigDict(extra="forbid"), **fields)
