"""What users hold: thin objects that hold a plan."""
