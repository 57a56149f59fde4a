"""Updates that staff send to many people: planned, sent, corrected and measured."""
