### The life of a campaign: its pause, its milestones.

campaign-paused-title = This campaign is paused
campaign-paused = “{ $campaign }” is taking a pause. Thank you for thinking of it!
campaign-paused-line = This campaign is paused for now.
milestone-half = “{ $campaign }”: { $raised } of { $goal }, { $percent }% of the goal. Thank you!
milestone-near = “{ $campaign }”: only { $missing } to go to reach { $goal }. Thank you!
milestone-reached = “{ $campaign }”: the goal of { $goal } is reached. Thank you!
