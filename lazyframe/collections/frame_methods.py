"""pandas' methods of frames, a line each."""

import pandas as pd

from lazyframe.collections import few, filling, lifts, merging, pivoting, ranking, reshaping, summaries
from lazyframe.collections.expanding import expanding
from lazyframe.collections.gather import unsupported, whole, whole_property
from lazyframe.collections.lifts import lifted, of_users
from lazyframe.collections.like import PARTIAL
from lazyframe.collections.method import across, conditional, elementwise, operation, values_by_position
from lazyframe.collections.reducing import reduction
from lazyframe.collections.resampling import resampling
from lazyframe.collections.rows import Rows
from lazyframe.collections.windows import rolling, shifting
from lazyframe.collections.writing import in_turn, write_feather, write_json, write_sql
from lazyframe.ops import arithmetic, reductions
from lazyframe.ops import elementwise as ops
from lazyframe.ops import whole as wholes
from lazyframe.ops.op import Needs


class FrameMethods(Rows, abstract=True):
    """What a lazy DataFrame takes over from pandas."""

    abs = elementwise(ops.abs, pd.DataFrame)
    astype = elementwise(ops.astype, pd.DataFrame)
    clip = elementwise(ops.clip, pd.DataFrame)
    fillna = elementwise(ops.fillna, pd.DataFrame)
    isin = elementwise(ops.isin, pd.DataFrame, prepare=values_by_position)
    isna = isnull = elementwise(ops.isna, pd.DataFrame)
    notna = notnull = elementwise(ops.notna, pd.DataFrame)
    round = elementwise(ops.round, pd.DataFrame)

    where = conditional(ops.where, pd.DataFrame)
    mask = conditional(ops.mask, pd.DataFrame)

    add = operation(arithmetic.add, pd.DataFrame, "add")
    sub = subtract = operation(arithmetic.sub, pd.DataFrame, "sub")
    mul = multiply = operation(arithmetic.mul, pd.DataFrame, "mul")
    div = divide = truediv = operation(arithmetic.truediv, pd.DataFrame, "truediv")
    floordiv = operation(arithmetic.floordiv, pd.DataFrame, "floordiv")
    mod = operation(arithmetic.mod, pd.DataFrame, "mod")
    pow = operation(arithmetic.pow, pd.DataFrame, "pow")
    radd = operation(arithmetic.add, pd.DataFrame, "radd", is_reflected=True)
    rsub = operation(arithmetic.sub, pd.DataFrame, "rsub", is_reflected=True)
    rmul = operation(arithmetic.mul, pd.DataFrame, "rmul", is_reflected=True)
    rdiv = rtruediv = operation(arithmetic.truediv, pd.DataFrame, "rtruediv", is_reflected=True)
    rfloordiv = operation(arithmetic.floordiv, pd.DataFrame, "rfloordiv", is_reflected=True)
    rmod = operation(arithmetic.mod, pd.DataFrame, "rmod", is_reflected=True)
    rpow = operation(arithmetic.pow, pd.DataFrame, "rpow", is_reflected=True)
    eq = operation(arithmetic.eq, pd.DataFrame, "eq")
    ne = operation(arithmetic.ne, pd.DataFrame, "ne")
    lt = operation(arithmetic.lt, pd.DataFrame, "lt")
    le = operation(arithmetic.le, pd.DataFrame, "le")
    gt = operation(arithmetic.gt, pd.DataFrame, "gt")
    ge = operation(arithmetic.ge, pd.DataFrame, "ge")

    ffill = filling.fill(wholes.ffill, pd.DataFrame)
    bfill = filling.fill(wholes.bfill, pd.DataFrame)
    cumsum = across(wholes.cumsum, pd.DataFrame)
    cumprod = across(wholes.cumprod, pd.DataFrame)
    cummax = across(wholes.cummax, pd.DataFrame)
    cummin = across(wholes.cummin, pd.DataFrame)
    drop_duplicates = across(wholes.drop_duplicates, pd.DataFrame)
    duplicated = across(wholes.duplicated, pd.DataFrame)
    sort_index = across(wholes.sort_index, pd.DataFrame)
    sort_values = across(wholes.sort_values, pd.DataFrame)

    count = reduction(reductions.count, pd.DataFrame)
    sum = reduction(reductions.sum, pd.DataFrame)
    prod = product = reduction(reductions.prod, pd.DataFrame)
    mean = reduction(reductions.mean, pd.DataFrame)
    min = reduction(reductions.min, pd.DataFrame)
    max = reduction(reductions.max, pd.DataFrame)
    var = reduction(reductions.var, pd.DataFrame)
    std = reduction(reductions.std, pd.DataFrame)
    sem = reduction(reductions.sem, pd.DataFrame)
    any = reduction(reductions.any, pd.DataFrame)
    all = reduction(reductions.all, pd.DataFrame)
    nunique = reduction(reductions.nunique, pd.DataFrame)

    # Order
    interpolate = lifted(wholes.interpolate, pd.DataFrame, filling.interpolate, Needs.BEFORE.value)
    nlargest = lifted(wholes.nlargest, pd.DataFrame, few.largest("nlargest"), PARTIAL)
    nsmallest = lifted(wholes.nsmallest, pd.DataFrame, few.largest("nsmallest"), PARTIAL)
    rank = lifted(wholes.rank, pd.DataFrame, ranking.ranks, Needs.SORTED.value)
    # Rows chosen
    asof = whole(wholes.asof, pd.DataFrame)
    at_time = lifted(wholes.at_time, pd.DataFrame, lifts.by_labels("at_time", "time"))
    between_time = lifted(
        wholes.between_time, pd.DataFrame, lifts.by_labels("between_time", "start_time", "end_time", "inclusive")
    )
    explode = lifted(wholes.explode, pd.DataFrame, reshaping.explode)
    first_valid_index = whole(wholes.first_valid_index, pd.DataFrame)
    last_valid_index = whole(wholes.last_valid_index, pd.DataFrame)
    squeeze = whole(wholes.squeeze, pd.DataFrame)
    take = whole(wholes.take, pd.DataFrame)
    truncate = whole(wholes.truncate, pd.DataFrame)
    xs = whole(wholes.xs, pd.DataFrame)
    # Neighbours
    asfreq = whole(wholes.asfreq, pd.DataFrame)
    diff = shifting(wholes.diff, pd.DataFrame)
    ewm = whole(wholes.ewm, pd.DataFrame)
    expanding = expanding(pd.DataFrame)
    pct_change = shifting(wholes.pct_change, pd.DataFrame)
    resample = resampling(pd.DataFrame)
    rolling = rolling(pd.DataFrame)
    shift = shifting(wholes.shift, pd.DataFrame)
    # Labels and shape
    T = whole_property(wholes.T, pd.DataFrame)
    add_prefix = lifted(wholes.add_prefix, pd.DataFrame, lifts.add_affix("add_prefix"))
    add_suffix = lifted(wholes.add_suffix, pd.DataFrame, lifts.add_affix("add_suffix"))
    align = whole(wholes.align, pd.DataFrame)
    drop = lifted(wholes.drop, pd.DataFrame, lifts.drop)
    droplevel = lifted(wholes.droplevel, pd.DataFrame, lifts.by_labels("droplevel", "level"))
    dropna = lifted(wholes.dropna, pd.DataFrame, lifts.dropna)
    filter = lifted(wholes.filter, pd.DataFrame, lifts.filter)
    get = lifted(wholes.get, pd.DataFrame, lifts.get)
    melt = lifted(wholes.melt, pd.DataFrame, reshaping.melt)
    pivot = whole(wholes.pivot, pd.DataFrame)
    pivot_table = lifted(wholes.pivot_table, pd.DataFrame, pivoting.pivot_table, PARTIAL)
    reindex = lifted(wholes.reindex, pd.DataFrame, lifts.reindex)
    reindex_like = whole(wholes.reindex_like, pd.DataFrame)
    rename = lifted(wholes.rename, pd.DataFrame, lifts.rename)
    rename_axis = whole(wholes.rename_axis, pd.DataFrame)
    reorder_levels = whole(wholes.reorder_levels, pd.DataFrame)
    reset_index = lifted(wholes.reset_index, pd.DataFrame, lifts.reset_index)
    select_dtypes = lifted(wholes.select_dtypes, pd.DataFrame, lifts.select_dtypes)
    set_axis = lifted(wholes.set_axis, pd.DataFrame, lifts.set_axis)
    set_flags = whole(wholes.set_flags, pd.DataFrame)
    set_index = lifted(wholes.set_index, pd.DataFrame, lifts.set_index)
    stack = lifted(wholes.stack, pd.DataFrame, reshaping.stack)
    swaplevel = lifted(wholes.swaplevel, pd.DataFrame, lifts.by_labels("swaplevel", "i", "j"))
    to_period = lifted(wholes.to_period, pd.DataFrame, lifts.by_labels("to_period", "freq", needed="freq"))
    to_timestamp = whole(wholes.to_timestamp, pd.DataFrame)
    transpose = whole(wholes.transpose, pd.DataFrame)
    tz_convert = lifted(wholes.tz_convert, pd.DataFrame, lifts.by_labels("tz_convert", "tz"))
    tz_localize = lifted(wholes.tz_localize, pd.DataFrame, lifts.by_labels("tz_localize", "tz", "nonexistent"))
    unstack = whole(wholes.unstack, pd.DataFrame)
    # Values
    apply = of_users(wholes.apply, pd.DataFrame)
    combine = whole(wholes.combine, pd.DataFrame)
    combine_first = lifted(wholes.combine_first, pd.DataFrame, reshaping.combine_first, takes_lazy=True)
    compare = whole(wholes.compare, pd.DataFrame)
    convert_dtypes = lifted(wholes.convert_dtypes, pd.DataFrame, reshaping.convert_dtypes)
    dot = whole(wholes.dot, pd.DataFrame)
    eval = lifted(wholes.eval, pd.DataFrame, lifts.eval)
    infer_objects = whole(wholes.infer_objects, pd.DataFrame)
    map = of_users(wholes.map, pd.DataFrame)
    query = lifted(wholes.query, pd.DataFrame, lifts.query)
    replace = lifted(wholes.replace, pd.DataFrame, reshaping.replace)
    transform = whole(wholes.transform, pd.DataFrame)
    # Tables together
    corrwith = lifted(wholes.corrwith, pd.DataFrame, summaries.corrwith, PARTIAL, takes_lazy=True)
    join = lifted(wholes.join, pd.DataFrame, merging.joined, merging.JOINS, takes_lazy=True)
    merge = merging.merge_method(pd.DataFrame.merge)
    # One value of many
    agg = lifted(wholes.agg, pd.DataFrame, few.agg, PARTIAL)
    aggregate = lifted(wholes.aggregate, pd.DataFrame, few.agg, PARTIAL)
    corr = lifted(wholes.corr, pd.DataFrame, summaries.matrix("corr"), PARTIAL)
    cov = lifted(wholes.cov, pd.DataFrame, summaries.matrix("cov"), PARTIAL)
    describe = lifted(wholes.describe, pd.DataFrame, summaries.describe, PARTIAL)
    idxmax = lifted(wholes.idxmax, pd.DataFrame, few.extreme("idxmax"), PARTIAL)
    idxmin = lifted(wholes.idxmin, pd.DataFrame, few.extreme("idxmin"), PARTIAL)
    kurt = lifted(wholes.kurt, pd.DataFrame, summaries.powers("kurt"), PARTIAL)
    kurtosis = lifted(wholes.kurtosis, pd.DataFrame, summaries.powers("kurtosis"), PARTIAL)
    median = lifted(wholes.median, pd.DataFrame, summaries.median, PARTIAL)
    memory_usage = whole(wholes.memory_usage, pd.DataFrame)
    mode = whole(wholes.mode, pd.DataFrame)
    quantile = lifted(wholes.quantile, pd.DataFrame, summaries.quantile, PARTIAL)
    skew = lifted(wholes.skew, pd.DataFrame, summaries.powers("skew"), PARTIAL)
    value_counts = lifted(wholes.value_counts, pd.DataFrame, few.value_counts_of_rows, PARTIAL)
    # For others than pandas
    boxplot = whole(wholes.boxplot, pd.DataFrame)
    hist = whole(wholes.hist, pd.DataFrame)
    info = whole(wholes.info, pd.DataFrame)
    to_clipboard = whole(wholes.to_clipboard, pd.DataFrame)
    to_dict = whole(wholes.to_dict, pd.DataFrame)
    to_excel = whole(wholes.to_excel, pd.DataFrame)
    to_feather = in_turn(wholes.to_feather, pd.DataFrame, write_feather)
    to_hdf = whole(wholes.to_hdf, pd.DataFrame)
    to_html = whole(wholes.to_html, pd.DataFrame)
    to_iceberg = whole(wholes.to_iceberg, pd.DataFrame)
    to_json = in_turn(wholes.to_json, pd.DataFrame, write_json)
    to_latex = whole(wholes.to_latex, pd.DataFrame)
    to_markdown = whole(wholes.to_markdown, pd.DataFrame)
    to_numpy = whole(wholes.to_numpy, pd.DataFrame)
    to_orc = whole(wholes.to_orc, pd.DataFrame)
    to_pickle = whole(wholes.to_pickle, pd.DataFrame)
    to_records = whole(wholes.to_records, pd.DataFrame)
    to_sql = in_turn(wholes.to_sql, pd.DataFrame, write_sql)
    to_stata = whole(wholes.to_stata, pd.DataFrame)
    to_string = whole(wholes.to_string, pd.DataFrame)
    to_xarray = whole(wholes.to_xarray, pd.DataFrame)
    to_xml = whole(wholes.to_xml, pd.DataFrame)
    values = whole_property(wholes.values, pd.DataFrame)

    # What can't be
    update = unsupported("update", pd.DataFrame, "In place of df.update(other) write df = other.combine_first(df).")
    attrs = unsupported("attrs", pd.DataFrame, "Set it on the result of .compute().")
    flags = unsupported("flags", pd.DataFrame, "Look at it on the result of .compute().")
    from_dict = unsupported("from_dict", pd.DataFrame, "Use lf.from_pandas(pd.DataFrame.from_dict(...)).")
    from_records = unsupported("from_records", pd.DataFrame, "Use lf.from_pandas(pd.DataFrame.from_records(...)).")
    from_arrow = unsupported("from_arrow", pd.DataFrame, "Use lf.from_pandas(pd.DataFrame.from_arrow(...)).")
