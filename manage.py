#!/usr/bin/env python
"""SMO's command line. `up` comes before Django: it makes the environment that settings read."""

import os
import sys

from django.core.management import execute_from_command_line

from smo.up.command import main as up

if __name__ == "__main__":
    if sys.argv[1:] == ["up"]:
        sys.exit(up())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smo.settings")
    execute_from_command_line(sys.argv)
