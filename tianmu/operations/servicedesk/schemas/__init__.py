"""What goes in and out of the service desk's part of the API."""
