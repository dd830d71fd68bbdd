"""`python -m sandbox --port 8800 --store DIR`"""

from sandbox.app import main

main()
