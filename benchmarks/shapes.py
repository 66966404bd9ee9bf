"""Wide, tall and quoted files: one column of 500, all of 100, 17 digits, everything quoted, long texts, tabs, pipes."""

from benchmarks.aggregates import Aggregates, libraries

BY_KEY: tuple[list[str], dict[str, list[str]]] = (["key"], {"value": ["mean", "max"]})

QUESTIONS = {
    "one of 500": Aggregates("sum of one of 500 columns of small integers", [], {"c250": ["sum"]}, folder="one-of-500"),
    "all of 100": Aggregates(
        "sums of all of 100 columns of decimals", [], {f"c{i}": ["sum"] for i in range(100)}, folder="all-of-100"
    ),
    "17 digits": Aggregates(
        "sums of 4 columns of reals with 17 digits", [], {f"c{i}": ["sum"] for i in range(4)}, folder="digits"
    ),
    "all quoted": Aggregates("mean and largest per key, every field quoted", *BY_KEY, folder="quoted"),
    "long text": Aggregates("the same beside quoted texts of 400 letters with commas", *BY_KEY, folder="long-text"),
    "tabs": Aggregates("the same, fields separated by tabs", *BY_KEY, sep="\t", folder="tabs"),
    "pipes": Aggregates("the same, fields separated by |", *BY_KEY, sep="|", folder="pipes"),
}
LIBRARIES = libraries(QUESTIONS)
