"""Supervision of the county's ECG service: one definition of each indicator, the map, the wall.

Serves 监管平台 and 区域大数据监管平台 (地图管理, 统计分析) of the contract's list of systems; ecg.md section 12. It
owns no tables: every figure is counted by the database from the rows of the ECG room, and opens to them.
"""
