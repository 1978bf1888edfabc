"""One module per category; each has `ROUTES`, and routing.py finds them all."""
