"""The language of calculated fields: read, checked and typed here, compiled to Ibis in `engine`; never SQL."""
