"""What a report is: a typed definition that people make in the designer, kept by version, exchanged as JSON.

`schema_version` rises when the shape changes; `read_definition` brings older ones up. The JSON Schema of the newest is
`Definition.model_json_schema()`.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

SCHEMA_VERSION: Literal[1] = 1
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Words = Annotated[str, StringConstraints(max_length=80)]
Expression = Annotated[str, StringConstraints(max_length=1000)]
Scalar = float | bool | Annotated[str, StringConstraints(max_length=200)]
Grain = Literal["", "year", "quarter", "month", "week", "day", "hour", "weekday"]
Function = Literal["count", "distinct", "sum", "mean", "median", "percentile", "least", "greatest", "share", "ratio"]
Operator = Literal[
    "one_of", "none_of", "at_least", "at_most", "more_than", "less_than", "between", "contains", "starts_with",
    "empty", "known", "is_true", "is_false", "within", "period",
]  # fmt: skip
ChartKind = Literal["auto", "none", "bar", "column", "line", "area", "pie", "heat"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Calculated(_Part):
    """A field worked out from others by an expression; later ones may use earlier ones."""

    key: Key
    name: Words
    name_en: Words = ""
    expression: Expression


class Dimension(_Part):
    """A field by which rows or columns are told apart; instants and days need a grain."""

    field: Key
    grain: Grain = ""


class Measure(_Part):
    """A figure. `where` narrows the rows it counts; a ratio is rows of `where` among rows of `among`.

    `percentile` is 1..99; a share is of the `total`, its `row` or its `column`.
    """

    key: Key
    name: Words
    name_en: Words = ""
    function: Function
    field: Key | None = None
    where: Expression = ""
    among: Expression = ""
    percentile: int = Field(90, ge=1, le=99)
    of: Literal["total", "row", "column"] = "total"
    decimals: int = Field(1, ge=0, le=4)


class Filter(_Part):
    """A condition on a field; with `parameter`, its values are those the reader gives."""

    field: Key
    operator: Operator
    values: tuple[Scalar, ...] = Field((), max_length=200)
    parameter: Key | None = None


class Parameter(_Part):
    """What a reader of the report chooses before it runs; without values and not required, its filter is left out."""

    key: Key
    name: Words
    name_en: Words = ""
    values: tuple[Scalar, ...] = Field((), max_length=200)
    required: bool = False


class Sort(_Part):
    """By which measure or row field the rows stand; without any they stand by their names."""

    by: Key
    descending: bool = True


class Totals(_Part):
    """Whether sums stand below the rows and right of the columns."""

    rows: bool = True
    columns: bool = True


class Chart(_Part):
    """How it is drawn; `auto` chooses by what there is."""

    kind: ChartKind = "auto"
    measures: tuple[Key, ...] = Field((), max_length=6)


class Paper(_Part):
    """How it is printed."""

    landscape: bool = False
    header: Annotated[str, StringConstraints(max_length=120)] = ""
    footer: Annotated[str, StringConstraints(max_length=120)] = ""


class Definition(_Part):
    """A report. Without measures it lists rows: each row field is a column of the list."""

    schema_version: Literal[1] = SCHEMA_VERSION
    dataset: Annotated[str, StringConstraints(pattern=r"^[a-z]+\.[a-z_]{1,40}$")]
    calculated: tuple[Calculated, ...] = Field((), max_length=20)
    rows: tuple[Dimension, ...] = Field((), max_length=12)
    columns: tuple[Dimension, ...] = Field((), max_length=3)
    measures: tuple[Measure, ...] = Field((), max_length=12)
    filters: tuple[Filter, ...] = Field((), max_length=20)
    parameters: tuple[Parameter, ...] = Field((), max_length=10)
    sort: tuple[Sort, ...] = Field((), max_length=3)
    top: int | None = Field(None, ge=1, le=1000)
    totals: Totals = Totals()
    chart: Chart = Chart()
    paper: Paper = Paper()

    @property
    def lists_rows(self) -> bool:
        """Tell whether it lists rows instead of counting them."""
        return not self.measures


class DefinitionError(ValueError):
    """A document that is no report definition of a version known here."""


def read_definition(content: Mapping[str, Any]) -> Definition:
    """Read a stored or imported definition.

    Raises:
        DefinitionError: it is of a version that this release does not know.
        pydantic.ValidationError: it has not the shape of a definition.

    """
    version = content.get("schema_version", SCHEMA_VERSION)
    if version != SCHEMA_VERSION:
        raise DefinitionError(str(version))
    return Definition.model_validate(content)
