"""运维服务台: the service desk of the O&M contract, from a message in a work group to the fact that contracts judge.

Serves main text article 2 and annex 2 sections 1.2, 2.2, 3.2 and 5 (O-005, 050-053, 073-088, 100-104). Money never
lives here: incidents, demands and clocks are told to the room `contracts` as facts.
"""
