"""Every write of the service desk."""
