"""Printing: pages as PDF with embedded Chinese fonts, exact to the millimetre (every report and form on paper)."""
