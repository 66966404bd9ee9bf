"""Methods for whose result a partition's own rows are not enough, a line each.

Those that say nothing of their needs gather all rows in one place.
"""

from collections.abc import Sequence
from typing import Any

from lazyframe.ops.op import Needs, Whole
from lazyframe.record import record

# Lifted: rows meet, and are not gathered
cumsum = Whole("cumsum", Needs.BEFORE, params=("skipna",), keeps_rows=True)
cumprod = Whole("cumprod", Needs.BEFORE, params=("skipna",), keeps_rows=True)
cummax = Whole("cummax", Needs.BEFORE, params=("skipna",), keeps_rows=True)
cummin = Whole("cummin", Needs.BEFORE, params=("skipna",), keeps_rows=True)
ffill = Whole("ffill", Needs.BEFORE, keeps_rows=True)
bfill = Whole("bfill", Needs.BEFORE, keeps_rows=True, is_backwards=True)
shift = Whole("shift", Needs.NEAR, params=("periods", "fill_value"), keeps_rows=True, factor=3)
diff = Whole("diff", Needs.NEAR, params=("periods",), keeps_rows=True, factor=2.1)
pct_change = Whole("pct_change", Needs.NEAR, params=("periods",), keeps_rows=True, factor=4)
drop_duplicates = Whole("drop_duplicates", Needs.GROUP, params=("subset", "keep"), keys="subset")
duplicated = Whole("duplicated", Needs.GROUP, params=("subset", "keep"), keys="subset", keeps_rows=True)
sort_index = Whole("sort_index", Needs.SORTED, params=("ascending", "na_position", "kind"))
sort_values = Whole("sort_values", Needs.SORTED, params=("by", "ascending", "na_position", "kind"), keys="by")

# Order
argsort = Whole("argsort", factor=6.2)
interpolate = Whole("interpolate", factor=7.4, is_known=True)
nlargest = Whole("nlargest", is_known=True)
nsmallest = Whole("nsmallest", is_known=True)
rank = Whole("rank", factor=5.5, is_known=True)
searchsorted = Whole("searchsorted")

# Rows chosen
asof = Whole("asof")
at_time = Whole("at_time")
between_time = Whole("between_time")
case_when = Whole("case_when")
explode = Whole("explode", factor=4)
first_valid_index = Whole("first_valid_index")
last_valid_index = Whole("last_valid_index")
repeat = Whole("repeat")
squeeze = Whole("squeeze")
take = Whole("take")
truncate = Whole("truncate")
xs = Whole("xs")

# Neighbours
asfreq = Whole("asfreq")
ewm = Whole("ewm", factor=4)
expanding = Whole("expanding", factor=3.1)
resample = Whole("resample", factor=2.6)
rolling = Whole("rolling", factor=9)

# Labels and shape
T = Whole("T", factor=3)
add_prefix = Whole("add_prefix")
add_suffix = Whole("add_suffix")
align = Whole("align")
drop = Whole("drop")
droplevel = Whole("droplevel")
dropna = Whole("dropna")
filter = Whole("filter")
get = Whole("get")
keys = Whole("keys")
melt = Whole("melt", columns=("id_vars", "value_vars"), factor=4.5)
pivot = Whole("pivot", columns=("values", "index", "columns"), factor=3.1)
pivot_table = Whole("pivot_table", columns=("values", "index", "columns"), factor=3.1)
reindex = Whole("reindex")
reindex_like = Whole("reindex_like")
rename = Whole("rename")
rename_axis = Whole("rename_axis")
reorder_levels = Whole("reorder_levels")
reset_index = Whole("reset_index")
select_dtypes = Whole("select_dtypes")
set_axis = Whole("set_axis")
set_flags = Whole("set_flags")
set_index = Whole("set_index")
stack = Whole("stack", factor=7.5)
swaplevel = Whole("swaplevel")
to_frame = Whole("to_frame")
to_period = Whole("to_period")
to_timestamp = Whole("to_timestamp")
transpose = Whole("transpose", factor=3)
tz_convert = Whole("tz_convert")
tz_localize = Whole("tz_localize")
unstack = Whole("unstack", factor=4)

