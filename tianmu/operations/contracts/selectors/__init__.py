"""What people read of the contract."""
