"""The groupby questions q1 to q5 and q7 of the db-benchmark, on CSV."""

from benchmarks.aggregates import Aggregates, libraries

QUESTIONS = {
    "q1": Aggregates("sum of v1 by id1", ["id1"], {"v1": ["sum"]}),
    "q2": Aggregates("sum of v1 by id1 and id2", ["id1", "id2"], {"v1": ["sum"]}),
    "q3": Aggregates("sum of v1 and mean of v3 by id3", ["id3"], {"v1": ["sum"], "v3": ["mean"]}),
    "q4": Aggregates("means of v1, v2 and v3 by id4", ["id4"], {"v1": ["mean"], "v2": ["mean"], "v3": ["mean"]}),
    "q5": Aggregates("sums of v1, v2 and v3 by id6", ["id6"], {"v1": ["sum"], "v2": ["sum"], "v3": ["sum"]}),
    "q7": Aggregates("largest v1 and smallest v2 by id3", ["id3"], {"v1": ["max"], "v2": ["min"]}),
}
LIBRARIES = libraries(QUESTIONS)
