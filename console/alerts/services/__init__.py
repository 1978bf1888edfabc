"""What pages and the tick call."""
