"""运维服务合同: the service contract as data and rules (contract, main text and annex 2).

Obligations with owner, due instant and evidence; facts recorded once; fines, caps, payments, interest and compensation
computed to the fen with clause and reading; the yearly statement that both parties sign.
"""
