### The life of a campaign: its pause, its milestones.

campaign-paused-title = This campaign is paused
campaign-paused = “{ $campaign }” is taking a pause. Thank you for thinking of it!
campaign-paused-line = This campaign is paused for now.
milestone-half = “{ $campaign }”: { $raised } of { $goal }, { $percent }% of the goal. Thank you!
milestone-near = “{ $campaign }”: only { $missing } to go to reach { $goal }. Thank you!
milestone-reached = “{ $campaign }”: the goal of { $goal } is reached. Thank you!
staff-campaigns-title = Campaigns
staff-campaigns-none = No campaign yet.
staff-campaigns-back = All campaigns
staff-campaign-open = Open
staff-campaign-paused = Paused
staff-campaign-closed = Ended
staff-campaign-figures = { $raised } of { $goal } ({ $percent }%), gifts: { $gifts }.
staff-campaign-until = Last day: { $day }.
staff-campaign-done = Done.
staff-campaign-stale = Somebody else has just changed it. Here it is as it stands.
staff-campaign-failed = Stripe did not answer as expected: nothing has ended. You can try again.
staff-campaign-pause = Pause
staff-campaign-resume = Go on
staff-campaign-close = End
staff-campaign-pause-sure = Pause this campaign? Its cards will say so and nobody will be asked. Links already sent stay open.
staff-campaign-resume-sure = Go on with this campaign? Its cards and links will be as before.
staff-campaign-close-sure = End this campaign? Its links will be closed at Stripe.
staff-campaign-no = No, go back
staff-campaign-places = Where its card stands
