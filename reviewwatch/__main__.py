"""`python -m reviewwatch`: the same as the command `reviewwatch`."""

from reviewwatch.cli import main

if __name__ == "__main__":
    main()
