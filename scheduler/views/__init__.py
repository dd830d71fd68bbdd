"""The screens of planning and publishing: a view parses, calls one verb, answers."""
