"""What watches runs."""
