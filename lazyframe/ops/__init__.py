"""Work on one partition with pandas, and the tables of ops."""
