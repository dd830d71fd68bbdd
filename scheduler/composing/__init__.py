"""Writing a post: what is typed, checked, offered, kept and compared."""
