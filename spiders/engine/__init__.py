"""Runs a spider as a polite, limited child process: settings, middlewares, collecting, fetching of documents."""
