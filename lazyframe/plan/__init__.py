"""A query as a tree of nodes, and what is known of it before it runs."""
