"""Records: frozen values with shared methods, equal to what dataclasses do."""

import pickle
from dataclasses import FrozenInstanceError
from functools import cached_property
from typing import Any, ClassVar

import pytest

from lazyframe.record import field, is_record, record, replace, values


@record()
class Point:
    """A place."""

    kind: ClassVar[str] = "plain"
    x: int
    y: int = 0
    made: Any = field(default_factory=list, repr=False)

    @cached_property
    def far(self) -> int:
        """The distance."""
        return abs(self.x) + abs(self.y)


@record(slots=True)
class Small:
    """A place of which there are many."""

    x: int
    y: int = 0


@record()
class Named(Point):
    """A place with a name."""

    name: str = ""


def test_values_and_defaults() -> None:
    point = Point(1, made=[2])
    assert values(point) == (1, 0, [2])
    assert repr(point) == "Point(x=1, y=0)"
    assert point == Point(x=1, y=0, made=[2]) != Point(1)
    assert Small(1) == Small(x=1) and hash(Small(1)) == hash(Small(1, 0)) and Small(1) != Point(1)
    assert Point(1).made is not Point(1).made
    assert point.far == 1 and replace(point, y=-2).far == 3
    assert is_record(point) and not is_record(Point) and not is_record(len)
    assert not hasattr(Small(1), "__dict__")


def test_fields_of_a_base_come_first() -> None:
    named = Named(1, 2, [], "a")
    assert values(named) == (1, 2, [], "a")
    match named:
        case Named(x, y):
            assert (x, y) == (1, 2)


@pytest.mark.parametrize("one", [Small(1, 2), Point(1, made=[3])])
def test_copies(one: Any) -> None:
    assert pickle.loads(pickle.dumps(one)) == one


def test_identity() -> None:
    @record(eq=False)
    class Step:
        x: int

    step = Step(1)
    assert step == step and step != Step(1) and len({step, Step(1)}) == 2


def test_mistakes() -> None:
    with pytest.raises(FrozenInstanceError, match="Point is frozen: 'x' can't be set"):
        Point(1).x = 2  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError, match="Small is frozen: 'x' can't be deleted"):
        del Small(1).x
    with pytest.raises(TypeError, match="Small takes 2 values, not 3"):
        Small(1, 2, 3)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="Small was given twice: x"):
        Small(1, x=2)  # type: ignore[misc]
    with pytest.raises(TypeError, match="Small has no z"):
        Small(1, z=2)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="Small lacks x"):
        Small()  # type: ignore[call-arg]
