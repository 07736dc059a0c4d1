"""`tianmu serve`: a light parent that keeps database, web and job processes running and ends them together.

The parent uses the standard library only and imports no Django, so that it costs little memory.
"""
