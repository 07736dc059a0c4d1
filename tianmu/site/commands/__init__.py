"""The site's own commands, one file per first word of `tianmu`."""
