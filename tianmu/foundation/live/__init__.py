"""What happens now, in every open browser: short facts by NOTIFY, streamed as server-sent events."""
