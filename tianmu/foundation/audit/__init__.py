"""Who did and who saw what: lines that are only ever appended (ecg.md 13, 个人信息保护法, house.md section 3)."""
