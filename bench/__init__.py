"""Speed and quality beside peers, in one run, as ratios (make bench). Not part of the product."""
