"""What this app's services return: frozen, complete, and without a way to the cloud. Each module has one noun."""
