"""Ways out of the house: an HTTP gateway for short messages, an SMTP server for mail; both named by the environment."""
