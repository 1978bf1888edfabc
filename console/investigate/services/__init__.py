"""What this app does and knows. Each module has one noun; views import the modules."""
