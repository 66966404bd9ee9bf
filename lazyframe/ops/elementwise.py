"""pandas' methods that work row by row, a line each."""

from lazyframe.ops.op import Elementwise

abs = Elementwise("abs", scan=("n",))
astype = Elementwise("astype", params=("dtype",))
between = Elementwise("between", params=("left", "right", "inclusive"), scan=("nnn", "inn", "ttt", "ddd"))
clip = Elementwise("clip", params=("lower", "upper"))
fillna = Elementwise("fillna", params=("value",))
isin = Elementwise("isin", params=("values",), scan=("nn", "in", "tt", "dd"))
isna = Elementwise("isna", scan=("*",))
notna = Elementwise("notna", scan=("*",))
round = Elementwise("round", params=("decimals",))
