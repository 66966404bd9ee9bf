"""What reads a block: the kernel, pyarrow or pandas."""
