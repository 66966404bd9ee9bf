"""What DataFrame and Series share: length, first rows, filters, partitions."""

import sys
from collections.abc import Callable, Iterator, Sequence
from operator import getitem, index
from typing import Any, Self

import numpy as np
import pandas as pd

from lazyframe.collections.collection import rows_in_memory, wrap
from lazyframe.collections.delayed import Delayed, partitions
from lazyframe.collections.display import rows_html, rows_text
from lazyframe.collections.gather import LABELS, PARAMETERS, gather
from lazyframe.collections.indexers import Indexer
from lazyframe.collections.keeping import kept
from lazyframe.collections.like import bound
from lazyframe.collections.method import holds_lazy, matched, refuse_lazy
from lazyframe.collections.parts import Parts
from lazyframe.collections.reshaping import sample
from lazyframe.collections.writing import write_csv
from lazyframe.errors import UnsupportedAttributeError
from lazyframe.io.reader import Part, PartitionReader
from lazyframe.ops.calls import Attribute, Method, WithAttribute
from lazyframe.ops.op import FACTOR, Needs
from lazyframe.ops.sort import First, Sorting
from lazyframe.ops.whole import FACTORS, keys_of
from lazyframe.plan.logical.aggregate import Length
from lazyframe.plan.logical.partitions import OnePartition, Regrouped
from lazyframe.plan.logical.rowwise import Filter, MapPartitions, Pick, Project, Rename, Take
from lazyframe.plan.logical.sources import Scan, same
from lazyframe.plan.logical.user import places, user_function
from lazyframe.plan.logical.whole import Across
from lazyframe.plan.node import Node, Partitionwise, walk
from lazyframe.plan.passes.numbering import numbered
from lazyframe.plan.passes.optimize import PASSES
from lazyframe.plan.schema import outcome_of
from lazyframe.record import replace
from lazyframe.session.preview import limited, of_part
from lazyframe.session.running import compute_plans


