"""What each message says, by area: functions from facts to a Card. Sentences are in locales/, by the same areas."""
