"""Watching: what people should hear of, found by looking at the rows; nothing of it happens while a post is being published."""
