### The staff section.

staff-refused-title = For staff only
staff-refused = This command is for the campaign’s staff. To reach a person: { $contact }
staff-refused-role = Your role does not allow this. Please ask an owner.
command-team = Staff: home and members
command-campaigns = Staff: campaigns
command-broadcast = Staff: write a broadcast
command-stats = Staff: the figures
command-freeze = Staff: stop everything at once
command-here = Staff: use this place
command-refund = Staff: give a donation back
option-staff-code = Your one-time code
option-staff-code-name = code
staff-picture-title = The picture is too large
staff-picture-too-large = This picture is above 10 MB. Please send a smaller one: the question stays open.
staff-open-chat = Open the chat
staff-private-title = In private only
staff-private = I answer this command in private. Please write to me directly.
staff-given-up-title = Left as it was
staff-given-up = Nothing was changed. What you had already written stays where you left it.
staff-back = Back
staff-cancel = Never mind
staff-home-title = { $charity }, the staff’s corner
staff-home-frozen = Everything automatic stands still right now (/freeze).
staff-home-role = Your role: { $role ->
    [owner] owner
    [editor] editor
   *[viewer] viewer
}.
staff-asked-long-ago-title = That question is over
staff-asked-long-ago = What you were asked was more than 15 minutes ago, so this text went nowhere and changed nothing. Open it again, or write it again if it was meant for something else.
staff-window-long-open = This window was open for more than 15 minutes, so your text went nowhere and changed nothing. Here it is: open the question again and paste it back.
staff-not-asked-title = This text went nowhere
staff-not-asked = Nothing was asked of you. To answer somebody, reply to their message here or tap Reply under it; you see your words before they are sent.
staff-home-open = Home
staff-home-campaigns = Campaigns
staff-home-broadcast = Broadcasts
staff-home-places = Places
staff-home-nudges = Reminders
staff-home-stats = Figures
staff-home-team = Team
staff-home-freeze = Stop everything
staff-code-title = This code does not work
staff-code-wrong = This code does not exist, was used already or is older than 24 hours. Ask an owner for a new one.
staff-code-many = Too many tries. Please try again in an hour.
staff-welcome-title = Welcome to the team
staff-welcome-logged = What staff do here is kept in a log, and every broadcast is announced to the whole team.
staff-recovery-title = Your recovery code
staff-recovery = Write it on paper and put it away. It works once, for when nobody has access any more: send /team followed by the code.
staff-recovery-note = It will never be shown again. Delete this message afterwards.
staff-role-name = { $role ->
    [owner] Owner
    [editor] Editor
   *[viewer] Viewer
}
staff-role-explained = { $role ->
    [owner] Owner: also runs the team, refunds and limits.
    [editor] Editor: campaigns, broadcasts, the staff inbox, the emergency stop.
   *[viewer] Viewer: sees figures and reports.
}
staff-invite-title = Invite to the team
staff-invitation-title = A code for one person
staff-invitation = { $role ->
    [owner] This code makes an owner.
    [editor] This code makes an editor.
   *[viewer] This code makes a viewer.
}
staff-invitation-link = On Telegram, by this link: { $link }
staff-invitation-command = Or by writing to me in private: { $command }
staff-invitation-note = It works once, for 24 hours. Give it to the person, never to a group.
staff-invitation-copy = Copy the code
staff-team-title = The team
staff-team-line = { $name } ({ $platform }): { $role ->
    [owner] owner
    [editor] editor
   *[viewer] viewer
}
staff-team-line-me = { $name } ({ $platform }, you): { $role ->
    [owner] owner
    [editor] editor
   *[viewer] viewer
}
staff-team-role = Discord role “{ $name }”: { $role ->
    [editor] editor
   *[viewer] viewer
}
staff-team-discord = A Discord role can give access, too: /team in your server, with the option “role”.
staff-team-invite = Invite
staff-team-more = More
staff-team-language = Français
staff-team-paper = New recovery code
staff-team-remove = Remove from the team
staff-team-unmap = Remove “{ $name }”
staff-remove-title = Remove { $name }?
staff-remove = Their buttons and codes stop working at once. Their drafts stay.
staff-last-owner-title = This is the last owner
staff-last-owner = There must always be one. Make somebody else an owner first.
staff-news-title = The team changes
staff-news-added = { $name } is now on the team: { $role ->
    [owner] owner
    [editor] editor
   *[viewer] viewer
}.
staff-news-removed = { $name } is no longer on the team.
staff-news-role = { $name } now has this role: { $role ->
    [owner] owner
    [editor] editor
   *[viewer] viewer
}.
staff-news-discord = Discord role “{ $name }”: { $role ->
    [editor] editor
    [viewer] viewer
   *[none] no access any more
}.
staff-news-by = By { $name }.
staff-news-note = If this surprises you: /freeze stops everything, and an owner can take an access away.

