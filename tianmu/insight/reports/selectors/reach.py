"""How far a person's questions reach: which fields she may use, and at and below which places rows are hers to count.

The policy is the data set's own right. Who holds it for figures only (her role needs a stated purpose for persons)
gets sums: no list, no field that leads to a person, no small figure.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from tianmu.foundation.access.actor import Actor, ActorKind
from tianmu.foundation.datasets import DataSet, Field
from tianmu.insight.reports.engine.limits import Reach
from tianmu.insight.reports.rules.checking import Checked


@dataclass(frozen=True, slots=True)
class Grasp:
    """What somebody may ask of a data set."""

    actor: Actor
    dataset: DataSet

    @property
    def persons(self) -> bool:
        """Tell whether she may see the persons behind the rows, somewhere."""
        return bool(self.actor.paths(self.dataset.right))

    @property
    def hides_small(self) -> bool:
        """Tell whether some of what she counts is hers as figures only."""
        return bool(self.actor.figures.get(self.dataset.right))

    def why_not(self, field: Field) -> str:
        """Return why she may not use a field, empty when she may."""
        if field.right and not self.actor.figure_paths(field.right):
            return f"right:{field.right}"
        return "person_field" if field.person and not self.persons else ""

    def reach(self, checked: Checked, *, persons: bool) -> Reach:
        """Return the paths of each right that a question needs; with `persons`, those held in full alone."""
        rights = {self.dataset.right, *(self._right_of(key, checked) for key in checked.touched)} - {""}
        held = self.actor.paths if persons else self.actor.figure_paths
        return [list(held(right)) for right in sorted(rights)]

    @staticmethod
    def _right_of(key: str, checked: Checked) -> str:
        return checked.fields[key].right


def grasp(actor: Actor, dataset: DataSet) -> Grasp:
    """Return what the actor may ask of a data set.

    Raises:
        RefusedError: she may see nothing of it.

    """
    if actor.kind is ActorKind.RESIDENT or not actor.figure_paths(dataset.right):
        raise actor.refusal(dataset.right)
    return Grasp(actor, dataset)


def within_reach(actor: Actor, sets: Iterable[DataSet]) -> list[DataSet]:
    """Return the data sets of which the actor may see something."""
    return [one for one in sets if actor.kind is not ActorKind.RESIDENT and actor.figure_paths(one.right)]
