"""What differs between machines, and what we watch."""
