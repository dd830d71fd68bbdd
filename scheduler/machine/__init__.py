"""The parts of the publication machine: the bell, the leases, the moves, the allowances, the threads."""
