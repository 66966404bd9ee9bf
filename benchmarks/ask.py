"""One question of one suite to one library in this process: prints seconds, peak memory and answer as a line of JSON.

    python -m benchmarks.ask flights Polars mean 'benchmarks/data/flights-13/*.csv'

The seconds run from the call that names the files to the answer; importing the library is not in them. A last argument
limits the process's own memory, to so many MB.
"""

import importlib
import json
import resource
import sys
from time import perf_counter


def main() -> None:
    suite, library, question, pattern, *limit = sys.argv[1:]
    ask = importlib.import_module(f"benchmarks.{suite}").LIBRARIES[library](question)
    if limit:
        resource.setrlimit(resource.RLIMIT_DATA, (int(limit[0]) << 20,) * 2)
    begin = perf_counter()
    answer = ask(pattern)
    seconds = perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak_mb": peak, "answer": answer}))


if __name__ == "__main__":
    main()
