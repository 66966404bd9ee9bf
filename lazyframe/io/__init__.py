"""Reading: what sources there are, and how a partition of each is read."""
