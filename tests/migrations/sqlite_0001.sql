BEGIN TRANSACTION;
CREATE TABLE address (
	id INTEGER NOT NULL, 
	supporter_id INTEGER NOT NULL, 
	platform VARCHAR(16) NOT NULL, 
	external_id VARCHAR(64) NOT NULL, 
	locale VARCHAR(2) NOT NULL, 
	locale_chosen BOOLEAN DEFAULT false NOT NULL, 
	time_zone VARCHAR(64), 
	reachable BOOLEAN DEFAULT true NOT NULL, 
	unreachable_since BIGINT, 
	wrote_at BIGINT, 
	gave_at BIGINT, 
	CONSTRAINT pk_address PRIMARY KEY (id), 
	CONSTRAINT uq_address_platform_external_id UNIQUE (platform, external_id), 
	CONSTRAINT fk_address_supporter_id_supporter FOREIGN KEY(supporter_id) REFERENCES supporter (id)
);
INSERT INTO "address" VALUES(1,1,'telegram','address-external_id','fr',0,'address-time_zone',0,1795446000000000,1795446000000000,1795446000000000);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE audit (
	id BIGINT NOT NULL, 
	at BIGINT NOT NULL, 
	staff_id INTEGER, 
	actor VARCHAR(80) NOT NULL, 
	action VARCHAR(40) NOT NULL, 
	details JSON NOT NULL, 
	CONSTRAINT pk_audit PRIMARY KEY (id), 
	CONSTRAINT fk_audit_staff_id_staff FOREIGN KEY(staff_id) REFERENCES staff (id)
);
INSERT INTO "audit" VALUES(1,1795446000000000,1,'audit-actor','audit-action','{}');
CREATE TABLE blocked (
	supporter_id INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	"by" INTEGER, 
	CONSTRAINT pk_blocked PRIMARY KEY (supporter_id), 
	CONSTRAINT fk_blocked_supporter_id_supporter FOREIGN KEY(supporter_id) REFERENCES supporter (id), 
	CONSTRAINT fk_blocked_by_staff FOREIGN KEY("by") REFERENCES staff (id)
);
INSERT INTO "blocked" VALUES(1,1795446000000000,1);
CREATE TABLE broadcast (
	id BIGINT NOT NULL, 
	kind VARCHAR(10) NOT NULL, 
	once_key VARCHAR(80), 
	state VARCHAR(10) NOT NULL, 
	campaign_id INTEGER NOT NULL, 
	body JSON NOT NULL, 
	picture BLOB, 
	segment JSON NOT NULL, 
	quiet VARCHAR(10) NOT NULL, 
	revision INTEGER DEFAULT '1' NOT NULL, 
	version INTEGER DEFAULT '1' NOT NULL, 
	made_by INTEGER, 
	made_at BIGINT NOT NULL, 
	approved_by INTEGER, 
	starts_at BIGINT, 
	prepared_to BIGINT DEFAULT '0' NOT NULL, 
	started_at BIGINT, 
	ended_at BIGINT, 
	changed_at BIGINT, 
	why TEXT, 
	CONSTRAINT pk_broadcast PRIMARY KEY (id), 
	CONSTRAINT uq_broadcast_once_key UNIQUE (once_key), 
	CONSTRAINT fk_broadcast_campaign_id_campaign FOREIGN KEY(campaign_id) REFERENCES campaign (id), 
	CONSTRAINT fk_broadcast_made_by_staff FOREIGN KEY(made_by) REFERENCES staff (id), 
	CONSTRAINT fk_broadcast_approved_by_staff FOREIGN KEY(approved_by) REFERENCES staff (id)
);
INSERT INTO "broadcast" VALUES(1,'staff','broadcast-once_key','ended',1,'{}',X'0102','{}','silent',1,1,1,1795446000000000,1,1795446000000000,1,1795446000000000,1795446000000000,1795446000000000,'broadcast-why');
CREATE TABLE broadcast_opt_out (
	broadcast_id BIGINT NOT NULL, 
	supporter_id INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_broadcast_opt_out PRIMARY KEY (broadcast_id, supporter_id), 
	CONSTRAINT fk_broadcast_opt_out_broadcast_id_broadcast FOREIGN KEY(broadcast_id) REFERENCES broadcast (id), 
	CONSTRAINT fk_broadcast_opt_out_supporter_id_supporter FOREIGN KEY(supporter_id) REFERENCES supporter (id)
);
INSERT INTO "broadcast_opt_out" VALUES(1,1,1795446000000000);
CREATE TABLE broadcast_post (
	broadcast_id BIGINT NOT NULL, 
	place_id INTEGER NOT NULL, 
	state VARCHAR(12) NOT NULL, 
	due_at BIGINT NOT NULL, 
	attempts INTEGER DEFAULT '0' NOT NULL, 
	error TEXT, 
	chat_id VARCHAR(64), 
	message_id VARCHAR(64), 
	revision INTEGER DEFAULT '0' NOT NULL, 
	done_at BIGINT, 
	CONSTRAINT pk_broadcast_post PRIMARY KEY (broadcast_id, place_id), 
	CONSTRAINT fk_broadcast_post_broadcast_id_broadcast FOREIGN KEY(broadcast_id) REFERENCES broadcast (id), 
	CONSTRAINT fk_broadcast_post_place_id_place FOREIGN KEY(place_id) REFERENCES place (id)
);
INSERT INTO "broadcast_post" VALUES(1,1,'sent',1795446000000000,1,'broadcast_post-error','broadcast_post-chat_id','broadcast_post-message_id',1,1795446000000000);
CREATE TABLE broadcast_tap (
	broadcast_id BIGINT NOT NULL, 
	locale VARCHAR(2) NOT NULL, 
	platform VARCHAR(16) NOT NULL, 
	part VARCHAR(16) NOT NULL, 
	taps BIGINT NOT NULL, 
	CONSTRAINT pk_broadcast_tap PRIMARY KEY (broadcast_id, locale, platform, part), 
	CONSTRAINT fk_broadcast_tap_broadcast_id_broadcast FOREIGN KEY(broadcast_id) REFERENCES broadcast (id)
);
INSERT INTO "broadcast_tap" VALUES(1,'fr','telegram','none',1);
CREATE TABLE campaign (
	id INTEGER NOT NULL, 
	slug VARCHAR(40) NOT NULL, 
	state VARCHAR(8) NOT NULL, 
	authored TEXT NOT NULL, 
	currency VARCHAR(3) NOT NULL, 
	ends_at BIGINT, 
	published_at BIGINT NOT NULL, 
	closed_at BIGINT, 
	raised_minor BIGINT DEFAULT '0' NOT NULL, 
	gift_count INTEGER DEFAULT '0' NOT NULL, 
	donor_count INTEGER DEFAULT '0' NOT NULL, 
	version INTEGER DEFAULT '1' NOT NULL, 
	has_match BOOLEAN DEFAULT false NOT NULL, 
	extended BOOLEAN DEFAULT false NOT NULL, 
	given_at BIGINT, 
	CONSTRAINT pk_campaign PRIMARY KEY (id), 
	CONSTRAINT uq_campaign_slug UNIQUE (slug)
);
INSERT INTO "campaign" VALUES(1,'campaign-slug','open','{}','CAD',1795446000000000,1795446000000000,NULL,500,1,1,1,0,0,1795446000000000);
CREATE TABLE campaign_donor (
	campaign_id INTEGER NOT NULL, 
	supporter_id INTEGER NOT NULL, 
	gift_count INTEGER NOT NULL, 
	CONSTRAINT pk_campaign_donor PRIMARY KEY (campaign_id, supporter_id), 
	CONSTRAINT fk_campaign_donor_campaign_id_campaign FOREIGN KEY(campaign_id) REFERENCES campaign (id), 
	CONSTRAINT fk_campaign_donor_supporter_id_supporter FOREIGN KEY(supporter_id) REFERENCES supporter (id)
);
INSERT INTO "campaign_donor" VALUES(1,1,1);
CREATE TABLE campaign_other (
	campaign_id INTEGER NOT NULL, 
	currency VARCHAR(3) NOT NULL, 
	raised_minor BIGINT NOT NULL, 
	gift_count INTEGER NOT NULL, 
	CONSTRAINT pk_campaign_other PRIMARY KEY (campaign_id, currency), 
	CONSTRAINT fk_campaign_other_campaign_id_campaign FOREIGN KEY(campaign_id) REFERENCES campaign (id)
);
INSERT INTO "campaign_other" VALUES(1,'CAD',500,1);
CREATE TABLE campaign_picture (
	campaign_id INTEGER NOT NULL, 
	image BLOB NOT NULL, 
	CONSTRAINT pk_campaign_picture PRIMARY KEY (campaign_id), 
	CONSTRAINT fk_campaign_picture_campaign_id_campaign FOREIGN KEY(campaign_id) REFERENCES campaign (id)
);
INSERT INTO "campaign_picture" VALUES(1,X'0102');
CREATE TABLE circle (
	supporter_id INTEGER NOT NULL, 
	people_direct INTEGER DEFAULT '0' NOT NULL, 
	people_below INTEGER DEFAULT '0' NOT NULL, 
	donors_direct INTEGER DEFAULT '0' NOT NULL, 
	donors_below INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_circle PRIMARY KEY (supporter_id), 
	CONSTRAINT fk_circle_supporter_id_supporter FOREIGN KEY(supporter_id) REFERENCES supporter (id)
);
INSERT INTO "circle" VALUES(1,1,1,1,1);
CREATE TABLE circle_money (
	supporter_id INTEGER NOT NULL, 
	currency VARCHAR(3) NOT NULL, 
	gifts_direct INTEGER DEFAULT '0' NOT NULL, 
	gifts_below INTEGER DEFAULT '0' NOT NULL, 
	minor_direct BIGINT DEFAULT '0' NOT NULL, 
	minor_below BIGINT DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_circle_money PRIMARY KEY (supporter_id, currency), 
	CONSTRAINT fk_circle_money_supporter_id_supporter FOREIGN KEY(supporter_id) REFERENCES supporter (id)
)
 WITHOUT ROWID

