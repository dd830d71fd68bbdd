"""The demo: a soft-drink maker's workspace that looks as if it had been in use for weeks. `manage.py demo` fills it.

Everything in it went the way that people and workers go: posts are scheduled by the planning verbs, sent by the
publication machine to the practice networks, and can be opened there. The same every time, but for the day it is seeded.
"""
