### Reminders, as staff see them.

staff-nudges-title = Reminders
staff-nudges-line = { $policy }: { $state }
staff-nudges-on = on
staff-nudges-off = off
staff-nudges-lacks = off: a text is missing in one language
staff-nudges-wrong = off: its numbers contradict each other
staff-nudges-held = All reminders are paused. Nothing goes out.
staff-nudges-hold = Pause all
staff-nudges-release = Resume all
staff-nudges-report = Do they work?
staff-nudges-preview = Coming up
staff-nudges-back = All reminders
staff-nudges-second-gift = Second gift
staff-nudges-last-day = Last day
staff-nudges-lapsing = Long absence
staff-nudges-nearly-there = Nearly there
staff-nudges-match-open = Matched gifts
staff-nudges-second-gift-what = Sent { $from } to { $to } days after a first gift.
staff-nudges-last-day-what = Sent in a campaign’s last 24 hours, to people who have given before.
staff-nudges-lapsing-what = Sent when someone has been away for { $rhythm } times their usual gap between gifts.
staff-nudges-nearly-there-what = Sent from { $percent }% of the goal, to people who have given before.
staff-nudges-match-open-what = Sent while gifts are matched, to people who gave in the past year.
staff-nudges-held-out = Comparison group: { $percent }% of people get no reminders, so that the effect can be measured.
staff-nudges-text = Text { $number }: { $text }
staff-nudges-text-own = Text: Obole’s default.
staff-nudges-text-lacks = Text { $number }: missing in { $languages }.
staff-nudges-turn-on = Turn on
staff-nudges-turn-off = Turn off
staff-nudges-numbers = Change the numbers
staff-nudges-write = Write text { $number } in { $language }
staff-nudges-own = Use Obole’s text
staff-nudges-fewer = Comparison group to 10%
staff-nudges-more = Comparison group to 50%
staff-nudges-saved = Saved.
staff-nudges-new-text = Read this text in { $language } and, above, the reminder as people will see it. Nothing changes until you tap “Use this text”, within 15 minutes.
staff-nudges-new-text-use = Use this text
staff-nudges-new-text-edit = Change it
staff-nudges-new-text-drop = Cancel
staff-nudges-new-text-gone = This text is no longer waiting: it is already in use, it was changed, or the 15 minutes to read it have passed.
staff-nudges-ask-text = Write the text in { $language }, in one or two sentences. The title, the amounts and the buttons to stop are added automatically.
staff-nudges-ask-text-label = Text
staff-nudges-too-long = That is { $over } characters too long. Nothing is lost: send a shorter version.
staff-nudges-ask-numbers-label = Numbers
staff-nudges-ask-days = Write two numbers of days, for example 10 19. The first must be from 8 to 365, the second larger.
staff-nudges-ask-rhythm = Write a number from 1 to 10, for example 1.5.
staff-nudges-ask-percent = Write a percentage from 50 to 99, for example 85.
staff-nudges-not-numbers = Those numbers don’t work.
staff-nudges-fr = French
staff-nudges-en = English
staff-nudges-none-due = No reminders are due in the next three days.
staff-nudges-due = { $day }: { $policy }, { $people ->
    [one] one person
   *[other] { $people } people
}
staff-nudges-due-both = This includes the comparison group, which gets nothing.
staff-nudges-arms = { $policy }: { $sent } people got a reminder, and { $sentgave } of them gave within { $days } days; { $held } were in the comparison group, and { $heldgave } of them gave.
staff-nudges-too-few = Too few people to say anything yet.
staff-nudges-too-small = For a useful answer you need about { $needed } people; so far there { $people ->
    [0] are none
    [one] is one
   *[other] are { $people }
}. Until then, don’t judge reminders by these numbers.
staff-nudges-cannot-tell = Too early to tell: with { $people } people, only a difference of { $smallest } points or more would show.
staff-nudges-cannot-tell-times = Too early to tell: with { $people } people, gifts would have to be { $times } times as frequent for it to show.
staff-nudges-works = Reminders work: between { $low } and { $high } more gifts per 100 people.
staff-nudges-harms = Reminders do harm: between { $low } and { $high } fewer gifts per 100 people.
staff-nudges-money = Per person: { $lift } ({ $low } to { $high }), counting at most { $cap } per person. This range holds if you look once, not if you check every day.
staff-nudges-pulled = After { $days } days: a difference of { $lift } points ({ $low } to { $high }). If the effect fades, reminders only brought gifts forward.
staff-nudges-texts = Text 2 compared with text 1: a difference of { $lift } points ({ $low } to { $high }).
staff-nudges-ends = Sent: { $sent }. Unsubscribed: { $stopped }. Blocked the bot: { $blocked }. Chose “Not now”: { $later }.
staff-nudges-credited = Gifts through a reminder: { $gifts }, { $total }.
staff-nudges-nothing-yet = No reminders have been sent or held back yet.
command-nudges = Team: reminders
staff-offer-on = Test of the monthly offer: { $percent }% of new donors are not offered a monthly gift.
staff-offer-off = Test of the monthly offer: off.
staff-offer-too-small = Of about { $needed } people that a useful answer takes, { $people } have been counted. Each is counted after { $days } days. No result is shown before.
staff-offer-arms = Of { $asked } people who were offered a monthly gift, { $began } began one within { $days } days; of { $left } who were not, { $leftbegan }.
staff-offer-sure = The difference is between { $low } and { $high } points (at 95%, however often you look).
staff-offer-works = The offer brings monthly gifts: end the test, so that everyone is offered one.
staff-offer-harms = The offer keeps people from giving monthly.
staff-offer-open = It is too early to tell whether the offer makes a difference.
