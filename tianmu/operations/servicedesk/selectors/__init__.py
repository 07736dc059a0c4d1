"""Every read of the service desk; the actor comes first."""
