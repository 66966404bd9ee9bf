"""Pass: equal steps become one object, so that later passes tell steps apart by identity."""

from lazyframe.plan.node import Expr, transform


def share(root: Expr) -> Expr:
    """The query in which steps with equal keys are the same step."""
    known: dict[str, Expr] = {}
    return transform(root, lambda step: known.setdefault(step.key, step))
