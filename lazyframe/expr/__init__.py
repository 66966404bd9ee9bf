"""The plan: a query as a tree of steps, the passes that make it cheaper, and the tasks that it becomes."""
