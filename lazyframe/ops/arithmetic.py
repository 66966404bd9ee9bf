"""Operators, a line each."""

import operator

from lazyframe.ops.op import Elementwise

COMPARABLE = ("nn", "in", "ni", "ii", "bb", "tt", "dd")

add = Elementwise("add", operator.add, scan=("nn",))
sub = Elementwise("sub", operator.sub, scan=("nn",))
mul = Elementwise("mul", operator.mul, scan=("nn",))
truediv = Elementwise("truediv", operator.truediv, scan=("nn",))
floordiv = Elementwise("floordiv", operator.floordiv)
mod = Elementwise("mod", operator.mod)
pow = Elementwise("pow", operator.pow)
pos = Elementwise("pos", operator.pos)
neg = Elementwise("neg", operator.neg, scan=("n",))
eq = Elementwise("eq", operator.eq, scan=COMPARABLE)
ne = Elementwise("ne", operator.ne, scan=COMPARABLE)
lt = Elementwise("lt", operator.lt, scan=COMPARABLE)
le = Elementwise("le", operator.le, scan=COMPARABLE)
gt = Elementwise("gt", operator.gt, scan=COMPARABLE)
ge = Elementwise("ge", operator.ge, scan=COMPARABLE)
and_ = Elementwise("and", operator.and_, scan=("bb",))
or_ = Elementwise("or", operator.or_, scan=("bb",))
xor = Elementwise("xor", operator.xor, scan=("bb",))
invert = Elementwise("invert", operator.invert, scan=("b",))
