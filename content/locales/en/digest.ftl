# Weekly summary, in the staff's inbox
digest-quiet = A quiet week: no gifts.
digest-given = { $gifts ->
    [one] { $gifts } gift
   *[other] { $gifts } gifts
} from { $donors ->
    [0] nobody known
    [one] { $donors } person, { $new } for the first time
   *[other] { $donors } people, { $new } for the first time
}: { $total }.
digest-before = The week before: { $gifts ->
    [one] { $gifts } gift
   *[other] { $gifts } gifts
}, { $total }.
digest-friends = Through friends: { $came ->
    [one] { $came } person came
   *[other] { $came } people came
}, { $gave ->
    [0] none gave yet
   *[other] { $gave } gave
}.
digest-no-sum = too few gifts to give their sum here
digest-late = This week’s summary was not sent on time because Obole was off.
digest-show = Show it anyway
digest-stop = Stop these summaries
digest-again = Send these summaries again
digest-off = The team will no longer get a summary on Mondays. The figures are always there with /stats.
digest-on = The team will get a summary on Mondays at 9 a.m.
