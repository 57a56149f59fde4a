"""What is said on the wire, checked against the services' published API descriptions.

- recording: `recorder.py` (proxies in front of the services and of us), `exchanges.py` and `multipart.py` (bodies)
- checking: `check.py` (one exchange), `stripe_wire.py`, `schemas.py` (values), `formats.py`, `descriptions.py`
- what is published: `data` (trimmed descriptions), `rules` (what is said in prose only)
- renewing the data: `update.py`, `convert.py`, `convert_stripe.py`, `trim.py`
- measuring the check: `mutations.py`, `unnoticed.py`

The tests that record scenarios are the `test_*.py` named after them.
"""
