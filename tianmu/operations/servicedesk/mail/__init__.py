"""Letters of the service desk: fetched by IMAP from a mailbox, or received by SMTP."""
