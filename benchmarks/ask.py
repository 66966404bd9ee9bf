"""One question to one library in this process: prints seconds, peak memory and answer as a line of JSON.

    python -m benchmarks.ask Polars mean 'benchmarks/data/flights/*.csv'

The seconds run from the call that names the files to the answer; importing the library is not in them.
"""

import json
import resource
import sys
from time import perf_counter

from benchmarks.questions import LIBRARIES


def main() -> None:
    library, question, pattern = sys.argv[1:]
    ask = LIBRARIES[library](question)
    begin = perf_counter()
    answer = ask(pattern)
    seconds = perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak_mb": peak, "answer": answer}))


if __name__ == "__main__":
    main()
