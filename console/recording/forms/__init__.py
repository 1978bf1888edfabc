"""What people fill in. Each module has the forms of one noun."""
