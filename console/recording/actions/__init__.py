"""What this app does that stands in the audit trail. Each module has one noun; apps.py imports them all."""
