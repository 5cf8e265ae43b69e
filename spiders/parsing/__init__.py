"""Pure functions that read what publishers print: headings, dates, kinds, roles, links."""
