"""What supporters read and see: sentences, cards, pictures. No I/O but its own files; no platform."""
