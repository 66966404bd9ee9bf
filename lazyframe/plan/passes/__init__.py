"""Rewrites of a plan, one a file."""
