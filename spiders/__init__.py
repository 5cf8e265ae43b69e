"""From a publisher's page to entries. One module per source kind; `engine` runs them, `parsing` reads text."""
