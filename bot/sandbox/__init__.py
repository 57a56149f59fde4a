"""Fakes of Telegram, Discord and Stripe that speak their wire protocols. Imports nothing else of the project."""
