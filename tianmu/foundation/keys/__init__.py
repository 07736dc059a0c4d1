"""Turning over the keys of sealed columns while the platform runs (密码应用: SM4 can be chosen)."""
