"""Everything that stands an SMO up on one machine: packages, assets, embedded services, and the processes it consists of."""
