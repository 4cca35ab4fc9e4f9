"""`python -m slidegen`."""

from slidegen.cli import main

main()
