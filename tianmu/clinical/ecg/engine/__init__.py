"""The ECG engine: files, beats, waves, measurements, statements. Pure numpy and scipy; no database, web or clock."""
