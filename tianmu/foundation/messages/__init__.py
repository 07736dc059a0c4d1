"""Messages to a person inside the platform; mail and SMS leave through adapters of the same shape."""
