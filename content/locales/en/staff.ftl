### The team space.

staff-refused-title = For the team only
staff-refused = This command is for the campaign team. To reach a person: { $contact }
staff-refused-finance = This takes the finance right. An owner can give it to you.
staff-refused-role = Your role does not allow this. Please ask an owner.
command-team = Team: home and members
command-campaigns = Team: campaigns
command-broadcast = Team: write a broadcast
command-stats = Team: the figures
command-freeze = Team: stop everything at once
command-here = Team: use this place
command-refund = Team: refund a gift
option-staff-code = Your one-time code
option-staff-code-name = code
staff-picture-title = The picture is too large
staff-picture-too-large = This picture is larger than 10 MB. Please send a smaller one; I am still waiting for it.
staff-open-chat = Open the chat
staff-private-title = In private only
staff-private = I only answer this command in a private chat. Please write to me directly.
staff-given-up-title = Cancelled
staff-given-up = Nothing was changed. Your draft is kept.
staff-back = Back
staff-cancel = Cancel
staff-home-title = { $charity }: team space
staff-home-frozen = All automatic messages are paused (/freeze).
staff-home-role = Your role: { $role ->
    [owner] owner
    [editor] editor
   *[viewer] viewer
}.
staff-home-finance = You have the finance right.
staff-asked-long-ago-title = That question has expired
staff-asked-long-ago = I asked more than 15 minutes ago, so your text went nowhere and changed nothing. Open the question again, or send your text again if it was meant for something else.
staff-window-long-open = This window was open for more than 15 minutes, so your text went nowhere and changed nothing. Here it is: open the question again and paste it back.
staff-not-asked-title = This text went nowhere
staff-not-asked = I had not asked you anything. To answer someone, reply to their message here or tap Reply under it; you will see your words before they are sent.
staff-home-open = Home
staff-home-campaigns = Campaigns
staff-home-broadcast = Broadcasts
staff-home-places = Places
staff-home-nudges = Reminders
staff-home-stats = Figures
staff-home-team = Team
staff-home-freeze = Stop everything
staff-code-title = This code does not work
staff-code-wrong = This code does not exist, has already been used or is older than 24 hours. Ask an owner for a new one.
staff-code-many = Too many attempts. Please try again in an hour.
staff-welcome-title = Welcome to the team
staff-welcome-logged = What the team does here is logged, and every broadcast is announced to the whole team.
staff-recovery-title = Your recovery code
staff-recovery = Write it down on paper and keep it somewhere safe. It works once, if nobody can get in any more: send /team followed by the code.
staff-recovery-note = It will never be shown again. Delete this message once you have written it down.
staff-role-name = { $role ->
    [owner] Owner
    [editor] Editor
   *[viewer] Viewer
}
staff-role-explained = { $role ->
    [owner] Owner: also manages the team, refunds and limits.
    [editor] Editor: campaigns, broadcasts, the staff inbox, the emergency stop.
   *[viewer] Viewer: sees figures and reports.
}
staff-finance-explained = Finance: payouts to the bank, gifts outside Obole, deposits and the monthly statement.
staff-finance-give = Give the finance right
staff-finance-take = Take back the finance right
staff-invite-title = Invite to the team
staff-invitation-title = A code for one person
staff-invitation = { $role ->
    [owner] This code makes an owner.
    [editor] This code makes an editor.
   *[viewer] This code makes a viewer.
}
staff-invitation-link = On Telegram, with this link: { $link }
staff-invitation-command = Or in a private message to me: { $command }
staff-invitation-note = It works once, within 24 hours. Give it to that person only, never to a group.
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
staff-team-with-finance = { $line }, finance
staff-team-discord = A Discord role can also give access: type /team in your server, with the option “role”.
staff-team-invite = Invite
staff-team-more = More
staff-team-language = Français
staff-team-paper = New recovery code
staff-team-remove = Remove from the team
staff-team-unmap = Remove “{ $name }”
staff-remove-title = Remove { $name }?
staff-remove = Their buttons and codes stop working immediately. Their drafts are kept.
staff-last-owner-title = This is the last owner
staff-last-owner = There must always be at least one. Make someone else an owner first.
staff-news-title = Team change
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
staff-news-finance = { $role ->
    [finance] { $name } now has the finance right.
   *[none] { $name } no longer has the finance right.
}
staff-news-discord = Discord role “{ $name }”: { $role ->
    [editor] editor
    [viewer] viewer
   *[none] no access any more
}.
staff-news-by = By { $name }.
staff-news-note = If you didn’t expect this: /freeze stops everything, and an owner can remove an access.

