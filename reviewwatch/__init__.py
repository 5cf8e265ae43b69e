"""The program that puts the parts together."""
