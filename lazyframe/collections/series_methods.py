"""pandas' methods of Series, a line each."""

import pandas as pd

from lazyframe.collections import few, filling, lifts, merging, ranking, reshaping, summaries
from lazyframe.collections.accessors import CategoricalAccessor, DatetimeAccessor, StringAccessor, namespace
from lazyframe.collections.expanding import expanding
from lazyframe.collections.gather import unsupported, whole, whole_property
from lazyframe.collections.lifts import lifted, of_users
from lazyframe.collections.like import PARTIAL
from lazyframe.collections.method import across, conditional, elementwise, operation, values_of
from lazyframe.collections.reducing import reduction
from lazyframe.collections.resampling import resampling
from lazyframe.collections.rows import Rows
from lazyframe.collections.windows import rolling, shifting
from lazyframe.collections.writing import in_turn, write_sql
from lazyframe.ops import arithmetic, reductions
from lazyframe.ops import elementwise as ops
from lazyframe.ops import whole as wholes
from lazyframe.ops.op import Needs


class SeriesMethods(Rows, abstract=True):
    """What a lazy Series takes over from pandas."""

    str = namespace("str", StringAccessor)
    dt = namespace("dt", DatetimeAccessor)
    cat = namespace("cat", CategoricalAccessor)
    list = namespace("list")
    struct = namespace("struct")
    sparse = namespace("sparse")

    abs = elementwise(ops.abs)
    astype = elementwise(ops.astype)
    between = elementwise(ops.between)
    clip = elementwise(ops.clip)
    fillna = elementwise(ops.fillna)
    isin = elementwise(ops.isin, prepare=values_of, lift=merging.is_in)
    isna = isnull = elementwise(ops.isna)
    notna = notnull = elementwise(ops.notna)
    round = elementwise(ops.round)

    where = conditional(ops.where, pd.Series)
    mask = conditional(ops.mask, pd.Series)

    add = operation(arithmetic.add, pd.Series, "add")
    sub = subtract = operation(arithmetic.sub, pd.Series, "sub")
    mul = multiply = operation(arithmetic.mul, pd.Series, "mul")
    div = divide = truediv = operation(arithmetic.truediv, pd.Series, "truediv")
    floordiv = operation(arithmetic.floordiv, pd.Series, "floordiv")
    mod = operation(arithmetic.mod, pd.Series, "mod")
    pow = operation(arithmetic.pow, pd.Series, "pow")
    radd = operation(arithmetic.add, pd.Series, "radd", is_reflected=True)
    rsub = operation(arithmetic.sub, pd.Series, "rsub", is_reflected=True)
    rmul = operation(arithmetic.mul, pd.Series, "rmul", is_reflected=True)
    rdiv = rtruediv = operation(arithmetic.truediv, pd.Series, "rtruediv", is_reflected=True)
    rfloordiv = operation(arithmetic.floordiv, pd.Series, "rfloordiv", is_reflected=True)
    rmod = operation(arithmetic.mod, pd.Series, "rmod", is_reflected=True)
    rpow = operation(arithmetic.pow, pd.Series, "rpow", is_reflected=True)
    eq = operation(arithmetic.eq, pd.Series, "eq")
    ne = operation(arithmetic.ne, pd.Series, "ne")
    lt = operation(arithmetic.lt, pd.Series, "lt")
    le = operation(arithmetic.le, pd.Series, "le")
    gt = operation(arithmetic.gt, pd.Series, "gt")
    ge = operation(arithmetic.ge, pd.Series, "ge")

    ffill = filling.fill(wholes.ffill, pd.Series)
    bfill = filling.fill(wholes.bfill, pd.Series)
    cumsum = across(wholes.cumsum, pd.Series)
    cumprod = across(wholes.cumprod, pd.Series)
    cummax = across(wholes.cummax, pd.Series)
    cummin = across(wholes.cummin, pd.Series)
    drop_duplicates = across(wholes.drop_duplicates, pd.Series)
    duplicated = across(wholes.duplicated, pd.Series)
    sort_index = across(wholes.sort_index, pd.Series)
    sort_values = across(wholes.sort_values, pd.Series)

    count = reduction(reductions.count, pd.Series)
    sum = reduction(reductions.sum, pd.Series)
    prod = product = reduction(reductions.prod, pd.Series)
    mean = reduction(reductions.mean, pd.Series)
    min = reduction(reductions.min, pd.Series)
    max = reduction(reductions.max, pd.Series)
    var = reduction(reductions.var, pd.Series)
    std = reduction(reductions.std, pd.Series)
    sem = reduction(reductions.sem, pd.Series)
    any = reduction(reductions.any, pd.Series)
    all = reduction(reductions.all, pd.Series)
    nunique = reduction(reductions.nunique, pd.Series)

    # Order
    argsort = whole(wholes.argsort, pd.Series)
    interpolate = lifted(wholes.interpolate, pd.Series, filling.interpolate, Needs.BEFORE.value)
    nlargest = lifted(wholes.nlargest, pd.Series, few.largest("nlargest"), PARTIAL)
    nsmallest = lifted(wholes.nsmallest, pd.Series, few.largest("nsmallest"), PARTIAL)
    rank = lifted(wholes.rank, pd.Series, ranking.ranks, Needs.SORTED.value)
    searchsorted = whole(wholes.searchsorted, pd.Series)
    # Rows chosen
    asof = whole(wholes.asof, pd.Series)
    at_time = lifted(wholes.at_time, pd.Series, lifts.by_labels("at_time", "time"))
    between_time = lifted(
        wholes.between_time, pd.Series, lifts.by_labels("between_time", "start_time", "end_time", "inclusive")
    )
    case_when = whole(wholes.case_when, pd.Series)
    explode = lifted(wholes.explode, pd.Series, reshaping.explode)
    first_valid_index = whole(wholes.first_valid_index, pd.Series)
    last_valid_index = whole(wholes.last_valid_index, pd.Series)
    repeat = whole(wholes.repeat, pd.Series)
    squeeze = whole(wholes.squeeze, pd.Series)
    take = whole(wholes.take, pd.Series)
    truncate = whole(wholes.truncate, pd.Series)
    xs = whole(wholes.xs, pd.Series)
    # Neighbours
    asfreq = whole(wholes.asfreq, pd.Series)
    diff = shifting(wholes.diff, pd.Series)
    ewm = whole(wholes.ewm, pd.Series)
    expanding = expanding(pd.Series)
    pct_change = shifting(wholes.pct_change, pd.Series)
    resample = resampling(pd.Series)
    rolling = rolling(pd.Series)
    shift = shifting(wholes.shift, pd.Series)
    # Labels and shape
    T = whole_property(wholes.T, pd.Series)
    add_prefix = whole(wholes.add_prefix, pd.Series)
    add_suffix = whole(wholes.add_suffix, pd.Series)
    align = whole(wholes.align, pd.Series)
    drop = whole(wholes.drop, pd.Series)
    droplevel = lifted(wholes.droplevel, pd.Series, lifts.by_labels("droplevel", "level"))
    dropna = lifted(wholes.dropna, pd.Series, lifts.dropna)
    filter = whole(wholes.filter, pd.Series)
    get = whole(wholes.get, pd.Series)
    keys = whole(wholes.keys, pd.Series)
    reindex = whole(wholes.reindex, pd.Series)
    reindex_like = whole(wholes.reindex_like, pd.Series)
    rename = lifted(wholes.rename, pd.Series, lifts.rename_series)
    rename_axis = whole(wholes.rename_axis, pd.Series)
    reorder_levels = whole(wholes.reorder_levels, pd.Series)
    reset_index = lifted(wholes.reset_index, pd.Series, lifts.reset_index)
    set_axis = whole(wholes.set_axis, pd.Series)
    set_flags = whole(wholes.set_flags, pd.Series)
    swaplevel = lifted(wholes.swaplevel, pd.Series, lifts.by_labels("swaplevel", "i", "j"))
    to_frame = lifted(wholes.to_frame, pd.Series, lifts.to_frame)
    to_period = lifted(wholes.to_period, pd.Series, lifts.by_labels("to_period", "freq", needed="freq"))
    to_timestamp = whole(wholes.to_timestamp, pd.Series)
    transpose = whole(wholes.transpose, pd.Series)
    tz_convert = lifted(wholes.tz_convert, pd.Series, lifts.by_labels("tz_convert", "tz"))
    tz_localize = lifted(wholes.tz_localize, pd.Series, lifts.by_labels("tz_localize", "tz", "nonexistent"))
    unstack = whole(wholes.unstack, pd.Series)
    # Values
    apply = of_users(wholes.apply, pd.Series)
    combine = whole(wholes.combine, pd.Series)
    combine_first = lifted(wholes.combine_first, pd.Series, reshaping.combine_first, takes_lazy=True)
    compare = whole(wholes.compare, pd.Series)
    convert_dtypes = lifted(wholes.convert_dtypes, pd.Series, reshaping.convert_dtypes)
    divmod = whole(wholes.divmod, pd.Series)
    dot = whole(wholes.dot, pd.Series)
    factorize = whole(wholes.factorize, pd.Series)
    infer_objects = whole(wholes.infer_objects, pd.Series)
    map = of_users(wholes.map, pd.Series, reshaping.mapped)
    rdivmod = whole(wholes.rdivmod, pd.Series)
    replace = lifted(wholes.replace, pd.Series, reshaping.replace)
    transform = whole(wholes.transform, pd.Series)
    # Tables together
    # One value of many
    agg = lifted(wholes.agg, pd.Series, few.agg, PARTIAL)
    aggregate = lifted(wholes.aggregate, pd.Series, few.agg, PARTIAL)
    argmax = lifted(wholes.argmax, pd.Series, few.position("idxmax"), PARTIAL)
    argmin = lifted(wholes.argmin, pd.Series, few.position("idxmin"), PARTIAL)
    autocorr = lifted(wholes.autocorr, pd.Series, summaries.autocorr, PARTIAL)
    corr = lifted(wholes.corr, pd.Series, summaries.pair("corr"), PARTIAL, takes_lazy=True)
    cov = lifted(wholes.cov, pd.Series, summaries.pair("cov"), PARTIAL, takes_lazy=True)
    describe = lifted(wholes.describe, pd.Series, summaries.describe, PARTIAL)
    hasnans = whole_property(wholes.hasnans, pd.Series)
    idxmax = lifted(wholes.idxmax, pd.Series, few.extreme("idxmax"), PARTIAL)
    idxmin = lifted(wholes.idxmin, pd.Series, few.extreme("idxmin"), PARTIAL)
    is_monotonic_decreasing = summaries.is_monotonic("is_monotonic_decreasing")
    is_monotonic_increasing = summaries.is_monotonic("is_monotonic_increasing")
    is_unique = summaries.is_unique()
    kurt = lifted(wholes.kurt, pd.Series, summaries.powers("kurt"), PARTIAL)
    kurtosis = lifted(wholes.kurtosis, pd.Series, summaries.powers("kurtosis"), PARTIAL)
    median = lifted(wholes.median, pd.Series, summaries.median, PARTIAL)
    memory_usage = whole(wholes.memory_usage, pd.Series)
    mode = lifted(wholes.mode, pd.Series, few.mode, PARTIAL)
    quantile = lifted(wholes.quantile, pd.Series, summaries.quantile, PARTIAL)
    skew = lifted(wholes.skew, pd.Series, summaries.powers("skew"), PARTIAL)
    unique = lifted(wholes.unique, pd.Series, few.unique, PARTIAL)
    value_counts = lifted(wholes.value_counts, pd.Series, few.value_counts, PARTIAL)
    # For others than pandas
    array = whole_property(wholes.array, pd.Series)
    hist = whole(wholes.hist, pd.Series)
    info = whole(wholes.info, pd.Series)
    nbytes = whole_property(wholes.nbytes, pd.Series)
    to_clipboard = whole(wholes.to_clipboard, pd.Series)
    to_dict = whole(wholes.to_dict, pd.Series)
    to_excel = whole(wholes.to_excel, pd.Series)
    to_hdf = whole(wholes.to_hdf, pd.Series)
    to_json = whole(wholes.to_json, pd.Series)
    to_latex = whole(wholes.to_latex, pd.Series)
    to_list = whole(wholes.to_list, pd.Series)
    to_markdown = whole(wholes.to_markdown, pd.Series)
    to_numpy = whole(wholes.to_numpy, pd.Series)
    to_pickle = whole(wholes.to_pickle, pd.Series)
    to_sql = in_turn(wholes.to_sql, pd.Series, write_sql)
    to_string = whole(wholes.to_string, pd.Series)
    to_xarray = whole(wholes.to_xarray, pd.Series)
    tolist = whole(wholes.tolist, pd.Series)
    values = whole_property(wholes.values, pd.Series)

    # What can't be
    pop = unsupported("pop", pd.Series, "Use it on the result of .compute().")
    update = unsupported("update", pd.Series, "Use it on the result of .compute().")
    attrs = unsupported("attrs", pd.Series, "Set it on the result of .compute().")
    flags = unsupported("flags", pd.Series, "Look at it on the result of .compute().")
    from_arrow = unsupported("from_arrow", pd.Series, "Use lf.from_pandas(pd.Series.from_arrow(...)).")
