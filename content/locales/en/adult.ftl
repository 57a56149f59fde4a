### Under 18.

adult-title = Are you 18 or over?
adult-why = We ask this once, before a monthly gift, and keep only your answer and the day.
adult-yes = Yes
adult-no = No
adult-refused-title = Thank you for wanting to help
adult-refused = Monthly gifts are for people who are 18 or over. You can still give once, up to { $amount }, and you will get no reminders.
adult-refused-parent = Is this a mistake, or does a parent have a question? Write to us here, and a person will answer.
adult-once = Give once
staff-age-button = Age…
staff-age-title = 18 or over?
staff-age-unknown = Nothing is recorded about this person’s age.
staff-age-is-adult = Recorded on { $day }: 18 or over.
staff-age-is-minor = Recorded on { $day }: under 18. No monthly gifts, no reminders, and single gifts up to about $20.
staff-age-minor-means = If you record “under 18”: no more monthly gifts or reminders, and single gifts up to about $20.
staff-age-ends = { $number ->
    [one] Their monthly gift then ends at once, and they are notified.
   *[other] Their { $number } monthly gifts then end at once, and they are notified.
}
staff-age-pending = { $number ->
    [one] Stripe has not ended their monthly gift yet. Obole tries again every minute.
   *[other] Stripe has not ended { $number } of their monthly gifts yet. Obole tries again every minute.
}
staff-age-unproved = { $number ->
    [one] One monthly gift through their link is not confirmed, so another person may be paying it: it continues. Check it at Stripe.
   *[other] { $number } monthly gifts through their link are not confirmed, so other people may be paying them: they continue. Check them at Stripe.
}
staff-age-adult-means = If you record “18 or over”: everything is possible again. Nothing starts without this person.
staff-age-logged = A correction is logged, without a name. Monthly gifts that have ended stay ended.
staff-age-to-minor = Record: under 18
staff-age-to-adult = Record: 18 or over
staff-age-gone = This person asked to be forgotten: there is nothing left to correct.
