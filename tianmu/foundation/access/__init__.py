"""Who may do what, and where: accounts, roles, rights, and the tree of scopes along which rights reach."""
