"""`python -m dragoman`, and the command `dragoman`."""

import gc


def run() -> None:
    """Run one command.

    Start-up makes objects that stay: until the command begins, collections would walk them for
    nothing, at a sixth of the time.
    """
    gc.disable()
    from dragoman.cli import main

    main()


if __name__ == "__main__":
    run()
