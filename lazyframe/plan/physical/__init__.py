"""What runs: nodes that give tasks."""
