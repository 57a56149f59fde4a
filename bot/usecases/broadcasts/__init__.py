"""Updates that staff send to many: planned, sent, corrected, measured."""
