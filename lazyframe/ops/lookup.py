"""A join with a table in which no key is twice: each row's is looked up, as in a dictionary."""

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc


def looked_up(left: pd.DataFrame, right: pd.DataFrame, left_key: Any, right_key: Any, how: str) -> pd.DataFrame | None:
    """Return pandas' merge by one column, inner or left; None where it is no lookup.

    pandas' own numbers the keys of both tables together first, and makes objects of texts for it.
    """
    places = places_in(left[left_key], right[right_key])
    if places is None:
        return None
    is_found = places >= 0
    if how == "inner" and not is_found.all():
        left, places = left[is_found], places[is_found]
    others = right.drop(columns=[right_key]) if left_key == right_key else right
    others = others.set_axis(pd.RangeIndex(len(others)))
    taken = others.iloc[places] if how == "inner" or is_found.all() else others.reindex(places)
    index = pd.RangeIndex(len(left))
    return pd.concat([left.set_axis(index), taken.set_axis(index)], axis=1)


def places_in(values: pd.Series, keys: pd.Series) -> np.ndarray | None:
    """Return where each value is among some keys, -1 where it is not; None if a key is there twice."""
    dtype = keys.dtype
    if dtype != values.dtype:
        return None
    if isinstance(dtype, pd.StringDtype):
        known = pa.chunked_array([pa.array(keys)]).combine_chunks()
        if len(known.unique()) < len(known):
            return None
        found = pc.index_in(pa.chunked_array([pa.array(values)]), value_set=known)
        return found.fill_null(-1).to_numpy().astype(np.int64)  # type: ignore[no-any-return]
    index = pd.Index(keys)
    is_plain = isinstance(dtype, np.dtype) and dtype.kind in "iu"
    return index.get_indexer(pd.Index(values)) if is_plain and index.is_unique else None
