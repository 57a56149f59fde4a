"""The scenario played with sandbox and app: a web page and a tour in the terminal."""
