"""Documents: drafted, signed, amended. A signed version is immutable in the database and chained by hash."""
