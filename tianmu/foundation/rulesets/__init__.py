"""Rule sets: thresholds, intervals, forms, prices and readings as versioned data with effective dates.

Every judgement stores the version that made it. A version once loaded never changes; a change is a new version.
"""
