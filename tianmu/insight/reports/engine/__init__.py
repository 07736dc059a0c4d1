"""From a checked definition to Ibis expressions, and from those to rows: on DuckDB here, on Spark where asked."""