# Values
apply = Whole("apply", factor=11)
assign = Whole("assign")
combine = Whole("combine", factor=4)
combine_first = Whole("combine_first", factor=3)
compare = Whole("compare", factor=4)
convert_dtypes = Whole("convert_dtypes", factor=3)
divmod = Whole("divmod")
dot = Whole("dot", factor=3)
eval = Whole("eval", factor=3)
factorize = Whole("factorize", factor=3)
infer_objects = Whole("infer_objects")
map = Whole("map", factor=5.5)
query = Whole("query", factor=2)
rdivmod = Whole("rdivmod")
replace = Whole("replace")
transform = Whole("transform", factor=2.6)

# Tables together
corrwith = Whole("corrwith")
join = Whole("join", factor=2)
merge = Whole("merge", factor=3.1)

# One value of many
agg = Whole("agg")
aggregate = Whole("aggregate")
argmax = Whole("argmax")
argmin = Whole("argmin")
autocorr = Whole("autocorr")
corr = Whole("corr", factor=2.2)
cov = Whole("cov", factor=2.2)
describe = Whole("describe", factor=2.6)
hasnans = Whole("hasnans")
idxmax = Whole("idxmax")
idxmin = Whole("idxmin")
kurt = Whole("kurt", factor=3)
kurtosis = Whole("kurtosis", factor=3)
median = Whole("median", factor=4)
memory_usage = Whole("memory_usage")
mode = Whole("mode", factor=2.1)
quantile = Whole("quantile", factor=3)
skew = Whole("skew", factor=3)
unique = Whole("unique")
value_counts = Whole("value_counts", columns=("subset",), factor=3)

# For others than pandas
array = Whole("array", is_eager=True)
boxplot = Whole("boxplot", columns=("column",), is_eager=True)
hist = Whole("hist", columns=("column",), is_eager=True)
info = Whole("info", is_eager=True)
nbytes = Whole("nbytes", is_eager=True)
to_clipboard = Whole("to_clipboard", is_eager=True)
to_dict = Whole("to_dict", factor=6, is_eager=True)
to_excel = Whole("to_excel", is_eager=True)
to_feather = Whole("to_feather", is_eager=True)
to_hdf = Whole("to_hdf", is_eager=True)
to_html = Whole("to_html", factor=8, is_eager=True)
to_iceberg = Whole("to_iceberg", is_eager=True)
to_json = Whole("to_json", factor=4, is_eager=True)
to_latex = Whole("to_latex", factor=8, is_eager=True)
to_list = Whole("to_list", factor=6, is_eager=True)
to_markdown = Whole("to_markdown", factor=8, is_eager=True)
to_numpy = Whole("to_numpy", factor=2, is_eager=True)
to_orc = Whole("to_orc", is_eager=True)
to_pickle = Whole("to_pickle", is_eager=True)
to_records = Whole("to_records", factor=3, is_eager=True)
to_sql = Whole("to_sql", is_eager=True)
to_stata = Whole("to_stata", is_eager=True)
to_string = Whole("to_string", factor=8, is_eager=True)
to_xarray = Whole("to_xarray", is_eager=True)
to_xml = Whole("to_xml", is_eager=True)
tolist = Whole("tolist", factor=6, is_eager=True)
values = Whole("values", factor=2, is_eager=True)


@record()
class CallMethod:
    """A call of a method of pandas with options, in which lists are tuples."""

    name: str
    options: tuple[tuple[str, Any], ...]

    def __call__(self, part: Any, *others: Any) -> Any:
        options = {name: list(value) if isinstance(value, tuple) else value for name, value in self.options}
        return getattr(part, self.name)(*others, **options)


def keys_of(op: Whole, options: Sequence[tuple[str, Any]]) -> tuple[Any, ...]:
    """Return the columns by which rows meet; none where there is but one, or all count."""
    given = dict(options).get(op.keys)
    return tuple(given) if isinstance(given, list | tuple) else () if given is None else (given,)


FACTORS = {"groupby": 2.6} | {op.name: op.factor for op in list(vars().values()) if isinstance(op, Whole)}
"""How many times the size of its input a method needs, by its name; see `ops.op.Whole`."""
