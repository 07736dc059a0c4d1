"""The columnar copy of the data sets: Parquet files with a manifest that changes at one stroke."""
