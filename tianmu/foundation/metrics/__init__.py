"""Figures for Prometheus: what every process counts, what the database knows, and the page that shows both."""