;
INSERT INTO "circle_money" VALUES(1,'CAD',1,1,1,1);
CREATE TABLE cursor (
	name VARCHAR(40) NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_cursor PRIMARY KEY (name)
);
INSERT INTO "cursor" VALUES('cursor-name',1795446000000000);
CREATE TABLE decision (
	id BIGINT NOT NULL, 
	supporter_id INTEGER NOT NULL, 
	campaign_id INTEGER NOT NULL, 
	policy VARCHAR(24) NOT NULL, 
	text BIGINT NOT NULL, 
	arm VARCHAR(8) NOT NULL, 
	propensity FLOAT NOT NULL, 
	reason VARCHAR(64) NOT NULL, 
	due_at BIGINT NOT NULL, 
	CONSTRAINT pk_decision PRIMARY KEY (id), 
	CONSTRAINT uq_decision_supporter_id_reason UNIQUE (supporter_id, reason), 
	CONSTRAINT fk_decision_supporter_id_supporter FOREIGN KEY(supporter_id) REFERENCES supporter (id), 
	CONSTRAINT fk_decision_campaign_id_campaign FOREIGN KEY(campaign_id) REFERENCES campaign (id)
);
INSERT INTO "decision" VALUES(1,1,1,'second_gift',1,'sent',0.5,'decision-reason',1795446000000000);
CREATE TABLE delivery (
	id BIGINT NOT NULL, 
	lane INTEGER NOT NULL, 
	platform VARCHAR(16) NOT NULL, 
	address_id INTEGER NOT NULL, 
	message VARCHAR(40) NOT NULL, 
	args JSON NOT NULL, 
	state VARCHAR(12) NOT NULL, 
	due_at BIGINT NOT NULL, 
	attempts INTEGER DEFAULT '0' NOT NULL, 
	claimed_at BIGINT, 
	done_at BIGINT, 
	error TEXT, 
	CONSTRAINT pk_delivery PRIMARY KEY (id), 
	CONSTRAINT fk_delivery_address_id_address FOREIGN KEY(address_id) REFERENCES address (id)
);
INSERT INTO "delivery" VALUES(1,1,'telegram',1,'thanks','{}','sent',1795446000000000,1,1795446000000000,1795446000000000,'delivery-error');
CREATE TABLE draft (
	id BIGINT NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	body JSON NOT NULL, 
	picture BLOB, 
	version INTEGER NOT NULL, 
	changed_at BIGINT NOT NULL, 
	changed_by INTEGER, 
	CONSTRAINT pk_draft PRIMARY KEY (id), 
	CONSTRAINT fk_draft_changed_by_staff FOREIGN KEY(changed_by) REFERENCES staff (id)
);
INSERT INTO "draft" VALUES(1,'broadcast','{}',X'0102',1,1795446000000000,1);
CREATE TABLE entry (
	id BIGINT NOT NULL, 
	gift_id BIGINT NOT NULL, 
	event_id VARCHAR(255) NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_entry PRIMARY KEY (id), 
	CONSTRAINT fk_entry_gift_id_gift FOREIGN KEY(gift_id) REFERENCES gift (id)
);
INSERT INTO "entry" VALUES(1,1,'entry-event_id',1795446000000000);
CREATE TABLE error_case (
	id INTEGER NOT NULL, 
	gift_id BIGINT NOT NULL, 
	supporter_id INTEGER, 
	kind VARCHAR(16) NOT NULL, 
	opened_at BIGINT NOT NULL, 
	due_at BIGINT, 
	closed_at BIGINT, 
	CONSTRAINT pk_error_case PRIMARY KEY (id), 
	CONSTRAINT uq_error_case_gift_id_kind UNIQUE (gift_id, kind), 
	CONSTRAINT fk_error_case_gift_id_gift FOREIGN KEY(gift_id) REFERENCES gift (id), 
	CONSTRAINT fk_error_case_supporter_id_supporter FOREIGN KEY(supporter_id) REFERENCES supporter (id)
);
INSERT INTO "error_case" VALUES(1,1,1,'wrong_amount',1795446000000000,1795446000000000,NULL);
CREATE TABLE gift (
	id BIGINT NOT NULL, 
	campaign_id INTEGER NOT NULL, 
	supporter_id INTEGER, 
	touch_kind VARCHAR(1) NOT NULL, 
	touch_id BIGINT NOT NULL, 
	late BOOLEAN NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	counted BIGINT NOT NULL, 
	receipt_url TEXT, 
	balance_transaction VARCHAR(255), 
	claimed_at BIGINT, 
	disowned_at BIGINT, 
	payment_intent VARCHAR(255), 
	invoice VARCHAR(255), 
	pledge VARCHAR(255), 
	session VARCHAR(255), 
	charge VARCHAR(255), 
	currency VARCHAR(3) NOT NULL, 
	amount BIGINT NOT NULL, 
	settled INTEGER NOT NULL, 
	paid_at BIGINT, 
	refunds JSON NOT NULL, 
	charge_refunded BIGINT NOT NULL, 
	disputes JSON NOT NULL, 
	fee BIGINT, 
	fee_currency VARCHAR(3), 
	CONSTRAINT pk_gift PRIMARY KEY (id), 
	CONSTRAINT fk_gift_campaign_id_campaign FOREIGN KEY(campaign_id) REFERENCES campaign (id), 
	CONSTRAINT fk_gift_supporter_id_supporter FOREIGN KEY(supporter_id) REFERENCES supporter (id), 
	CONSTRAINT uq_gift_payment_intent UNIQUE (payment_intent), 
	CONSTRAINT uq_gift_invoice UNIQUE (invoice), 
	CONSTRAINT uq_gift_session UNIQUE (session), 
	CONSTRAINT uq_gift_charge UNIQUE (charge)
);
INSERT INTO "gift" VALUES(1,1,1,'c',1,0,'paid',500,'gift-receipt_url','gift-balance_transaction',1795446000000000,NULL,'gift-payment_intent','gift-invoice','gift-pledge','gift-session','gift-charge','CAD',500,3,1795446000000000,'{}',1,'{}',1,'CAD');
CREATE TABLE gift_match (
	gift_id BIGINT NOT NULL, 
	match_id BIGINT NOT NULL, 
	minor BIGINT NOT NULL, 
	CONSTRAINT pk_gift_match PRIMARY KEY (gift_id, match_id), 
	CONSTRAINT fk_gift_match_gift_id_gift FOREIGN KEY(gift_id) REFERENCES gift (id), 
	CONSTRAINT fk_gift_match_match_id_match_period FOREIGN KEY(match_id) REFERENCES match_period (id)
);
INSERT INTO "gift_match" VALUES(1,1,500);
CREATE TABLE invite (
	id BIGINT NOT NULL, 
	supporter_id INTEGER NOT NULL, 
	code VARCHAR(16), 
	made_at BIGINT NOT NULL, 
	words TEXT, 
	told_staff_at BIGINT, 
	CONSTRAINT pk_invite PRIMARY KEY (id), 
	CONSTRAINT uq_invite_supporter_id UNIQUE (supporter_id), 
	CONSTRAINT fk_invite_supporter_id_supporter FOREIGN KEY(supporter_id) REFERENCES supporter (id), 
	CONSTRAINT uq_invite_code UNIQUE (code)
);
INSERT INTO "invite" VALUES(1,1,'invite-code',1795446000000000,'invite-words',1795446000000000);
CREATE TABLE invite_count (
	invite_id BIGINT NOT NULL, 
	day INTEGER NOT NULL, 
	kind VARCHAR(8) NOT NULL, 
	campaign_id BIGINT NOT NULL, 
	number INTEGER NOT NULL, 
	CONSTRAINT pk_invite_count PRIMARY KEY (invite_id, day, kind, campaign_id), 
	CONSTRAINT fk_invite_count_invite_id_invite FOREIGN KEY(invite_id) REFERENCES invite (id)
);
INSERT INTO "invite_count" VALUES(1,1,'opened',1,1);
CREATE TABLE invite_link (
	id BIGINT NOT NULL, 
	invite_id BIGINT NOT NULL, 
	platform VARCHAR(16) NOT NULL, 
	place VARCHAR(64) NOT NULL, 
	code VARCHAR(128) NOT NULL, 
	made_at BIGINT NOT NULL, 
	uses INTEGER DEFAULT '0' NOT NULL, 
	used_at BIGINT, 
	gone_at BIGINT, 
	CONSTRAINT pk_invite_link PRIMARY KEY (id), 
	CONSTRAINT uq_invite_link_platform_code UNIQUE (platform, code), 
	CONSTRAINT fk_invite_link_invite_id_invite FOREIGN KEY(invite_id) REFERENCES invite (id)
);
INSERT INTO "invite_link" VALUES(1,1,'telegram','invite_link-place','invite_link-code',1795446000000000,1,1795446000000000,NULL);
CREATE TABLE invite_place (
	place_id INTEGER NOT NULL, 
	home VARCHAR(64), 
	trouble VARCHAR(8), 
	looked_at BIGINT NOT NULL, 
	CONSTRAINT pk_invite_place PRIMARY KEY (place_id), 
	CONSTRAINT fk_invite_place_place_id_place FOREIGN KEY(place_id) REFERENCES place (id)
);
INSERT INTO "invite_place" VALUES(1,'invite_place-home','invite_p',1795446000000000);
CREATE TABLE lease (
	name VARCHAR(64) NOT NULL, 
	holder VARCHAR(64) NOT NULL, 
	until BIGINT NOT NULL, 
	CONSTRAINT pk_lease PRIMARY KEY (name)
);
INSERT INTO "lease" VALUES('lease-name','lease-holder',1795446000000000);
CREATE TABLE left_before (
	hash VARCHAR(32) NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_left_before PRIMARY KEY (hash)
);
INSERT INTO "left_before" VALUES('left_before-hash',1795446000000000);
CREATE TABLE lineage (
	supporter_id INTEGER NOT NULL, 
	parent_id INTEGER, 
	ancestors TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_lineage PRIMARY KEY (supporter_id), 
	CONSTRAINT fk_lineage_supporter_id_supporter FOREIGN KEY(supporter_id) REFERENCES supporter (id), 
	CONSTRAINT fk_lineage_parent_id_supporter FOREIGN KEY(parent_id) REFERENCES supporter (id)
);
INSERT INTO "lineage" VALUES(1,1,'');
CREATE TABLE link_code (
	hash VARCHAR(64) NOT NULL, 
	supporter_id INTEGER NOT NULL, 
	expires_at BIGINT NOT NULL, 
	CONSTRAINT pk_link_code PRIMARY KEY (hash), 
	CONSTRAINT fk_link_code_supporter_id_supporter FOREIGN KEY(supporter_id) REFERENCES supporter (id)
);
INSERT INTO "link_code" VALUES('link_code-hash',1,1795446000000000);
CREATE TABLE link_guess (
	supporter_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	since BIGINT NOT NULL, 
	CONSTRAINT pk_link_guess PRIMARY KEY (supporter_id), 
	CONSTRAINT fk_link_guess_supporter_id_supporter FOREIGN KEY(supporter_id) REFERENCES supporter (id)
);
INSERT INTO "link_guess" VALUES(1,1,1795446000000000);
CREATE TABLE looked_back (
	supporter_id INTEGER NOT NULL, 
	about VARCHAR(300) NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_looked_back PRIMARY KEY (supporter_id, about), 
	CONSTRAINT fk_looked_back_supporter_id_supporter FOREIGN KEY(supporter_id) REFERENCES supporter (id)
);
INSERT INTO "looked_back" VALUES(1,'looked_back-about',1795446000000000);
CREATE TABLE match_period (
	id BIGINT NOT NULL, 
	campaign_id INTEGER NOT NULL, 
	sponsor JSON NOT NULL, 
	pool_minor BIGINT NOT NULL, 
	left_minor BIGINT NOT NULL, 
	starts_at BIGINT NOT NULL, 
	ends_at BIGINT NOT NULL, 
	closed_at BIGINT, 
	CONSTRAINT pk_match_period PRIMARY KEY (id), 
	CONSTRAINT fk_match_period_campaign_id_campaign FOREIGN KEY(campaign_id) REFERENCES campaign (id)
);
INSERT INTO "match_period" VALUES(1,1,'{}',1,1,1795446000000000,1795446000000000,NULL);
CREATE TABLE milestone (
	campaign_id INTEGER NOT NULL, 
	threshold_minor BIGINT NOT NULL, 
	crossed_at BIGINT, 
	announced_at BIGINT, 
	CONSTRAINT pk_milestone PRIMARY KEY (campaign_id, threshold_minor), 
	CONSTRAINT fk_milestone_campaign_id_campaign FOREIGN KEY(campaign_id) REFERENCES campaign (id)
);
INSERT INTO "milestone" VALUES(1,1,1795446000000000,1795446000000000);
CREATE TABLE name_hidden (
	supporter_id INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	"by" INTEGER, 
	CONSTRAINT pk_name_hidden PRIMARY KEY (supporter_id), 
	CONSTRAINT fk_name_hidden_supporter_id_supporter FOREIGN KEY(supporter_id) REFERENCES supporter (id), 
	CONSTRAINT fk_name_hidden_by_staff FOREIGN KEY("by") REFERENCES staff (id)
);
INSERT INTO "name_hidden" VALUES(1,1795446000000000,1);
CREATE TABLE notice (
	id BIGINT NOT NULL, 
	"key" VARCHAR(120) NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	args JSON NOT NULL, 
	made_at BIGINT NOT NULL, 
	due_at BIGINT NOT NULL, 
	said_at BIGINT, 
	attempts INTEGER DEFAULT '0' NOT NULL, 
	stale BOOLEAN DEFAULT false NOT NULL, 
	CONSTRAINT pk_notice PRIMARY KEY (id), 
	CONSTRAINT uq_notice_key UNIQUE ("key")
);
INSERT INTO "notice" VALUES(1,'notice-key','large_gift','{}',1795446000000000,1795446000000000,1795446000000000,1,0);
CREATE TABLE notice_copy (
	platform VARCHAR(16) NOT NULL, 
	chat_id VARCHAR(64) NOT NULL, 
	message_id VARCHAR(64) NOT NULL, 
	notice_id BIGINT NOT NULL, 
	target VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_notice_copy PRIMARY KEY (platform, chat_id, message_id), 
	CONSTRAINT fk_notice_copy_notice_id_notice FOREIGN KEY(notice_id) REFERENCES notice (id)
);
INSERT INTO "notice_copy" VALUES('telegram','notice_copy-chat_id','notice_copy-message_id',1,'notice_copy-target');
CREATE TABLE nudge_end (
	decision_id BIGINT NOT NULL, 
	kind VARCHAR(12) NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_nudge_end PRIMARY KEY (decision_id, kind), 
	CONSTRAINT fk_nudge_end_decision_id_decision FOREIGN KEY(decision_id) REFERENCES decision (id)
);
INSERT INTO "nudge_end" VALUES(1,'blocked',1795446000000000);
CREATE TABLE nudge_policy (
	name VARCHAR(24) NOT NULL, 
	"on" BOOLEAN NOT NULL, 
	numbers JSON NOT NULL, 
	texts JSON NOT NULL, 
	texts_at BIGINT NOT NULL, 
	held_out FLOAT NOT NULL, 
	changed_at BIGINT NOT NULL, 
	changed_by INTEGER, 
	CONSTRAINT pk_nudge_policy PRIMARY KEY (name), 
	CONSTRAINT fk_nudge_policy_changed_by_staff FOREIGN KEY(changed_by) REFERENCES staff (id)
);
INSERT INTO "nudge_policy" VALUES('nudge_policy-name',0,'{}','{}',1795446000000000,0.5,1795446000000000,1);
CREATE TABLE payment_link (
	id BIGINT NOT NULL, 
	campaign_id INTEGER NOT NULL, 
	minor BIGINT NOT NULL, 
	currency VARCHAR(3) NOT NULL, 
	params_hash VARCHAR(64) NOT NULL, 
	stripe_id VARCHAR(64) NOT NULL, 
	url TEXT NOT NULL, 
	active BOOLEAN NOT NULL, 
	suggested BOOLEAN NOT NULL, 
	monthly BOOLEAN DEFAULT false NOT NULL, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_payment_link PRIMARY KEY (id), 
	CONSTRAINT fk_payment_link_campaign_id_campaign FOREIGN KEY(campaign_id) REFERENCES campaign (id), 
	CONSTRAINT uq_payment_link_stripe_id UNIQUE (stripe_id)
);
INSERT INTO "payment_link" VALUES(1,1,500,'CAD','payment_link-params_hash','payment_link-stripe_id','payment_link-url',0,0,0,1795446000000000);
CREATE TABLE place (
	id INTEGER NOT NULL, 
	platform VARCHAR(16) NOT NULL, 
	chat_id VARCHAR(64) NOT NULL, 
	title VARCHAR(200) NOT NULL, 
	purpose VARCHAR(8) NOT NULL, 
	is_open BOOLEAN NOT NULL, 
	locales VARCHAR(5) NOT NULL, 
	added_at BIGINT NOT NULL, 
	lost_at BIGINT, 
	CONSTRAINT pk_place PRIMARY KEY (id), 
	CONSTRAINT uq_place_platform_chat_id UNIQUE (platform, chat_id)
);
INSERT INTO "place" VALUES(1,'telegram','place-chat_id','place-title','public',0,'fr+en',1795446000000000,NULL);
CREATE TABLE pledge (
	subscription VARCHAR(255) NOT NULL, 
	campaign_id INTEGER, 
	supporter_id INTEGER, 
	status VARCHAR(24) NOT NULL, 
	said_at BIGINT, 
	minor BIGINT, 
	changed_at BIGINT NOT NULL, 
	CONSTRAINT pk_pledge PRIMARY KEY (subscription), 
	CONSTRAINT fk_pledge_campaign_id_campaign FOREIGN KEY(campaign_id) REFERENCES campaign (id), 
	CONSTRAINT fk_pledge_supporter_id_supporter FOREIGN KEY(supporter_id) REFERENCES supporter (id)
);
INSERT INTO "pledge" VALUES('pledge-subscription',1,1,'active',1795446000000000,500,1795446000000000);
CREATE TABLE posted_card (
	id BIGINT NOT NULL, 
	campaign_id INTEGER NOT NULL, 
	platform VARCHAR(16) NOT NULL, 
	chat_id VARCHAR(64) NOT NULL, 
	message_id VARCHAR(64), 
	locale VARCHAR(5) NOT NULL, 
	shown_version INTEGER DEFAULT '0' NOT NULL, 
	edited_at BIGINT, 
	gone_at BIGINT, 
	posted_at BIGINT NOT NULL, 
	asked_at BIGINT, 
	away_at BIGINT, 
	CONSTRAINT pk_posted_card PRIMARY KEY (id), 
	CONSTRAINT fk_posted_card_campaign_id_campaign FOREIGN KEY(campaign_id) REFERENCES campaign (id)
);
INSERT INTO "posted_card" VALUES(1,1,'telegram','posted_card-chat_id','posted_card-message_id','fr',1,1795446000000000,NULL,1795446000000000,1795446000000000,NULL);
CREATE TABLE posting (
	entry_id BIGINT NOT NULL, 
	account VARCHAR(32) NOT NULL, 
	currency VARCHAR(3) NOT NULL, 
	minor BIGINT NOT NULL, 
	CONSTRAINT pk_posting PRIMARY KEY (entry_id, account, currency), 
	CONSTRAINT fk_posting_entry_id_entry FOREIGN KEY(entry_id) REFERENCES entry (id)
);
INSERT INTO "posting" VALUES(1,'raised','CAD',500);
CREATE TABLE preference (
	supporter_id INTEGER NOT NULL, 
	kind VARCHAR(24) NOT NULL, 
	accepted BOOLEAN NOT NULL, 
	changed_at BIGINT NOT NULL, 
	CONSTRAINT pk_preference PRIMARY KEY (supporter_id, kind), 
	CONSTRAINT fk_preference_supporter_id_supporter FOREIGN KEY(supporter_id) REFERENCES supporter (id)
);
INSERT INTO "preference" VALUES(1,'broadcasts',0,1795446000000000);
CREATE TABLE preference_change (
	id BIGINT NOT NULL, 
	supporter_id INTEGER NOT NULL, 
	kind VARCHAR(24) NOT NULL, 
	accepted BOOLEAN NOT NULL, 
	at BIGINT NOT NULL, 
	wording TEXT NOT NULL, 
	CONSTRAINT pk_preference_change PRIMARY KEY (id), 
	CONSTRAINT fk_preference_change_supporter_id_supporter FOREIGN KEY(supporter_id) REFERENCES supporter (id)
);
INSERT INTO "preference_change" VALUES(1,1,'broadcasts',0,1795446000000000,'preference_change-wording');
CREATE TABLE private_answer (
	address_id INTEGER NOT NULL, 
	campaign_id INTEGER NOT NULL, 
	token TEXT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	CONSTRAINT pk_private_answer PRIMARY KEY (address_id, campaign_id), 
	CONSTRAINT fk_private_answer_address_id_address FOREIGN KEY(address_id) REFERENCES address (id), 
	CONSTRAINT fk_private_answer_campaign_id_campaign FOREIGN KEY(campaign_id) REFERENCES campaign (id)
);
INSERT INTO "private_answer" VALUES(1,1,'private_answer-token',1795446000000000);
CREATE TABLE progress_message (
	broadcast_id BIGINT NOT NULL, 
	platform VARCHAR(16) NOT NULL, 
	chat_id VARCHAR(64) NOT NULL, 
	message_id VARCHAR(64), 
	target VARCHAR(64) NOT NULL, 
	locale VARCHAR(2) NOT NULL, 
	shown TEXT NOT NULL, 
	edited_at BIGINT NOT NULL, 
	CONSTRAINT pk_progress_message PRIMARY KEY (broadcast_id, platform, chat_id), 
	CONSTRAINT uq_progress_message_platform_chat_id_message_id UNIQUE (platform, chat_id, message_id), 
	CONSTRAINT fk_progress_message_broadcast_id_broadcast FOREIGN KEY(broadcast_id) REFERENCES broadcast (id)
);
INSERT INTO "progress_message" VALUES(1,'telegram','progress_message-chat_id','progress_message-message_id','progress_message-target','fr','progress_message-shown',1795446000000000);
CREATE TABLE recipient (
	broadcast_id BIGINT NOT NULL, 
	supporter_id INTEGER NOT NULL, 
	address_id INTEGER NOT NULL, 
	platform VARCHAR(16) NOT NULL, 
	external_id VARCHAR(64) NOT NULL, 
	locale VARCHAR(2) NOT NULL, 
	asks BOOLEAN NOT NULL, 
	silent BOOLEAN NOT NULL, 
	state VARCHAR(12) NOT NULL, 
	part VARCHAR(16), 
	due_at BIGINT NOT NULL, 
	attempts INTEGER DEFAULT '0' NOT NULL, 
	claimed_at BIGINT, 
	done_at BIGINT, 
	error TEXT, 
	chat_id VARCHAR(64), 
	message_id VARCHAR(64), 
	revision INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_recipient PRIMARY KEY (broadcast_id, supporter_id), 
	CONSTRAINT fk_recipient_broadcast_id_broadcast FOREIGN KEY(broadcast_id) REFERENCES broadcast (id), 
	CONSTRAINT fk_recipient_supporter_id_supporter FOREIGN KEY(supporter_id) REFERENCES supporter (id), 
	CONSTRAINT fk_recipient_address_id_address FOREIGN KEY(address_id) REFERENCES address (id)
);
INSERT INTO "recipient" VALUES(1,1,1,'telegram','recipient-external_id','fr',0,0,'sent','none',1795446000000000,1,1795446000000000,1795446000000000,'recipient-error','recipient-chat_id','recipient-message_id',1);
CREATE TABLE recognition (
	supporter_id INTEGER NOT NULL, 
	people INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_recognition PRIMARY KEY (supporter_id, people), 
	CONSTRAINT fk_recognition_supporter_id_supporter FOREIGN KEY(supporter_id) REFERENCES supporter (id)
);
INSERT INTO "recognition" VALUES(1,1,1795446000000000);
CREATE TABLE referral (
	supporter_id INTEGER NOT NULL, 
	inviter_id INTEGER, 
	invite_id BIGINT, 
	how VARCHAR(12) NOT NULL, 
	certain BOOLEAN NOT NULL, 
	at BIGINT NOT NULL, 
	settled_at BIGINT, 
	campaign_id INTEGER, 
	candidates JSON NOT NULL, 
	told_at BIGINT, 
	CONSTRAINT pk_referral PRIMARY KEY (supporter_id), 
	CONSTRAINT fk_referral_supporter_id_supporter FOREIGN KEY(supporter_id) REFERENCES supporter (id), 
	CONSTRAINT fk_referral_inviter_id_supporter FOREIGN KEY(inviter_id) REFERENCES supporter (id), 
	CONSTRAINT fk_referral_invite_id_invite FOREIGN KEY(invite_id) REFERENCES invite (id), 
	CONSTRAINT fk_referral_campaign_id_campaign FOREIGN KEY(campaign_id) REFERENCES campaign (id)
);
INSERT INTO "referral" VALUES(1,1,1,'invite',0,1795446000000000,1795446000000000,1,'[]',1795446000000000);
CREATE TABLE refund_order (
	id BIGINT NOT NULL, 
	gift_id BIGINT NOT NULL, 
	minor BIGINT NOT NULL, 
	reason TEXT NOT NULL, 
	staff_id INTEGER, 
	made_at BIGINT NOT NULL, 
	confirmed_at BIGINT, 
	try_at BIGINT, 
	attempts INTEGER DEFAULT '0' NOT NULL, 
	refund_id VARCHAR(255), 
	refused TEXT, 
	CONSTRAINT pk_refund_order PRIMARY KEY (id), 
	CONSTRAINT fk_refund_order_gift_id_gift FOREIGN KEY(gift_id) REFERENCES gift (id), 
	CONSTRAINT fk_refund_order_staff_id_staff FOREIGN KEY(staff_id) REFERENCES staff (id)
);
INSERT INTO "refund_order" VALUES(1,1,500,'refund_order-reason',1,1795446000000000,1795446000000000,1795446000000000,1,'refund_order-refund_id','refund_order-refused');
CREATE TABLE relay (
	delivery_id BIGINT NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_relay PRIMARY KEY (delivery_id), 
	CONSTRAINT fk_relay_delivery_id_delivery FOREIGN KEY(delivery_id) REFERENCES delivery (id)
);
INSERT INTO "relay" VALUES(1,1795446000000000);
CREATE TABLE secret (
	name VARCHAR(24) NOT NULL, 
	value BLOB NOT NULL, 
	CONSTRAINT pk_secret PRIMARY KEY (name)
);
INSERT INTO "secret" VALUES('secret-name',X'0102');
CREATE TABLE share_prompt (
	supporter_id INTEGER NOT NULL, 
	gift_id BIGINT NOT NULL, 
	shown BOOLEAN NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_share_prompt PRIMARY KEY (supporter_id), 
	CONSTRAINT fk_share_prompt_supporter_id_supporter FOREIGN KEY(supporter_id) REFERENCES supporter (id), 
	CONSTRAINT fk_share_prompt_gift_id_gift FOREIGN KEY(gift_id) REFERENCES gift (id)
);
INSERT INTO "share_prompt" VALUES(1,1,0,1795446000000000);
CREATE TABLE staff (
	id INTEGER NOT NULL, 
	platform VARCHAR(16) NOT NULL, 
	external_id VARCHAR(64) NOT NULL, 
	role VARCHAR(8) NOT NULL, 
	label VARCHAR(80) NOT NULL, 
	locale VARCHAR(2) NOT NULL, 
	added_by INTEGER, 
	added_at BIGINT NOT NULL, 
	removed_at BIGINT, 
	expects TEXT, 
	role_guild VARCHAR(64), 
	CONSTRAINT pk_staff PRIMARY KEY (id), 
	CONSTRAINT uq_staff_platform_external_id UNIQUE (platform, external_id), 
	CONSTRAINT fk_staff_added_by_staff FOREIGN KEY(added_by) REFERENCES staff (id)
);
INSERT INTO "staff" VALUES(1,'telegram','staff-external_id','owner','staff-label','fr',NULL,1795446000000000,NULL,'staff-expects','staff-role_guild');
CREATE TABLE staff_code (
	hash VARCHAR(64) NOT NULL, 
	role VARCHAR(8) NOT NULL, 
	purpose VARCHAR(8) NOT NULL, 
	made_by INTEGER, 
	made_at BIGINT NOT NULL, 
	ends_at BIGINT, 
	used_at BIGINT, 
	CONSTRAINT pk_staff_code PRIMARY KEY (hash), 
	CONSTRAINT fk_staff_code_made_by_staff FOREIGN KEY(made_by) REFERENCES staff (id)
);
INSERT INTO "staff_code" VALUES('staff_code-hash','owner','invite',1,1795446000000000,1795446000000000,1795446000000000);
CREATE TABLE staff_guess (
	id INTEGER NOT NULL, 
	platform VARCHAR(16) NOT NULL, 
	external_id VARCHAR(64) NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_staff_guess PRIMARY KEY (id)
);
INSERT INTO "staff_guess" VALUES(1,'telegram','staff_guess-external_id',1795446000000000);
CREATE TABLE staff_role (
	guild_id VARCHAR(64) NOT NULL, 
	role_id VARCHAR(64) NOT NULL, 
	name VARCHAR(100) NOT NULL, 
	role VARCHAR(8) NOT NULL, 
	added_at BIGINT NOT NULL, 
	CONSTRAINT pk_staff_role PRIMARY KEY (guild_id, role_id)
);
INSERT INTO "staff_role" VALUES('staff_role-guild_id','staff_role-role_id','staff_role-name','owner',1795446000000000);
CREATE TABLE stripe_event (
	id VARCHAR(255) NOT NULL, 
	type VARCHAR(64) NOT NULL, 
	created_at BIGINT NOT NULL, 
	received_at BIGINT NOT NULL, 
	state VARCHAR(8) NOT NULL, 
	waits_for VARCHAR(255), 
	error TEXT, 
	attempts INTEGER DEFAULT '0' NOT NULL, 
	try_at BIGINT, 
	body TEXT, 
	CONSTRAINT pk_stripe_event PRIMARY KEY (id)
);
INSERT INTO "stripe_event" VALUES('stripe_event-id','stripe_event-type',1795446000000000,1795446000000000,'applied','stripe_event-waits_for','stripe_event-error',1,1795446000000000,NULL);
CREATE TABLE supporter (
	id INTEGER NOT NULL, 
	joined_at BIGINT NOT NULL, 
	merged_into INTEGER, 
	erased_at BIGINT, 
	gift_count INTEGER DEFAULT '0' NOT NULL, 
	first_gift_at BIGINT, 
	last_gift_at BIGINT, 
	next_nudge_at BIGINT, 
	snoozed_until BIGINT, 
	arm_of BIGINT, 
	CONSTRAINT pk_supporter PRIMARY KEY (id), 
	CONSTRAINT fk_supporter_merged_into_supporter FOREIGN KEY(merged_into) REFERENCES supporter (id)
);
INSERT INTO "supporter" VALUES(1,1795446000000000,NULL,NULL,1,1795446000000000,1795446000000000,1795446000000000,1795446000000000,1);
CREATE TABLE switch (
	name VARCHAR(40) NOT NULL, 
	"on" BOOLEAN NOT NULL, 
	value JSON, 
	at BIGINT NOT NULL, 
	"by" INTEGER, 
	CONSTRAINT pk_switch PRIMARY KEY (name), 
	CONSTRAINT fk_switch_by_staff FOREIGN KEY("by") REFERENCES staff (id)
);
INSERT INTO "switch" VALUES('switch-name',0,'{}',1795446000000000,1);
CREATE TABLE tap_count (
	campaign_id INTEGER NOT NULL, 
	touch_kind VARCHAR(1) NOT NULL, 
	touch_id BIGINT NOT NULL, 
	taps BIGINT NOT NULL, 
	CONSTRAINT pk_tap_count PRIMARY KEY (campaign_id, touch_kind, touch_id), 
	CONSTRAINT fk_tap_count_campaign_id_campaign FOREIGN KEY(campaign_id) REFERENCES campaign (id)
);
INSERT INTO "tap_count" VALUES(1,'c',1,1);
CREATE TABLE to_repath (
	supporter_id INTEGER NOT NULL, 
	CONSTRAINT pk_to_repath PRIMARY KEY (supporter_id), 
	CONSTRAINT fk_to_repath_supporter_id_supporter FOREIGN KEY(supporter_id) REFERENCES supporter (id)
);
INSERT INTO "to_repath" VALUES(1);
CREATE INDEX ix_supporter_next_nudge_at ON supporter (next_nudge_at) WHERE next_nudge_at IS NOT NULL;
CREATE INDEX ix_stripe_event_try_at ON stripe_event (try_at) WHERE state = 'failed';
CREATE INDEX ix_stripe_event_waits_for ON stripe_event (waits_for) WHERE state = 'waiting';
CREATE INDEX ix_staff_guess_at ON staff_guess (at);
CREATE INDEX ix_notice_due ON notice (due_at) WHERE said_at IS NULL;
CREATE INDEX ix_notice_stale ON notice (stale) WHERE stale;
CREATE INDEX ix_address_supporter_id ON address (supporter_id);
CREATE INDEX ix_preference_change_supporter_id ON preference_change (supporter_id);
CREATE INDEX ix_campaign_donor_supporter_id ON campaign_donor (supporter_id);
CREATE INDEX ix_match_period_campaign_id ON match_period (campaign_id);
CREATE INDEX ix_payment_link_warm ON payment_link (campaign_id, minor, currency);
CREATE INDEX ix_posted_card_campaign_id ON posted_card (campaign_id);
CREATE INDEX ix_gift_pledge ON gift (pledge);
CREATE INDEX ix_gift_touch ON gift (touch_kind, touch_id) WHERE touch_kind IN ('b', 'n', 'i');
CREATE INDEX ix_gift_fee_wanted ON gift (balance_transaction) WHERE fee IS NULL;
CREATE INDEX ix_gift_supporter_id ON gift (supporter_id, paid_at, campaign_id, counted);
CREATE INDEX ix_pledge_supporter_id ON pledge (supporter_id);
CREATE INDEX ix_pledge_campaign_id ON pledge (campaign_id);
CREATE INDEX ix_broadcast_alive ON broadcast (state) WHERE ended_at IS NULL;
CREATE INDEX ix_decision_policy ON decision (policy, due_at);
CREATE INDEX ix_decision_supporter_id_due_at ON decision (supporter_id, due_at);
CREATE INDEX ix_lineage_parent_id ON lineage (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX ix_link_code_supporter_id ON link_code (supporter_id);
CREATE INDEX ix_audit_at ON audit (at);
CREATE INDEX ix_notice_copy_notice_id ON notice_copy (notice_id);
CREATE INDEX ix_entry_gift_id ON entry (gift_id);
CREATE INDEX ix_delivery_address_id ON delivery (address_id, state);
CREATE INDEX ix_delivery_due ON delivery (platform, lane, due_at) WHERE state = 'waiting';
CREATE INDEX ix_recipient_asked ON recipient (supporter_id, due_at) WHERE asks;
CREATE INDEX ix_recipient_due ON recipient (broadcast_id, platform, state, due_at);
CREATE INDEX ix_invite_link_invite_id ON invite_link (invite_id);
CREATE INDEX ix_invite_link_place ON invite_link (platform, place, gone_at);
CREATE INDEX ix_invite_count_day ON invite_count (day);
CREATE INDEX ix_referral_at ON referral (at);
CREATE INDEX ix_referral_inviter_id ON referral (inviter_id);
CREATE INDEX ix_share_prompt_at ON share_prompt (at);
CREATE INDEX ix_refund_order_gift_id ON refund_order (gift_id);
CREATE INDEX ix_refund_order_try_at ON refund_order (try_at) WHERE try_at IS NOT NULL;
COMMIT;
