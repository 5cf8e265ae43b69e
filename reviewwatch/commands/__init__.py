"""The commands, a module for each noun. What they need is imported when they run."""
