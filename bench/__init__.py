"""Measurements of the publishing machine: `make bench` prints a table and writes bench/latest.json."""
