"""Folders of CSV files as a source."""
