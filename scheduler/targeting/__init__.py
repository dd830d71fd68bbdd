"""Audiences: who and where they are, and what each of them is told."""
