"""The screens of people and channels: a view parses, calls one verb, answers."""