## The emergency stop
staff-freeze-title = Stop everything
staff-freeze-what = Broadcasts, reminders and milestone announcements stop immediately, wherever they are.
staff-freeze-goes-on = Replies, thank-yous and payment notices continue.
staff-freeze-why = Why? One tap, and everything stops.
staff-freeze-wrong-text = A wrong text went out
staff-freeze-stolen-phone = A phone was lost or stolen
staff-freeze-other = Another reason
staff-freeze-write = Write the reason in a few words. Everything stops as soon as you send it.
staff-freeze-reason = The reason, in a few words
staff-frozen-title = Everything is stopped
staff-frozen-since = Since { $since }, by { $name }: { $why }
staff-frozen-what = Paused: broadcasts, reminders, milestone announcements. Nothing is lost; everything can resume where it was.
staff-frozen-owner = An owner can resume everything.
staff-frozen-lift = Resume
staff-frozen-news = { $name } stopped everything: { $why }
staff-lift-title = Resume everything?
staff-lift = Broadcasts under way, reminders and announcements will start again immediately.
staff-lifted-title = Everything is running again
staff-lifted = Broadcasts, reminders and announcements continue where they left off.

## The figures
staff-figures-title = The figures
staff-figures-of-campaign = Campaign: { $name }
staff-figures-pick = Choose a campaign
staff-figures-pick-title = Which campaign’s figures?
staff-figures-every = All campaigns
staff-lateral-title = Lateral reach
staff-lateral-invites = Invites: { $made } created, { $shared } shared (where the platform tells us), { $opened } visits (not counting robots that prepare previews).
staff-lateral-came = Joined through an invite: { $joined } people, of whom { $gave } gave. For { $unknown } others, we don’t know who invited them.
staff-lateral-a = a) New donors who joined through an invite: { $donors }
staff-lateral-b = b) Gifts made through an invite link: { $sums }
staff-lateral-c = c) Gifts from everyone who joined through an invite, friends of friends included: { $sums }
staff-lateral-gifts = { $total } in { $gifts ->
    [one] { $gifts } gift
   *[other] { $gifts } gifts
}
staff-lateral-none = none
staff-lateral-depth = Depth: { $levels ->
    [one] { $levels } level
   *[other] { $levels } levels
}. This is the longest chain of invites from someone who came on their own to someone who gave.
staff-lateral-r90 = 90-day referral rate (R90): { $value }. For each person whose first gift was at least 90 days ago, this is how many of the people they invited made a first gift within the next 90 days, on average.
staff-lateral-r90-sure = At 95%, between { $low } and { $high }.
staff-lateral-r90-young = 90-day referral rate (R90): no first gift here is 90 days old yet.
staff-lateral-scope-period = For a period, depth covers its gifts, and R90 covers people whose first gift falls in it; what their friends give later counts too.
staff-lateral-scope-campaign = For a campaign, a first gift is the first one to that campaign. Invites created are counted for all campaigns.
staff-lateral-r90-least = This is a minimum: for some people, we don’t know who invited them. It does not mean that they would not have come without an invite.
staff-lateral-r90-causal = It does not mean that these people would not have come without an invite.
staff-lateral-prompt = Share button after a gift: with it, { $with } of { $shown } brought someone in within 30 days; without it, { $without } of { $left }.
staff-lateral-prompt-none = Share button after a gift: no data yet. It takes 30 days.
staff-lateral-prompt-sure = The difference is between { $low } and { $high } points (at 95%, however often you look).
staff-lateral-prompt-shown = The button makes a difference, in that direction.
staff-lateral-prompt-open = It is too early to tell whether it makes a difference.
staff-lateral-apart = The three counts (a, b, c) overlap: never add them together.
staff-figures-net = After refunds and disputes.
option-staff-role = A role of this server whose members join the team
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
staff-freeze-restored = A backup was restored
