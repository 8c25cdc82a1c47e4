"""As much of PromQL as our alarms speak, over two readings of /metrics; the parser is Prometheus' own grammar."""

import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import promql_parser as ql
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

Labels = tuple[tuple[str, str], ...]
Vector = dict[Labels, float]

COMPARED: dict[str, Callable[[float, float], bool]] = {">": operator.gt, "<": operator.lt, "==": operator.eq}
AGGREGATED: dict[str, Callable[..., float]] = {"max": max, "min": min, "sum": sum}


@dataclass(frozen=True)
class Readings:
    """What /metrics said now and so many seconds ago."""

    now: str
    before: str = ""
    seconds: float = 300

    def samples(self, text: str, selector: ql.VectorSelector) -> Vector:
        return {
            tuple(sorted(sample.labels.items())): sample.value
            for sample in told(text).get(selector.name, ())
            if all(_matches(one, sample.labels) for one in selector.matchers.matchers)
        }


@lru_cache(maxsize=2)
def told(text: str) -> dict[str, list[Sample]]:
    """The samples of a reading by their names; a page holds thousands and every condition asks anew."""
    found: dict[str, list[Sample]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, []).append(sample)
    return found


def _matches(matcher: ql.Matcher, labels: dict[str, str]) -> bool:
    value = labels.get(matcher.name, "")
    is_one = bool(re.fullmatch(matcher.value, value)) if "Re" in str(matcher.op) else value == matcher.value
    return is_one != ("Not" in str(matcher.op))


def holds(expression: str, readings: Readings) -> bool:
    """Whether the condition of an alarm is met."""
    return bool(evaluated(ql.parse(expression), readings))


def evaluated(node: ql.Expr, readings: Readings) -> Vector:
    """The vector an expression stands for; a number is one without labels."""
    match node:
        case ql.NumberLiteral():
            return {(): node.val}
        case ql.VectorSelector():
            return readings.samples(readings.now, node)
        case ql.ParenExpr():
            return evaluated(node.expr, readings)
        case ql.AggregateExpr():
            return _aggregated(node, readings)
        case ql.BinaryExpr():
            return _compared(node, readings)
        case ql.Call():
            return CALLS[node.func.name](node, readings)
    raise NotImplementedError(f"no alarm of ours says {type(node).__name__}")


def _aggregated(node: ql.AggregateExpr, readings: Readings) -> Vector:
    kept = set(node.modifier.labels) if node.modifier else set()
    groups: dict[Labels, list[float]] = {}
    for labels, value in evaluated(node.expr, readings).items():
        groups.setdefault(tuple(pair for pair in labels if pair[0] in kept), []).append(value)
    return {labels: AGGREGATED[str(node.op)](values) for labels, values in groups.items()}


def _compared(node: ql.BinaryExpr, readings: Readings) -> Vector:
    left, right = evaluated(node.lhs, readings), evaluated(node.rhs, readings)
    found = {}
    for labels, value in left.items():
        other = right.get(labels, right.get(()))
        if other is None:
            continue
        if str(node.op) == "/":
            found[labels] = value / other if other else float("nan")
        elif COMPARED[str(node.op)](value, other):
            found[labels] = value
    return found


def _rate(node: ql.Call, readings: Readings) -> Vector:
    selector = node.args[0].vector_selector
    before = readings.samples(readings.before, selector)
    now = readings.samples(readings.now, selector)
    return {labels: (value - before.get(labels, 0)) / readings.seconds for labels, value in now.items()}


def _absent(node: ql.Call, readings: Readings) -> Vector:
    return {} if evaluated(node.args[0], readings) else {(): 1.0}


def _quantile(node: ql.Call, readings: Readings) -> Vector:
    """The bound of the bucket in which the quantile lies; the library interpolates, an alarm at a bound need not."""
    share = node.args[0].val
    bounds = {float(dict(labels)["le"]): value for labels, value in evaluated(node.args[1], readings).items()}
    total = bounds.get(float("inf"), 0)
    if not total:
        return {}
    return {(): next(bound for bound, value in sorted(bounds.items()) if value >= share * total)}


CALLS: dict[str, Callable[[ql.Call, Readings], Vector]] = {
    "rate": _rate,
    "absent": _absent,
    "histogram_quantile": _quantile,
}


def names_in(expression: str) -> Iterator[str]:
    """The metrics an expression asks for."""
    yield from re.findall(r"\blineup_\w+", expression)
