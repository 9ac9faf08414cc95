"""The front door, and the only part that knows both the pages and the workers.

    python -m launch run                  set-up, then the stack: what `make run` does
    python -m launch setup                migrations, reference tables, demonstration records
    python -m launch stack                Redis (if REDIS_URL is unset), web, two workers and a clock on this machine
    python -m launch web                  one of them alone, for a container or a systemd unit
    python -m launch worker questions | errands
    python -m launch clock                exactly one of these, whatever the number of machines
    python -m launch create-admin EMAIL   the platform's first administrator

What prevents a start is one French sentence on the error output, and exit code 2.

``checks`` says beforehand what would prevent it, ``roles`` is one process each, ``stack`` is all of them together.
"""