class Rows(Parts, abstract=True):
    """A collection with rows."""

    def __len__(self) -> int:
        """The number of rows; runs the query, which for CSV files counts records without parsing them."""
        return int(compute_plans([Length(self._plan)])[0])

    @property
    def size(self) -> Any:
        """The number of values, as a lazy Scalar."""
        width = len(self._plan.schema.columns) if self.kind == "frame" else 1
        return wrap(Length(self._plan)) * width

    @property
    def empty(self) -> bool:
        """Whether there are no rows, or no columns; reads no more than it needs to know."""
        return not self._plan.schema.columns or len(first_rows(self._plan, 1)) == 0

    @property
    def index(self) -> Any:
        """The labels of the rows, deferred."""
        found = gather("index", Attribute("index"), (self,))
        found._parent, found._name = self, "index"
        return found

    @index.setter
    def index(self, labels: Any) -> None:
        if not self._plan.is_answer:
            kind = type(self).__name__
            raise UnsupportedAttributeError(
                f"The index of a lazy {kind} can't be set: use set_index, or rename_axis for its name, or set it on "
                "the result of .compute()."
            )
        self._change(WithAttribute("index"), labels)

    @property
    def loc(self) -> Indexer:
        """Rows and columns by their labels."""
        return Indexer("loc", self)

    @property
    def iloc(self) -> Indexer:
        """Rows and columns by their places."""
        return Indexer("iloc", self)

    @property
    def at(self) -> Indexer:
        """One value by its labels."""
        return Indexer("at", self)

    @property
    def iat(self) -> Indexer:
        """One value by its places."""
        return Indexer("iat", self)

    @property
    def plot(self) -> Any:
        """pandas' plots of the rows, which are gathered in one place."""
        return self._deferred().plot

    @property
    def style(self) -> Any:
        """pandas' styles of the rows, which are gathered in one place."""
        return self._deferred()._value().style

    def equals(self, other: Any) -> bool:
        """Whether another has the same rows, labels and dtypes; computes both."""
        return bool(self._gather("equals", (other,), {}))

    def item(self) -> Any:
        """The one value that there is."""
        return self._deferred()._value().item()

    def pipe(self, func: Any, *args: Any, **kwargs: Any) -> Any:
        """What a function makes of the lazy object, as pandas' `pipe`.

        Parameters
        ----------
        func
            The function, or a pair of it and the name of the parameter that takes the object.
        """
        if not isinstance(func, tuple):
            return func(self, *args, **kwargs)
        func, name = func
        if name in kwargs:
            raise ValueError(f"{name} is both the pipe target and a keyword argument")
        return func(*args, **kwargs, **{name: self})

    def sample(self, *args: Any, **kwargs: Any) -> Any:
        """As pandas' `sample`, in one place; a share of the rows (`frac`) row by row, and in their order.

        Without `random_state` one is drawn now, so that all see the same rows.
        """
        given = bound(pd.DataFrame.sample, self, args, kwargs)
        if given.get("random_state") is None:
            given["random_state"] = int(np.random.randint(2**32, dtype=np.uint32))
        found = None if holds_lazy(given) else sample(self, given)
        return self._gather("sample", (), given) if found is None else found

    def tail(self, n: int = 5) -> Any:
        """The last rows as a pandas object; reads the last partitions, until it has them.

        Parameters
        ----------
        n
            How many rows; if negative, all but the first -n.
        """
        if n < 0:
            return self._gather("tail", (n,), {}).compute()
        found: list[Any] = []
        for part in self._parts(backwards=True):
            found.insert(0, part)
            if sum(map(len, found)) >= n:
                break
        return (pd.concat(found) if len(found) > 1 else found[0]).tail(n)

    def head(self, n: int = 5) -> Any:
        """The first rows as a pandas object; reads partitions, and of the first only what it needs, until it has them.

        Parameters
        ----------
        n
            How many rows; if negative, all but the last -n.
        """
        if not hasattr(n, "__index__"):
            raise TypeError(f"head: n is a whole number, not {n!r}.")
        return first_rows(self._plan, index(n))

    def persist(self, scheduler: Any = None, num_workers: int | None = None, storage: str = "memory") -> Self:
        """Run the query and keep its partitions; the result is lazy over these.

        On a cluster they are kept by its workers, and this returns at once, while they are still being computed.

        Parameters
        ----------
        scheduler, num_workers
            As for `compute`.
        storage
            "memory", or "disk": files in `temporary_directory`, which are there as long as the result is in use. A
            cluster's workers put on disk by themselves what their memory does not hold.

        Examples
        --------
        >>> import pandas as pd, lazyframe as lf
        >>> kept = lf.from_pandas(pd.DataFrame({"x": [1, 2, 3]}), npartitions=3).persist(storage="disk")
        >>> kept.npartitions
        3
        """
        return wrap(kept(self._plan, scheduler, num_workers, storage))  # type: ignore[no-any-return]

    def to_delayed(self) -> list[Delayed]:
        """The partitions, each as a delayed object; its result is a DataFrame or a Series.

        Examples
        --------
        >>> import pandas as pd, lazyframe as lf
        >>> parts = lf.from_pandas(pd.Series([1, 2, 6], name="x"), npartitions=3).to_delayed()
        >>> lf.delayed(sum)([lf.delayed(len)(part) for part in parts]).compute()
        3
        """
        return partitions(numbered(self._plan))

    def to_csv(
        self,
        path: Any = None,
        single_file: bool = False,
        name_function: Callable[[int], str] | None = None,
        compression: str | None = "infer",
        overwrite: bool = False,
        scheduler: Any = None,
        **options: Any,
    ) -> Any:
        """Write CSV files, one a partition, or all partitions to one.

        Files are written under hidden names and get their own when all are there: a failure leaves none.

        Parameters
        ----------
        path
            None for the text, or an open file: then rows are gathered in one place, and pandas writes.
            Else a folder, which gets ``00.csv``, ``01.csv``, ...; a name with a ``*`` for the partition's name, such as
            ``"out/flights-*.csv.gz"``; or with `single_file`, or for an answer and a name with ``.csv``, a file.
        single_file
            Whether all partitions go to one file, in their order.
        name_function
            From a partition's number to its name.
        compression
            "gzip", "bz2", "xz", "zstd", None, or "infer": as the name's suffix says.
        overwrite
            Whether files that are there already are replaced. One of an earlier run with more partitions is an error.
        scheduler
            As for `compute`.
        **options
            Of pandas' to_csv: ``index=False``, ``sep=";"``, ``na_rep="NA"``, ...

        Returns
        -------
        list of str
            The files; of no path the text, of an open file None.

        Raises
        ------
        FileExistsError
            If one is there already, and is not to be replaced.

        Examples
        --------
        >>> import tempfile, pandas as pd, lazyframe as lf
        >>> df = lf.from_pandas(pd.DataFrame({"x": [1, 2, 3]}), npartitions=2)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     files = df.to_csv(folder, index=False)
        ...     len(files), int(lf.read_csv(folder).x.sum().compute())
        (2, 6)
        """
        if path is None or hasattr(path, "write"):
            return self._deferred()._value().to_csv(path, **options)
        return write_csv(self._plan, path, single_file, name_function, compression, overwrite, scheduler, options)

    def map_partitions(self, func: Callable[..., Any], *args: Any, meta: Any = None, **kwargs: Any) -> Any:
        """A function of each partition, as a new collection.

        Parameters
        ----------
        func
            Called with a pandas DataFrame or Series, `args` and `kwargs`; gives a DataFrame or a Series.
        meta
            What it gives, with no rows: a DataFrame or Series, a dict of names and dtypes, a (name, dtype) pair for a
            Series. By default `func` is called with the first rows to see.

        Examples
        --------
        >>> import pandas as pd, lazyframe as lf
        >>> x = lf.from_pandas(pd.DataFrame({"x": [1.0, 2.0]}), npartitions=2).x
        >>> x.map_partitions(lambda part, by: part * by, by=10).compute().tolist()
        [10.0, 20.0]
        """
        refuse_lazy([args, kwargs], "map_partitions")
        outcome = tried(self._plan, func, args, kwargs) if meta is None else outcome_of(meta)
        if not isinstance(outcome, pd.DataFrame | pd.Series):
            raise TypeError(
                f"map_partitions: the function gave a {type(outcome).__name__} for the first rows; "
                "it must give a DataFrame or a Series."
            )
        return wrap(MapPartitions(self._plan, func, args, tuple(sorted(kwargs.items())), outcome.iloc[:0]))

    def _filtered(self, test: Any) -> Any:
        """The rows for which a lazy bool Series is true; pandas matches a test of other rows by its labels."""
        if test._plan.schema.empty.dtype.kind != "b":
            dtype = test._plan.schema.empty.dtype
            raise TypeError(
                f"Rows are chosen by a Series of bool, not of {dtype}. "
                f"A column of 0 and 1 is read as bool with dtype={{{test._plan.schema.empty.name!r}: bool}}."
            )
        nodes = matched(self._plan, test._plan)
        if nodes is None or self._plan.is_answer != test._plan.is_answer:
            return gather("filter", getitem, (self, test), why=LABELS)
        return wrap(Filter(*nodes))

    def _change(self, func: Callable[..., Any], *args: Any) -> None:
        """Stand for what a function makes of the rows, which are few and computed for it: those of an answer."""
        self._plan = rows_in_memory(gather(self._plan.label, func, (self, *args)).compute())

    def _deferred(self) -> Any:
        """The rows in one place, on which pandas works."""
        return gather(self._plan.label, same, (self,))

    def _parts(self, backwards: bool = False) -> Iterator[Any]:
        """The partitions as pandas objects, computed one after another."""
        plan = numbered(self._plan)
        for number in range(plan.npartitions)[:: -1 if backwards else 1]:
            yield compute_plans([OnePartition(plan, number)])[0]

    def _gather(self, name: str, args: Sequence[Any], options: dict[str, Any]) -> Any:
        """The call of a method by pandas itself, in one place."""
        return gather(name, Method(name), (self, *args), options, FACTORS.get(name, FACTOR), why=PARAMETERS)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        """The rows, computed; but not for pandas, which would take the values and lose the labels without a word.

        Raises
        ------
        TypeError
            Where pandas asks, as in ``pd.DataFrame(df)``.
        """
        is_mask = self._plan.is_answer and self.kind == "series" and self._plan.schema.empty.dtype.kind == "b"
        if not is_mask and sys._getframe(1).f_globals.get("__name__", "").startswith("pandas."):
            name = type(self).__name__
            raise TypeError(
                f"pandas would lose the labels of a lazy {name}: call the function of lf (lf.crosstab, lf.cut, "
                "lf.to_datetime, ...), or pass the result of .compute() instead."
            )
        return np.asarray(self.compute(), dtype=dtype)

    def copy(self, deep: bool = True) -> Self:
        """Another object for the same query: setting a column of one leaves the other as it is, deep or not."""
        return type(self)(self._plan)

    def __repr__(self) -> str:
        return rows_text(type(self).__name__, self._plan)

    def _repr_html_(self) -> str:
        return rows_html(type(self).__name__, self._plan)


