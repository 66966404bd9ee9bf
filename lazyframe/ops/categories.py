"""The methods of categories, a line each."""

from lazyframe.ops.op import Accessor, AccessorMethod, Needs

codes = Accessor("codes", "cat", "codes")
add_categories = AccessorMethod("add_categories", "cat")
as_ordered = AccessorMethod("as_ordered", "cat")
as_unordered = AccessorMethod("as_unordered", "cat")
remove_categories = AccessorMethod("remove_categories", "cat")
rename_categories = AccessorMethod("rename_categories", "cat")
reorder_categories = AccessorMethod("reorder_categories", "cat")
set_categories = AccessorMethod("set_categories", "cat")
remove_unused_categories = AccessorMethod("remove_unused_categories", "cat", Needs.ALL)
