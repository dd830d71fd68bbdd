"""Trouble: what is usual on a channel, what is not, and what is done about it."""