def tried(plan: Node, func: Callable[..., Any], args: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """Return what a function gives for the first rows, which are of one partition.

    Most often all that it is made for.
    """
    parts = first_parts(plan, 5)
    readers, rows = next(((readers, part) for readers, part in parts if len(part)), ((), None))
    if rows is None:
        rows = first_rows(plan, 5)

    def where() -> str:
        names = [node.source.name for node in walk(plan) if isinstance(node, Scan)][:1]
        of = places(readers[:3]) if readers else ", ".join(names)
        return f"the first rows{of and ' of '}{of}, given to it to see what it makes, for there is no meta="

    return user_function(func).call((rows.head(), *args), options, where)


def first_rows(plan: Node, n: int) -> Any:
    """The first rows of a query; of a sort they are found among the first of each partition."""
    if n >= 0 and (top := top_of(plan, n)) is not plan:
        return compute_plans([top])[0].head(n)
    found: list[Any] = []
    for _, part in first_parts(plan, n) if n >= 0 else ():
        found.append(part)
        if sum(map(len, found)) >= n:
            break
    if not found:
        return compute_plans([plan])[0].head(n)
    rows = [part for part in found if len(part)] or found[:1]
    return (pd.concat(rows) if len(rows) > 1 else rows[0]).head(n)


def top_of(plan: Node, n: int) -> Node:
    """A query whose sort is of the first `n` rows of each partition alone, if all above the sort keeps its rows."""
    if isinstance(plan, Across) and plan.op.needs is Needs.SORTED and plan.npartitions > 1:
        few = Pick(plan.frame, First(Sorting(plan.call, keys_of(plan.op, plan.options)), n))
        return replace(plan, frame=Regrouped(few, 1))
    is_passed = isinstance(plan, Project | Take | Rename)
    return plan.map_children(lambda child: top_of(child, n)) if is_passed else plan


def first_parts(plan: Node, n: int) -> Iterator[tuple[Sequence[PartitionReader], Any]]:
    """The first n rows of the first partition, then all of twice as many partitions each time, with their readers.

    Nothing, where that would not be less work than all of the query.
    """
    scans = [node for node in walk(plan) if isinstance(node, Scan)]
    is_plain = all(isinstance(node, Partitionwise) and node.needs is Needs.ROW for node in walk(plan))
    if not is_plain or len({scan.source.identity for scan in scans}) != 1:
        return
    source = scans[0].source
    yield source.readers[:1], compute_plans([limited_unless_filtered(of_part(plan, 0, 1), n)])[0]
    records, start, width = 0, 0, 1
    while start + width < len(source.readers):
        records += compute_plans([Length(whole(source, start, start + width))])[0]
        start, width = start + width, min(2 * width, len(source.readers) - start - width)
        part = compute_plans([of_part(plan, start, start + width)])[0]
        yield source.readers[start : start + width], part.set_axis(part.index + records) if plan.is_numbered else part


def limited_unless_filtered(plan: Node, n: int) -> Node:
    """A query whose scans stop after `n` rows, if the scans keep no row that the query then drops."""
    for name in ("simplify", "push"):
        plan = PASSES[name](plan)
    if any(isinstance(node, Filter) for node in walk(plan)):
        return plan
    return limited(plan, n)


def whole(source: Any, start: int, stop: int) -> Node:
    """All rows of some partitions."""
    return Scan(Part(source, start, stop), ())