## The emergency stop
staff-freeze-title = Stop everything
staff-freeze-what = Broadcasts, reminders and milestone announcements stop at once, wherever they are.
staff-freeze-goes-on = Answers, thanks and news of a payment go on.
staff-freeze-why = Why? One tap is enough, and everything stops.
staff-freeze-wrong-text = A wrong text went out
staff-freeze-stolen-phone = A phone was lost or stolen
staff-freeze-other = Another reason
staff-freeze-write = Write the reason in a few words. Everything stops as soon as you send it.
staff-freeze-reason = The reason, in a few words
staff-frozen-title = Everything is stopped
staff-frozen-since = Since { $since }, by { $name }: { $why }
staff-frozen-what = Standing still: broadcasts, reminders, milestone announcements. Nothing is lost, all of it can go on from where it was.
staff-frozen-owner = An owner can let everything go on.
staff-frozen-lift = Let it go on
staff-frozen-news = { $name } stopped everything: { $why }
staff-lift-title = Let everything go on?
staff-lift = Broadcasts under way, reminders and announcements start again at once.
staff-lifted-title = Everything goes on
staff-lifted = Broadcasts, reminders and announcements continue from where they were.

## The figures
staff-figures-title = The figures
staff-figures-none = No gifts yet.
staff-figures-donors = Donors: { $donors } (known people who gave at least once)
staff-figures-often = Frequency: { $often } gifts a person; { $again } gave twice or more
staff-figures-total = Amount: { $total } in { $gifts ->
    [one] { $gifts } gift
   *[other] { $gifts } gifts
}
staff-figures-median = Gift in the middle: { $median } (as many gifts above it as below)
staff-figures-lateral = Lateral reach: { $gifts ->
    [one] { $gifts } gift that came
   *[other] { $gifts } gifts that came
} through somebody’s invite
staff-figures-cases = To look at: { $cases ->
    [one] { $cases } open report
   *[other] { $cases } open reports
}
staff-figures-open-lateral = Lateral reach
staff-figures-of-campaign = Campaign: { $name }
staff-figures-of-days = Last { $days } days
staff-figures-period = { $days ->
    [0] From the start
   *[other] { $days } days
}
staff-figures-pick = Choose a campaign
staff-figures-pick-title = Figures of which campaign?
staff-figures-every = All campaigns
staff-lateral-title = Lateral reach
staff-lateral-invites = Invites: { $made } given out, { $shared } shared (where the platform tells us), { $opened } visits (without the robots that prepare previews).
staff-lateral-came = Came through somebody: { $joined } people, of whom { $gave } gave. Of { $unknown } more it is not known who invited them.
staff-lateral-a = a) New donors who came through somebody: { $donors }
staff-lateral-b = b) Gifts made by the link of an invite: { $sums }
staff-lateral-c = c) Gifts of everybody who came through somebody, friends of friends too: { $sums }
staff-lateral-gifts = { $total } in { $gifts ->
    [one] { $gifts } gift
   *[other] { $gifts } gifts
}
staff-lateral-none = none
staff-lateral-depth = Depth: { $levels ->
    [one] { $levels } level
   *[other] { $levels } levels
}. That is how far the person who gave furthest down stands from whoever came alone and began that chain of invites.
staff-lateral-r90 = R90: { $value }. For each person who first gave at least 90 days ago, this is how many others they brought who made their own first gift within the following 90 days.
staff-lateral-r90-sure = At 95%, between { $low } and { $high }.
staff-lateral-r90-young = R90: here no first gift is 90 days old yet.
staff-lateral-scope-period = For a period, depth is that of its gifts, and R90 is about people whose first gift falls in it; what their friends give counts afterwards too.
staff-lateral-scope-campaign = For a campaign, a first gift is the first one to that campaign. Invites given out are those of all campaigns.
staff-lateral-r90-least = It is a minimum, since of some people it is not known who invited them. It does not say that they would not have come without an invite.
staff-lateral-r90-causal = It does not say that these people would not have come without an invite.
staff-lateral-prompt = Proposal to share after a gift: with it, { $with } of { $shown } brought somebody within 30 days; without it, { $without } of { $left }.
staff-lateral-prompt-none = Proposal to share after a gift: it was drawn for nobody 30 days ago or more yet.
staff-lateral-prompt-sure = The difference lies between { $low } and { $high } points (at 95%, however often one looks).
staff-lateral-prompt-shown = The proposal makes a difference, in that direction.
staff-lateral-prompt-open = It cannot be said yet whether it makes a difference.
staff-lateral-apart = The three ways of counting (a, b, c) overlap: they are never added.
staff-figures-net = After refunds and disputes.
option-staff-role = A role of this server whose holders join the team
option-staff-role-name = role
option-staff-may = What the role allows
option-staff-may-name = access
option-staff-editor = Editor
option-staff-viewer = Viewer
option-staff-none = No access any more
staff-anonymous-title = Who are you?
staff-anonymous = You write in the group’s name, so I cannot see who you are. Tap the button and I will answer you in private.
staff-anonymous-me = It’s me
staff-edit-unread-title = Your edit changed nothing
staff-edit-unread = That message had been read already. To change what it did, write a new one.
