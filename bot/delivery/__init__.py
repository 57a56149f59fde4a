"""The outbox loop: claim, pace, render, send, mark. Decides nothing about who is written to."""
