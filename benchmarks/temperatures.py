"""Lowest, mean and highest temperature per station: the question of the One Billion Row Challenge."""

from benchmarks.aggregates import Aggregates, libraries

QUESTIONS = {
    "stations": Aggregates(
        "lowest, mean and highest temperature per station",
        ["station"],
        {"temperature": ["min", "mean", "max"]},
        sep=";",
        names=["station", "temperature"],
        texts=("station",),
    )
}
LIBRARIES = libraries(QUESTIONS)
