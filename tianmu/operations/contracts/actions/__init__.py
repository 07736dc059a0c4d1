"""What people do with the contract: terms and readings, facts, fines, duties, statements."""
