"""The report designer (报表): governed data sets, definitions that people make without a word of SQL, versions,
schedules and files. Serves the contract's 统计分析 and 自定义报表; every built-in report is a template of the designer.

`rules` and `engine` are pure: definition and rows go in, a grid comes out, on DuckDB and on Spark alike.
"""
