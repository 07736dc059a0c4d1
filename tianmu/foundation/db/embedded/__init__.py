"""Our own launcher of PostgreSQL: programs of the locked environment or the machine, one data folder per house.

Serves the promise that Python, git and make are all a machine needs. Standard library only, so that the light parent
process can use it.
"""
