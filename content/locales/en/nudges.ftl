### Reminders: friendly appeals. Never a reproach, never a countdown.

nudge-second-gift-title = Thank you again for your gift
nudge-second-gift = Some time ago you gave to “{ $campaign }”. The campaign is still open, and a second gift would help it along.
nudge-last-day-title = The campaign ends soon
nudge-last-day = “{ $campaign }” ends on { $day }. If you would like to add something, there is still time.
nudge-last-day-undated = “{ $campaign }” ends soon. If you would like to add something, there is still time.
nudge-lapsing-title = News from the campaign
nudge-lapsing = You have supported { $charity } before. “{ $campaign }” is open now.
nudge-nearly-there-title = Almost at the goal
nudge-nearly-there = “{ $campaign }” is only { $missing } away from its goal.
nudge-match-open-title = Your gift would count twice
nudge-match-open = Until { $day }, gifts to “{ $campaign }” are matched.
nudge-match-open-undated = Right now, gifts to “{ $campaign }” are matched.
nudge-not-now = Not now
nudge-stop = No more reminders
nudge-note = You are getting this because you agreed to reminders.
nudge-later-title = Noted
nudge-later = No reminder before { $day }.
nudge-stopped-title = Stopped
nudge-stopped = No more reminders. Replies and thank-yous will still reach you.

## Consent, asked once after the first gift
consent-title = Would you like to hear more?
consent-line = Everything is off for now. Choose what you would like to get from { $charity }; you won’t get anything else.

## Impact update and year
bilan-title = What your gift did
bilan-line = On { $day } you gave { $amount } to “{ $campaign }”.
bilan-together = { $donors } people have given so far, and the campaign has raised { $raised }.
bilan-thanks = Thank you for being part of it.
year-title = Your year { $year }
year-line = { $gifts ->
    [one] One gift, { $total } in all.
   *[other] { $gifts } gifts, { $total } in all.
}
year-thanks = Thank you from { $charity }.
consent-none = No thanks
consent-more = More choices
consent-none-title = Noted
consent-none-line = You will only get replies to what you do, such as a thank-you after a gift.
