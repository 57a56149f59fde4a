### A supporter has died.

staff-deceased-button = Deceased…
staff-deceased-title = A death
staff-deceased-what = Obole will send this person nothing more: no thank-yous, reminders, news or answers. Nobody is notified.
staff-deceased-monthly = { $number ->
    [one] Their monthly gift ends at once.
   *[other] Their { $number } monthly gifts end at once.
}
staff-deceased-unproved = { $number ->
    [one] One monthly gift through their link is not confirmed, so another person may be paying it: it continues. Check it at Stripe.
   *[other] { $number } monthly gifts through their link are not confirmed, so other people may be paying them: they continue. Check them at Stripe.
}
staff-deceased-ask = How do you know? Your answer is logged, without a name.
staff-deceased-mistake = If this turns out to be a mistake, an owner can undo it. Monthly gifts stay ended.
staff-deceased-family = From the family
staff-deceased-notice = From an obituary
staff-deceased-other = Another way
staff-deceased-since = Recorded as deceased on { $day }. Obole sends this person nothing more.
staff-deceased-pending = { $number ->
    [one] Stripe has not ended their monthly gift yet. Obole tries again every minute.
   *[other] Stripe has not ended { $number } of their monthly gifts yet. Obole tries again every minute.
}
staff-deceased-undo = It was a mistake
staff-deceased-undone = This person is no longer recorded as deceased, and may get messages again. What was not sent in the meantime is not sent now, and monthly gifts stay ended.
staff-deceased-gone = This person asked to be forgotten: there is nothing left to stop.
