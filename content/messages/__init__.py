"""Messages by area: functions that return a Card. Their sentences are in locales/, by the same areas."""
