"""What holds for a process: settings, which executor runs, what runs have taught, clusters."""
