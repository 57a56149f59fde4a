# Overview: the same lines in chat, in the terminal, in the weekly digest and on the picture.
overview-todo = To do: { $what }.
overview-todo-none = Nothing is waiting for the team.
overview-todo-messages = { $number ->
    [one] { $number } message without an answer
   *[other] { $number } messages without an answer
}
overview-todo-reports = { $number ->
    [one] { $number } report
   *[other] { $number } reports
}
overview-todo-disputes = { $number ->
    [one] { $number } dispute
   *[other] { $number } disputes
}
overview-todo-due = answer due by { $day }
overview-todo-approvals = { $number ->
    [one] { $number } approval
   *[other] { $number } approvals
}
overview-campaign = { $name }: { $raised } of { $goal } ({ $percent }%)
overview-campaign-outside = including { $money } outside Obole
overview-campaign-days = { $days ->
    [0] ended
    [one] last day
   *[other] { $days } days left
}
overview-campaigns-more = And { $number ->
    [one] { $number } more campaign
   *[other] { $number } more campaigns
}.
overview-week = This week: { $total } from { $donors ->
    [0] nobody known
    [one] { $donors } person, { $new } for the first time
   *[other] { $donors } people, { $new } for the first time
}.
overview-week-quiet = This week: no gifts.
overview-week-before = Same days the week before: { $total }.
overview-bank = In the bank: { $money } on { $day }.
overview-bank-coming = Next: { $money } on { $day }.
overview-bank-at-stripe = Still at Stripe: { $money }.
overview-nothing = nothing
overview-since-start = From the start
overview-since = Since { $day }
overview-until = Until { $day }
overview-between = { $first } to { $last }
overview-of-campaign = { $name }: { $days }
overview-period-none = { $days }: no gifts.
overview-donors-all = Donors: { $donors }.
overview-donors = Donors: { $donors }, of whom { $new } new and { $returning } returning.
overview-donors-before = Period before: { $donors }.
overview-frequency = Frequency: { $each } gifts per donor.
overview-again = { $percent }% gave again within 90 days (between { $low } and { $high }%).
overview-amount = Amount: { $total } in { $gifts ->
    [one] { $gifts } gift
   *[other] { $gifts } gifts
}.
overview-amount-typical = Average gift { $average }, median gift { $median }.
overview-amount-outside = Outside Obole: { $outside }.
overview-before = Period before: { $total }.
overview-last-year = A year earlier: { $total }.
overview-friends = Through friends: { $came ->
    [0] nobody came
    [one] { $came } person came
   *[other] { $came } people came
}{ $came ->
    [0] .
   *[other] { $gave ->
        [0] , none gave yet.
       *[other] , { $gave } gave.
    }
}
overview-friends-gifts = { $total } in { $gifts ->
    [one] { $gifts } gift
   *[other] { $gifts } gifts
} through an invite.
overview-not-yet = Too early to tell who gives again: it takes 90 days after a first gift.
overview-not-yet-few = Too few first gifts to tell how many people give again.
overview-unknown = No campaign or period is called “{ $text }”. Try for example /stats month, /stats 2026-11 or /stats followed by a campaign’s short name.
overview-details = Details
overview-pick-week = Week
overview-pick-month = Month
overview-pick-year = Year
overview-pick-all = From the start
overview-pick-days = { $days } days
picture-overview-donors = { $donors ->
    [0] nobody known
    [one] { $donors } donor
   *[other] { $donors } donors
}
picture-overview-new = { $new } new
picture-overview-average = average gift { $average }
picture-overview-median = median { $median }
picture-overview-gifts = { $gifts ->
    [one] { $gifts } gift
   *[other] { $gifts } gifts
}
picture-overview-again = { $percent }% give again
picture-overview-between = between { $low } and { $high }%
picture-overview-friends = { $came ->
    [0] no friends
   *[other] { $came } through friends
}
picture-overview-friends-gave = { $gave ->
    [0] none gave yet
   *[other] { $gave } gave
}
picture-overview-none = No gifts
picture-overview-goal = { $raised } of { $goal }
picture-overview-days = { $days ->
    [0] ended
    [one] last day
   *[other] { $days } days
}
picture-overview-alt = { $days }: { $total }, { $gifts ->
    [one] { $gifts } gift
   *[other] { $gifts } gifts
}, { $donors ->
    [one] { $donors } donor
   *[other] { $donors } donors
}
