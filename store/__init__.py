"""The archive: each review once, with all that is known of it. Only this package writes SQL."""
