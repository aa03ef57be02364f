"""What bench-regression.py is made of."""
