"""Files: brought, kept, shown, cut, made to fit, given to networks, thrown away."""
