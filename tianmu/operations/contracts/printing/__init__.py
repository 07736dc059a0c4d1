"""The settlement statement on paper and as a workbook: from its inputs alone, byte for byte the same each time."""
