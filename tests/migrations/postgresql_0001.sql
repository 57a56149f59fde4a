CREATE TABLE public.address (
    id bigint NOT NULL,
    supporter_id bigint NOT NULL,
    platform character varying(16) NOT NULL,
    external_id character varying(64) NOT NULL,
    locale character varying(2) NOT NULL,
    locale_chosen boolean DEFAULT false NOT NULL,
    time_zone character varying(64),
    reachable boolean DEFAULT true NOT NULL,
    unreachable_since bigint,
    wrote_at bigint,
    gave_at bigint
);
CREATE SEQUENCE public.address_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.address_id_seq OWNED BY public.address.id;
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.audit (
    id bigint NOT NULL,
    at bigint NOT NULL,
    staff_id bigint,
    actor character varying(80) NOT NULL,
    action character varying(40) NOT NULL,
    details json NOT NULL
);
CREATE TABLE public.blocked (
    supporter_id bigint NOT NULL,
    at bigint NOT NULL,
    by bigint
);
CREATE TABLE public.broadcast (
    id bigint NOT NULL,
    kind character varying(10) NOT NULL,
    once_key character varying(80),
    state character varying(10) NOT NULL,
    campaign_id bigint NOT NULL,
    body json NOT NULL,
    picture bytea,
    segment json NOT NULL,
    quiet character varying(10) NOT NULL,
    revision integer DEFAULT 1 NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    made_by bigint,
    made_at bigint NOT NULL,
    approved_by bigint,
    starts_at bigint,
    prepared_to bigint DEFAULT '0'::bigint NOT NULL,
    started_at bigint,
    ended_at bigint,
    changed_at bigint,
    why text
);
CREATE TABLE public.broadcast_opt_out (
    broadcast_id bigint NOT NULL,
    supporter_id bigint NOT NULL,
    at bigint NOT NULL
);
CREATE TABLE public.broadcast_post (
    broadcast_id bigint NOT NULL,
    place_id bigint NOT NULL,
    state character varying(12) NOT NULL,
    due_at bigint NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    error text,
    chat_id character varying(64),
    message_id character varying(64),
    revision integer DEFAULT 0 NOT NULL,
    done_at bigint
);
CREATE TABLE public.broadcast_tap (
    broadcast_id bigint NOT NULL,
    locale character varying(2) NOT NULL,
    platform character varying(16) NOT NULL,
    part character varying(16) NOT NULL,
    taps bigint NOT NULL
);
CREATE TABLE public.campaign (
    id bigint NOT NULL,
    slug character varying(40) NOT NULL,
    state character varying(8) NOT NULL,
    authored text NOT NULL,
    currency character varying(3) NOT NULL,
    ends_at bigint,
    published_at bigint NOT NULL,
    closed_at bigint,
    raised_minor bigint DEFAULT '0'::bigint NOT NULL,
    gift_count integer DEFAULT 0 NOT NULL,
    donor_count integer DEFAULT 0 NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    has_match boolean DEFAULT false NOT NULL,
    extended boolean DEFAULT false NOT NULL,
    given_at bigint
);
CREATE TABLE public.campaign_donor (
    campaign_id bigint NOT NULL,
    supporter_id bigint NOT NULL,
    gift_count integer NOT NULL
);
CREATE SEQUENCE public.campaign_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.campaign_id_seq OWNED BY public.campaign.id;
CREATE TABLE public.campaign_other (
    campaign_id bigint NOT NULL,
    currency character varying(3) NOT NULL,
    raised_minor bigint NOT NULL,
    gift_count integer NOT NULL
);
CREATE TABLE public.campaign_picture (
    campaign_id bigint NOT NULL,
    image bytea NOT NULL
);
CREATE TABLE public.circle (
    supporter_id bigint NOT NULL,
    people_direct integer DEFAULT 0 NOT NULL,
    people_below integer DEFAULT 0 NOT NULL,
    donors_direct integer DEFAULT 0 NOT NULL,
    donors_below integer DEFAULT 0 NOT NULL
);
CREATE TABLE public.circle_money (
    supporter_id bigint NOT NULL,
    currency character varying(3) NOT NULL,
    gifts_direct integer DEFAULT 0 NOT NULL,
    gifts_below integer DEFAULT 0 NOT NULL,
    minor_direct bigint DEFAULT '0'::bigint NOT NULL,
    minor_below bigint DEFAULT '0'::bigint NOT NULL
);
CREATE TABLE public.cursor (
    name character varying(40) NOT NULL,
    at bigint NOT NULL
);
CREATE TABLE public.decision (
    id bigint NOT NULL,
    supporter_id bigint NOT NULL,
    campaign_id bigint NOT NULL,
    policy character varying(24) NOT NULL,
    text bigint NOT NULL,
    arm character varying(8) NOT NULL,
    propensity double precision NOT NULL,
    reason character varying(64) NOT NULL,
    due_at bigint NOT NULL
);
CREATE TABLE public.delivery (
    id bigint NOT NULL,
    lane integer NOT NULL,
    platform character varying(16) NOT NULL,
    address_id bigint NOT NULL,
    message character varying(40) NOT NULL,
    args json NOT NULL,
    state character varying(12) NOT NULL,
    due_at bigint NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    claimed_at bigint,
    done_at bigint,
    error text
);
CREATE TABLE public.draft (
    id bigint NOT NULL,
    kind character varying(16) NOT NULL,
    body json NOT NULL,
    picture bytea,
    version integer NOT NULL,
    changed_at bigint NOT NULL,
    changed_by bigint
);
CREATE TABLE public.entry (
    id bigint NOT NULL,
    gift_id bigint NOT NULL,
    event_id character varying(255) NOT NULL,
    at bigint NOT NULL
);
CREATE TABLE public.error_case (
    id bigint NOT NULL,
    gift_id bigint NOT NULL,
    supporter_id bigint,
    kind character varying(16) NOT NULL,
    opened_at bigint NOT NULL,
    due_at bigint,
    closed_at bigint
);
CREATE SEQUENCE public.error_case_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.error_case_id_seq OWNED BY public.error_case.id;
CREATE TABLE public.gift (
    id bigint NOT NULL,
    campaign_id bigint NOT NULL,
    supporter_id bigint,
    touch_kind character varying(1) NOT NULL,
    touch_id bigint NOT NULL,
    late boolean NOT NULL,
    state character varying(16) NOT NULL,
    counted bigint NOT NULL,
    receipt_url text,
    balance_transaction character varying(255),
    claimed_at bigint,
    disowned_at bigint,
    payment_intent character varying(255),
    invoice character varying(255),
    pledge character varying(255),
    session character varying(255),
    charge character varying(255),
    currency character varying(3) NOT NULL,
    amount bigint NOT NULL,
    settled integer NOT NULL,
    paid_at bigint,
    refunds json NOT NULL,
    charge_refunded bigint NOT NULL,
    disputes json NOT NULL,
    fee bigint,
    fee_currency character varying(3)
);
CREATE TABLE public.gift_match (
    gift_id bigint NOT NULL,
    match_id bigint NOT NULL,
    minor bigint NOT NULL
);
CREATE TABLE public.invite (
    id bigint NOT NULL,
    supporter_id bigint NOT NULL,
    code character varying(16),
    made_at bigint NOT NULL,
    words text,
    told_staff_at bigint
);
CREATE TABLE public.invite_count (
    invite_id bigint NOT NULL,
    day integer NOT NULL,
    kind character varying(8) NOT NULL,
    campaign_id bigint NOT NULL,
    number integer NOT NULL
);
CREATE TABLE public.invite_link (
    id bigint NOT NULL,
    invite_id bigint NOT NULL,
    platform character varying(16) NOT NULL,
    place character varying(64) NOT NULL,
    code character varying(128) NOT NULL,
    made_at bigint NOT NULL,
    uses integer DEFAULT 0 NOT NULL,
    used_at bigint,
    gone_at bigint
);
CREATE TABLE public.invite_place (
    place_id bigint NOT NULL,
    home character varying(64),
    trouble character varying(8),
    looked_at bigint NOT NULL
);
CREATE TABLE public.lease (
    name character varying(64) NOT NULL,
    holder character varying(64) NOT NULL,
    until bigint NOT NULL
);
CREATE TABLE public.left_before (
    hash character varying(32) NOT NULL,
    at bigint NOT NULL
);
CREATE TABLE public.lineage (
    supporter_id bigint NOT NULL,
    parent_id bigint,
    ancestors text DEFAULT ''::text NOT NULL
);
CREATE TABLE public.link_code (
    hash character varying(64) NOT NULL,
    supporter_id bigint NOT NULL,
    expires_at bigint NOT NULL
);
CREATE TABLE public.link_guess (
    supporter_id bigint NOT NULL,
    number integer NOT NULL,
    since bigint NOT NULL
);
CREATE TABLE public.looked_back (
    supporter_id bigint NOT NULL,
    about character varying(300) NOT NULL,
    at bigint NOT NULL
);
CREATE TABLE public.match_period (
    id bigint NOT NULL,
    campaign_id bigint NOT NULL,
    sponsor json NOT NULL,
    pool_minor bigint NOT NULL,
    left_minor bigint NOT NULL,
    starts_at bigint NOT NULL,
    ends_at bigint NOT NULL,
    closed_at bigint
);
CREATE TABLE public.milestone (
    campaign_id bigint NOT NULL,
    threshold_minor bigint NOT NULL,
    crossed_at bigint,
    announced_at bigint
);
CREATE TABLE public.name_hidden (
    supporter_id bigint NOT NULL,
    at bigint NOT NULL,
    by bigint
);
CREATE TABLE public.notice (
    id bigint NOT NULL,
    key character varying(120) NOT NULL,
    kind character varying(40) NOT NULL,
    args json NOT NULL,
    made_at bigint NOT NULL,
    due_at bigint NOT NULL,
    said_at bigint,
    attempts integer DEFAULT 0 NOT NULL,
    stale boolean DEFAULT false NOT NULL
);
CREATE TABLE public.notice_copy (
    platform character varying(16) NOT NULL,
    chat_id character varying(64) NOT NULL,
    message_id character varying(64) NOT NULL,
    notice_id bigint NOT NULL,
    target character varying(64) NOT NULL
);
CREATE TABLE public.nudge_end (
    decision_id bigint NOT NULL,
    kind character varying(12) NOT NULL,
    at bigint NOT NULL
);
CREATE TABLE public.nudge_policy (
    name character varying(24) NOT NULL,
    "on" boolean NOT NULL,
    numbers json NOT NULL,
    texts json NOT NULL,
    texts_at bigint NOT NULL,
    held_out double precision NOT NULL,
    changed_at bigint NOT NULL,
    changed_by bigint
);
CREATE TABLE public.payment_link (
    id bigint NOT NULL,
    campaign_id bigint NOT NULL,
    minor bigint NOT NULL,
    currency character varying(3) NOT NULL,
    params_hash character varying(64) NOT NULL,
    stripe_id character varying(64) NOT NULL,
    url text NOT NULL,
    active boolean NOT NULL,
    suggested boolean NOT NULL,
    monthly boolean DEFAULT false NOT NULL,
    created_at bigint NOT NULL
);
CREATE TABLE public.place (
    id bigint NOT NULL,
    platform character varying(16) NOT NULL,
    chat_id character varying(64) NOT NULL,
    title character varying(200) NOT NULL,
    purpose character varying(8) NOT NULL,
    is_open boolean NOT NULL,
    locales character varying(5) NOT NULL,
    added_at bigint NOT NULL,
    lost_at bigint
);
CREATE SEQUENCE public.place_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.place_id_seq OWNED BY public.place.id;
CREATE TABLE public.pledge (
    subscription character varying(255) NOT NULL,
    campaign_id bigint,
    supporter_id bigint,
    status character varying(24) NOT NULL,
    said_at bigint,
    minor bigint,
    changed_at bigint NOT NULL
);
CREATE TABLE public.posted_card (
    id bigint NOT NULL,
    campaign_id bigint NOT NULL,
    platform character varying(16) NOT NULL,
    chat_id character varying(64) NOT NULL,
    message_id character varying(64),
    locale character varying(5) NOT NULL,
    shown_version integer DEFAULT 0 NOT NULL,
    edited_at bigint,
    gone_at bigint,
    posted_at bigint NOT NULL,
    asked_at bigint,
    away_at bigint
);
CREATE TABLE public.posting (
    entry_id bigint NOT NULL,
    account character varying(32) NOT NULL,
    currency character varying(3) NOT NULL,
    minor bigint NOT NULL
);
CREATE TABLE public.preference (
    supporter_id bigint NOT NULL,
    kind character varying(24) NOT NULL,
    accepted boolean NOT NULL,
    changed_at bigint NOT NULL
);
CREATE TABLE public.preference_change (
    id bigint NOT NULL,
    supporter_id bigint NOT NULL,
    kind character varying(24) NOT NULL,
    accepted boolean NOT NULL,
    at bigint NOT NULL,
    wording text NOT NULL
);
CREATE TABLE public.private_answer (
    address_id bigint NOT NULL,
    campaign_id bigint NOT NULL,
    token text NOT NULL,
    expires_at bigint NOT NULL
);
CREATE TABLE public.progress_message (
    broadcast_id bigint NOT NULL,
    platform character varying(16) NOT NULL,
    chat_id character varying(64) NOT NULL,
    message_id character varying(64),
    target character varying(64) NOT NULL,
    locale character varying(2) NOT NULL,
    shown text NOT NULL,
    edited_at bigint NOT NULL
);
CREATE TABLE public.recipient (
    broadcast_id bigint NOT NULL,
    supporter_id bigint NOT NULL,
    address_id bigint NOT NULL,
    platform character varying(16) NOT NULL,
    external_id character varying(64) NOT NULL,
    locale character varying(2) NOT NULL,
    asks boolean NOT NULL,
    silent boolean NOT NULL,
    state character varying(12) NOT NULL,
    part character varying(16),
    due_at bigint NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    claimed_at bigint,
    done_at bigint,
    error text,
    chat_id character varying(64),
    message_id character varying(64),
    revision integer DEFAULT 0 NOT NULL
);
CREATE TABLE public.recognition (
    supporter_id bigint NOT NULL,
    people integer NOT NULL,
    at bigint NOT NULL
);
CREATE TABLE public.referral (
    supporter_id bigint NOT NULL,
    inviter_id bigint,
    invite_id bigint,
    how character varying(12) NOT NULL,
    certain boolean NOT NULL,
    at bigint NOT NULL,
    settled_at bigint,
    campaign_id bigint,
    candidates json NOT NULL,
    told_at bigint
);
CREATE TABLE public.refund_order (
    id bigint NOT NULL,
    gift_id bigint NOT NULL,
    minor bigint NOT NULL,
    reason text NOT NULL,
    staff_id bigint,
    made_at bigint NOT NULL,
    confirmed_at bigint,
    try_at bigint,
    attempts integer DEFAULT 0 NOT NULL,
    refund_id character varying(255),
    refused text
);
CREATE TABLE public.relay (
    delivery_id bigint NOT NULL,
    at bigint NOT NULL
);
CREATE TABLE public.secret (
    name character varying(24) NOT NULL,
    value bytea NOT NULL
);
CREATE TABLE public.share_prompt (
    supporter_id bigint NOT NULL,
    gift_id bigint NOT NULL,
    shown boolean NOT NULL,
    at bigint NOT NULL
);
CREATE TABLE public.staff (
    id bigint NOT NULL,
    platform character varying(16) NOT NULL,
    external_id character varying(64) NOT NULL,
    role character varying(8) NOT NULL,
    label character varying(80) NOT NULL,
    locale character varying(2) NOT NULL,
    added_by bigint,
    added_at bigint NOT NULL,
    removed_at bigint,
    expects text,
    role_guild character varying(64)
);
CREATE TABLE public.staff_code (
    hash character varying(64) NOT NULL,
    role character varying(8) NOT NULL,
    purpose character varying(8) NOT NULL,
    made_by bigint,
    made_at bigint NOT NULL,
    ends_at bigint,
    used_at bigint
);
CREATE TABLE public.staff_guess (
    id bigint NOT NULL,
    platform character varying(16) NOT NULL,
    external_id character varying(64) NOT NULL,
    at bigint NOT NULL
);
CREATE SEQUENCE public.staff_guess_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.staff_guess_id_seq OWNED BY public.staff_guess.id;
CREATE SEQUENCE public.staff_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.staff_id_seq OWNED BY public.staff.id;
CREATE TABLE public.staff_role (
    guild_id character varying(64) NOT NULL,
    role_id character varying(64) NOT NULL,
    name character varying(100) NOT NULL,
    role character varying(8) NOT NULL,
    added_at bigint NOT NULL
);
CREATE TABLE public.stripe_event (
    id character varying(255) NOT NULL,
    type character varying(64) NOT NULL,
    created_at bigint NOT NULL,
    received_at bigint NOT NULL,
    state character varying(8) NOT NULL,
    waits_for character varying(255),
    error text,
    attempts integer DEFAULT 0 NOT NULL,
    try_at bigint,
    body text
);
CREATE TABLE public.supporter (
    id bigint NOT NULL,
    joined_at bigint NOT NULL,
    merged_into bigint,
    erased_at bigint,
    gift_count integer DEFAULT 0 NOT NULL,
    first_gift_at bigint,
    last_gift_at bigint,
    next_nudge_at bigint,
    snoozed_until bigint,
    arm_of bigint
);
CREATE SEQUENCE public.supporter_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.supporter_id_seq OWNED BY public.supporter.id;
CREATE TABLE public.switch (
    name character varying(40) NOT NULL,
    "on" boolean NOT NULL,
    value json,
    at bigint NOT NULL,
    by bigint
);
CREATE TABLE public.tap_count (
    campaign_id bigint NOT NULL,
    touch_kind character varying(1) NOT NULL,
    touch_id bigint NOT NULL,
    taps bigint NOT NULL
);
CREATE TABLE public.to_repath (
    supporter_id bigint NOT NULL
);
ALTER TABLE ONLY public.address ALTER COLUMN id SET DEFAULT nextval('public.address_id_seq'::regclass);
ALTER TABLE ONLY public.campaign ALTER COLUMN id SET DEFAULT nextval('public.campaign_id_seq'::regclass);
ALTER TABLE ONLY public.error_case ALTER COLUMN id SET DEFAULT nextval('public.error_case_id_seq'::regclass);
ALTER TABLE ONLY public.place ALTER COLUMN id SET DEFAULT nextval('public.place_id_seq'::regclass);
ALTER TABLE ONLY public.staff ALTER COLUMN id SET DEFAULT nextval('public.staff_id_seq'::regclass);
ALTER TABLE ONLY public.staff_guess ALTER COLUMN id SET DEFAULT nextval('public.staff_guess_id_seq'::regclass);
ALTER TABLE ONLY public.supporter ALTER COLUMN id SET DEFAULT nextval('public.supporter_id_seq'::regclass);
INSERT INTO public.address VALUES (1, 1, 'telegram', 'address-external_id', 'fr', false, 'address-time_zone', false, 1795446000000000, 1795446000000000, 1795446000000000);
INSERT INTO public.alembic_version VALUES ('0001');
INSERT INTO public.audit VALUES (1, 1795446000000000, 1, 'audit-actor', 'audit-action', '{}');
INSERT INTO public.blocked VALUES (1, 1795446000000000, 1);
INSERT INTO public.broadcast VALUES (1, 'staff', 'broadcast-once_key', 'ended', 1, '{}', '\x0102', '{}', 'silent', 1, 1, 1, 1795446000000000, 1, 1795446000000000, 1, 1795446000000000, 1795446000000000, 1795446000000000, 'broadcast-why');
INSERT INTO public.broadcast_opt_out VALUES (1, 1, 1795446000000000);
INSERT INTO public.broadcast_post VALUES (1, 1, 'sent', 1795446000000000, 1, 'broadcast_post-error', 'broadcast_post-chat_id', 'broadcast_post-message_id', 1, 1795446000000000);
INSERT INTO public.broadcast_tap VALUES (1, 'fr', 'telegram', 'none', 1);
INSERT INTO public.campaign VALUES (1, 'campaign-slug', 'open', '{}', 'CAD', 1795446000000000, 1795446000000000, NULL, 500, 1, 1, 1, false, false, 1795446000000000);
INSERT INTO public.campaign_donor VALUES (1, 1, 1);
INSERT INTO public.campaign_other VALUES (1, 'CAD', 500, 1);
INSERT INTO public.campaign_picture VALUES (1, '\x0102');
INSERT INTO public.circle VALUES (1, 1, 1, 1, 1);
INSERT INTO public.circle_money VALUES (1, 'CAD', 1, 1, 1, 1);
INSERT INTO public.cursor VALUES ('cursor-name', 1795446000000000);
INSERT INTO public.decision VALUES (1, 1, 1, 'second_gift', 1, 'sent', 0.5, 'decision-reason', 1795446000000000);
INSERT INTO public.delivery VALUES (1, 1, 'telegram', 1, 'thanks', '{}', 'sent', 1795446000000000, 1, 1795446000000000, 1795446000000000, 'delivery-error');
INSERT INTO public.draft VALUES (1, 'broadcast', '{}', '\x0102', 1, 1795446000000000, 1);
INSERT INTO public.entry VALUES (1, 1, 'entry-event_id', 1795446000000000);
INSERT INTO public.error_case VALUES (1, 1, 1, 'wrong_amount', 1795446000000000, 1795446000000000, NULL);
INSERT INTO public.gift VALUES (1, 1, 1, 'c', 1, false, 'paid', 500, 'gift-receipt_url', 'gift-balance_transaction', 1795446000000000, NULL, 'gift-payment_intent', 'gift-invoice', 'gift-pledge', 'gift-session', 'gift-charge', 'CAD', 500, 3, 1795446000000000, '{}', 1, '{}', 1, 'CAD');
INSERT INTO public.gift_match VALUES (1, 1, 500);
INSERT INTO public.invite VALUES (1, 1, 'invite-code', 1795446000000000, 'invite-words', 1795446000000000);
INSERT INTO public.invite_count VALUES (1, 1, 'opened', 1, 1);
INSERT INTO public.invite_link VALUES (1, 1, 'telegram', 'invite_link-place', 'invite_link-code', 1795446000000000, 1, 1795446000000000, NULL);
INSERT INTO public.invite_place VALUES (1, 'invite_place-home', 'invite_p', 1795446000000000);
INSERT INTO public.lease VALUES ('lease-name', 'lease-holder', 1795446000000000);
INSERT INTO public.left_before VALUES ('left_before-hash', 1795446000000000);
INSERT INTO public.lineage VALUES (1, 1, '');
INSERT INTO public.link_code VALUES ('link_code-hash', 1, 1795446000000000);
INSERT INTO public.link_guess VALUES (1, 1, 1795446000000000);
INSERT INTO public.looked_back VALUES (1, 'looked_back-about', 1795446000000000);
INSERT INTO public.match_period VALUES (1, 1, '{}', 1, 1, 1795446000000000, 1795446000000000, NULL);
INSERT INTO public.milestone VALUES (1, 1, 1795446000000000, 1795446000000000);
INSERT INTO public.name_hidden VALUES (1, 1795446000000000, 1);
INSERT INTO public.notice VALUES (1, 'notice-key', 'large_gift', '{}', 1795446000000000, 1795446000000000, 1795446000000000, 1, false);
INSERT INTO public.notice_copy VALUES ('telegram', 'notice_copy-chat_id', 'notice_copy-message_id', 1, 'notice_copy-target');
INSERT INTO public.nudge_end VALUES (1, 'blocked', 1795446000000000);
INSERT INTO public.nudge_policy VALUES ('nudge_policy-name', false, '{}', '{}', 1795446000000000, 0.5, 1795446000000000, 1);
INSERT INTO public.payment_link VALUES (1, 1, 500, 'CAD', 'payment_link-params_hash', 'payment_link-stripe_id', 'payment_link-url', false, false, false, 1795446000000000);
INSERT INTO public.place VALUES (1, 'telegram', 'place-chat_id', 'place-title', 'public', false, 'fr+en', 1795446000000000, NULL);
INSERT INTO public.pledge VALUES ('pledge-subscription', 1, 1, 'active', 1795446000000000, 500, 1795446000000000);
INSERT INTO public.posted_card VALUES (1, 1, 'telegram', 'posted_card-chat_id', 'posted_card-message_id', 'fr', 1, 1795446000000000, NULL, 1795446000000000, 1795446000000000, NULL);
INSERT INTO public.posting VALUES (1, 'raised', 'CAD', 500);
INSERT INTO public.preference VALUES (1, 'broadcasts', false, 1795446000000000);
INSERT INTO public.preference_change VALUES (1, 1, 'broadcasts', false, 1795446000000000, 'preference_change-wording');
INSERT INTO public.private_answer VALUES (1, 1, 'private_answer-token', 1795446000000000);
INSERT INTO public.progress_message VALUES (1, 'telegram', 'progress_message-chat_id', 'progress_message-message_id', 'progress_message-target', 'fr', 'progress_message-shown', 1795446000000000);
INSERT INTO public.recipient VALUES (1, 1, 1, 'telegram', 'recipient-external_id', 'fr', false, false, 'sent', 'none', 1795446000000000, 1, 1795446000000000, 1795446000000000, 'recipient-error', 'recipient-chat_id', 'recipient-message_id', 1);
INSERT INTO public.recognition VALUES (1, 1, 1795446000000000);
INSERT INTO public.referral VALUES (1, 1, 1, 'invite', false, 1795446000000000, 1795446000000000, 1, '[]', 1795446000000000);
INSERT INTO public.refund_order VALUES (1, 1, 500, 'refund_order-reason', 1, 1795446000000000, 1795446000000000, 1795446000000000, 1, 'refund_order-refund_id', 'refund_order-refused');
INSERT INTO public.relay VALUES (1, 1795446000000000);
INSERT INTO public.secret VALUES ('secret-name', '\x0102');
INSERT INTO public.share_prompt VALUES (1, 1, false, 1795446000000000);
INSERT INTO public.staff VALUES (1, 'telegram', 'staff-external_id', 'owner', 'staff-label', 'fr', NULL, 1795446000000000, NULL, 'staff-expects', 'staff-role_guild');
INSERT INTO public.staff_code VALUES ('staff_code-hash', 'owner', 'invite', 1, 1795446000000000, 1795446000000000, 1795446000000000);
INSERT INTO public.staff_guess VALUES (1, 'telegram', 'staff_guess-external_id', 1795446000000000);
INSERT INTO public.staff_role VALUES ('staff_role-guild_id', 'staff_role-role_id', 'staff_role-name', 'owner', 1795446000000000);
INSERT INTO public.stripe_event VALUES ('stripe_event-id', 'stripe_event-type', 1795446000000000, 1795446000000000, 'applied', 'stripe_event-waits_for', 'stripe_event-error', 1, 1795446000000000, NULL);
INSERT INTO public.supporter VALUES (1, 1795446000000000, NULL, NULL, 1, 1795446000000000, 1795446000000000, 1795446000000000, 1795446000000000, 1);
INSERT INTO public.switch VALUES ('switch-name', false, '{}', 1795446000000000, 1);
INSERT INTO public.tap_count VALUES (1, 'c', 1, 1);
INSERT INTO public.to_repath VALUES (1);
SELECT pg_catalog.setval('public.address_id_seq', 1, false);
SELECT pg_catalog.setval('public.campaign_id_seq', 1, false);
SELECT pg_catalog.setval('public.error_case_id_seq', 1, false);
SELECT pg_catalog.setval('public.place_id_seq', 1, false);
SELECT pg_catalog.setval('public.staff_guess_id_seq', 1, false);
SELECT pg_catalog.setval('public.staff_id_seq', 1, false);
SELECT pg_catalog.setval('public.supporter_id_seq', 1, false);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.address
    ADD CONSTRAINT pk_address PRIMARY KEY (id);
ALTER TABLE ONLY public.audit
    ADD CONSTRAINT pk_audit PRIMARY KEY (id);
ALTER TABLE ONLY public.blocked
    ADD CONSTRAINT pk_blocked PRIMARY KEY (supporter_id);
ALTER TABLE ONLY public.broadcast
    ADD CONSTRAINT pk_broadcast PRIMARY KEY (id);
ALTER TABLE ONLY public.broadcast_opt_out
    ADD CONSTRAINT pk_broadcast_opt_out PRIMARY KEY (broadcast_id, supporter_id);
ALTER TABLE ONLY public.broadcast_post
    ADD CONSTRAINT pk_broadcast_post PRIMARY KEY (broadcast_id, place_id);
ALTER TABLE ONLY public.broadcast_tap
    ADD CONSTRAINT pk_broadcast_tap PRIMARY KEY (broadcast_id, locale, platform, part);
ALTER TABLE ONLY public.campaign
    ADD CONSTRAINT pk_campaign PRIMARY KEY (id);
ALTER TABLE ONLY public.campaign_donor
    ADD CONSTRAINT pk_campaign_donor PRIMARY KEY (campaign_id, supporter_id);
ALTER TABLE ONLY public.campaign_other
    ADD CONSTRAINT pk_campaign_other PRIMARY KEY (campaign_id, currency);
ALTER TABLE ONLY public.campaign_picture
    ADD CONSTRAINT pk_campaign_picture PRIMARY KEY (campaign_id);
ALTER TABLE ONLY public.circle
    ADD CONSTRAINT pk_circle PRIMARY KEY (supporter_id);
ALTER TABLE ONLY public.circle_money
    ADD CONSTRAINT pk_circle_money PRIMARY KEY (supporter_id, currency);
ALTER TABLE ONLY public.cursor
    ADD CONSTRAINT pk_cursor PRIMARY KEY (name);
ALTER TABLE ONLY public.decision
    ADD CONSTRAINT pk_decision PRIMARY KEY (id);
ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT pk_delivery PRIMARY KEY (id);
ALTER TABLE ONLY public.draft
    ADD CONSTRAINT pk_draft PRIMARY KEY (id);
ALTER TABLE ONLY public.entry
    ADD CONSTRAINT pk_entry PRIMARY KEY (id);
ALTER TABLE ONLY public.error_case
    ADD CONSTRAINT pk_error_case PRIMARY KEY (id);
ALTER TABLE ONLY public.gift
    ADD CONSTRAINT pk_gift PRIMARY KEY (id);
ALTER TABLE ONLY public.gift_match
    ADD CONSTRAINT pk_gift_match PRIMARY KEY (gift_id, match_id);
ALTER TABLE ONLY public.invite
    ADD CONSTRAINT pk_invite PRIMARY KEY (id);
ALTER TABLE ONLY public.invite_count
    ADD CONSTRAINT pk_invite_count PRIMARY KEY (invite_id, day, kind, campaign_id);
ALTER TABLE ONLY public.invite_link
    ADD CONSTRAINT pk_invite_link PRIMARY KEY (id);
ALTER TABLE ONLY public.invite_place
    ADD CONSTRAINT pk_invite_place PRIMARY KEY (place_id);
ALTER TABLE ONLY public.lease
    ADD CONSTRAINT pk_lease PRIMARY KEY (name);
ALTER TABLE ONLY public.left_before
    ADD CONSTRAINT pk_left_before PRIMARY KEY (hash);
ALTER TABLE ONLY public.lineage
    ADD CONSTRAINT pk_lineage PRIMARY KEY (supporter_id);
ALTER TABLE ONLY public.link_code
    ADD CONSTRAINT pk_link_code PRIMARY KEY (hash);
ALTER TABLE ONLY public.link_guess
    ADD CONSTRAINT pk_link_guess PRIMARY KEY (supporter_id);
ALTER TABLE ONLY public.looked_back
    ADD CONSTRAINT pk_looked_back PRIMARY KEY (supporter_id, about);
ALTER TABLE ONLY public.match_period
    ADD CONSTRAINT pk_match_period PRIMARY KEY (id);
ALTER TABLE ONLY public.milestone
    ADD CONSTRAINT pk_milestone PRIMARY KEY (campaign_id, threshold_minor);
ALTER TABLE ONLY public.name_hidden
    ADD CONSTRAINT pk_name_hidden PRIMARY KEY (supporter_id);
ALTER TABLE ONLY public.notice
    ADD CONSTRAINT pk_notice PRIMARY KEY (id);
ALTER TABLE ONLY public.notice_copy
    ADD CONSTRAINT pk_notice_copy PRIMARY KEY (platform, chat_id, message_id);
ALTER TABLE ONLY public.nudge_end
    ADD CONSTRAINT pk_nudge_end PRIMARY KEY (decision_id, kind);
ALTER TABLE ONLY public.nudge_policy
    ADD CONSTRAINT pk_nudge_policy PRIMARY KEY (name);
ALTER TABLE ONLY public.payment_link
    ADD CONSTRAINT pk_payment_link PRIMARY KEY (id);
ALTER TABLE ONLY public.place
    ADD CONSTRAINT pk_place PRIMARY KEY (id);
ALTER TABLE ONLY public.pledge
    ADD CONSTRAINT pk_pledge PRIMARY KEY (subscription);
ALTER TABLE ONLY public.posted_card
    ADD CONSTRAINT pk_posted_card PRIMARY KEY (id);
ALTER TABLE ONLY public.posting
    ADD CONSTRAINT pk_posting PRIMARY KEY (entry_id, account, currency);
ALTER TABLE ONLY public.preference
    ADD CONSTRAINT pk_preference PRIMARY KEY (supporter_id, kind);
ALTER TABLE ONLY public.preference_change
    ADD CONSTRAINT pk_preference_change PRIMARY KEY (id);
ALTER TABLE ONLY public.private_answer
    ADD CONSTRAINT pk_private_answer PRIMARY KEY (address_id, campaign_id);
ALTER TABLE ONLY public.progress_message
    ADD CONSTRAINT pk_progress_message PRIMARY KEY (broadcast_id, platform, chat_id);
ALTER TABLE ONLY public.recipient
    ADD CONSTRAINT pk_recipient PRIMARY KEY (broadcast_id, supporter_id);
ALTER TABLE ONLY public.recognition
    ADD CONSTRAINT pk_recognition PRIMARY KEY (supporter_id, people);
ALTER TABLE ONLY public.referral
    ADD CONSTRAINT pk_referral PRIMARY KEY (supporter_id);
ALTER TABLE ONLY public.refund_order
    ADD CONSTRAINT pk_refund_order PRIMARY KEY (id);
ALTER TABLE ONLY public.relay
    ADD CONSTRAINT pk_relay PRIMARY KEY (delivery_id);
ALTER TABLE ONLY public.secret
    ADD CONSTRAINT pk_secret PRIMARY KEY (name);
ALTER TABLE ONLY public.share_prompt
    ADD CONSTRAINT pk_share_prompt PRIMARY KEY (supporter_id);
ALTER TABLE ONLY public.staff
    ADD CONSTRAINT pk_staff PRIMARY KEY (id);
ALTER TABLE ONLY public.staff_code
    ADD CONSTRAINT pk_staff_code PRIMARY KEY (hash);
ALTER TABLE ONLY public.staff_guess
    ADD CONSTRAINT pk_staff_guess PRIMARY KEY (id);
ALTER TABLE ONLY public.staff_role
    ADD CONSTRAINT pk_staff_role PRIMARY KEY (guild_id, role_id);
ALTER TABLE ONLY public.stripe_event
    ADD CONSTRAINT pk_stripe_event PRIMARY KEY (id);
ALTER TABLE ONLY public.supporter
    ADD CONSTRAINT pk_supporter PRIMARY KEY (id);
ALTER TABLE ONLY public.switch
    ADD CONSTRAINT pk_switch PRIMARY KEY (name);
ALTER TABLE ONLY public.tap_count
    ADD CONSTRAINT pk_tap_count PRIMARY KEY (campaign_id, touch_kind, touch_id);
ALTER TABLE ONLY public.to_repath
    ADD CONSTRAINT pk_to_repath PRIMARY KEY (supporter_id);
ALTER TABLE ONLY public.address
    ADD CONSTRAINT uq_address_platform_external_id UNIQUE (platform, external_id);
ALTER TABLE ONLY public.broadcast
    ADD CONSTRAINT uq_broadcast_once_key UNIQUE (once_key);
ALTER TABLE ONLY public.campaign
    ADD CONSTRAINT uq_campaign_slug UNIQUE (slug);
ALTER TABLE ONLY public.decision
    ADD CONSTRAINT uq_decision_supporter_id_reason UNIQUE (supporter_id, reason);
ALTER TABLE ONLY public.error_case
    ADD CONSTRAINT uq_error_case_gift_id_kind UNIQUE (gift_id, kind);
ALTER TABLE ONLY public.gift
    ADD CONSTRAINT uq_gift_charge UNIQUE (charge);
ALTER TABLE ONLY public.gift
    ADD CONSTRAINT uq_gift_invoice UNIQUE (invoice);
ALTER TABLE ONLY public.gift
    ADD CONSTRAINT uq_gift_payment_intent UNIQUE (payment_intent);
ALTER TABLE ONLY public.gift
    ADD CONSTRAINT uq_gift_session UNIQUE (session);
ALTER TABLE ONLY public.invite
    ADD CONSTRAINT uq_invite_code UNIQUE (code);
ALTER TABLE ONLY public.invite_link
    ADD CONSTRAINT uq_invite_link_platform_code UNIQUE (platform, code);
ALTER TABLE ONLY public.invite
    ADD CONSTRAINT uq_invite_supporter_id UNIQUE (supporter_id);
ALTER TABLE ONLY public.notice
    ADD CONSTRAINT uq_notice_key UNIQUE (key);
ALTER TABLE ONLY public.payment_link
    ADD CONSTRAINT uq_payment_link_stripe_id UNIQUE (stripe_id);
ALTER TABLE ONLY public.place
    ADD CONSTRAINT uq_place_platform_chat_id UNIQUE (platform, chat_id);
ALTER TABLE ONLY public.progress_message
    ADD CONSTRAINT uq_progress_message_platform_chat_id_message_id UNIQUE (platform, chat_id, message_id);
ALTER TABLE ONLY public.staff
    ADD CONSTRAINT uq_staff_platform_external_id UNIQUE (platform, external_id);
CREATE INDEX ix_address_supporter_id ON public.address USING btree (supporter_id);
CREATE INDEX ix_audit_at ON public.audit USING btree (at);
CREATE INDEX ix_broadcast_alive ON public.broadcast USING btree (state) WHERE (ended_at IS NULL);
CREATE INDEX ix_campaign_donor_supporter_id ON public.campaign_donor USING btree (supporter_id);
CREATE INDEX ix_decision_policy ON public.decision USING btree (policy, due_at);
CREATE INDEX ix_decision_supporter_id_due_at ON public.decision USING btree (supporter_id, due_at);
CREATE INDEX ix_delivery_address_id ON public.delivery USING btree (address_id, state);
CREATE INDEX ix_delivery_due ON public.delivery USING btree (platform, lane, due_at) WHERE ((state)::text = 'waiting'::text);
CREATE INDEX ix_entry_gift_id ON public.entry USING btree (gift_id);
CREATE INDEX ix_gift_fee_wanted ON public.gift USING btree (balance_transaction) WHERE (fee IS NULL);
CREATE INDEX ix_gift_pledge ON public.gift USING btree (pledge);
CREATE INDEX ix_gift_supporter_id ON public.gift USING btree (supporter_id, paid_at, campaign_id, counted);
CREATE INDEX ix_gift_touch ON public.gift USING btree (touch_kind, touch_id) WHERE touch_kind IN ('b', 'n', 'i');
CREATE INDEX ix_invite_count_day ON public.invite_count USING btree (day);
CREATE INDEX ix_invite_link_invite_id ON public.invite_link USING btree (invite_id);
CREATE INDEX ix_invite_link_place ON public.invite_link USING btree (platform, place, gone_at);
CREATE INDEX ix_lineage_parent_id ON public.lineage USING btree (parent_id) WHERE (parent_id IS NOT NULL);
CREATE INDEX ix_link_code_supporter_id ON public.link_code USING btree (supporter_id);
CREATE INDEX ix_match_period_campaign_id ON public.match_period USING btree (campaign_id);
CREATE INDEX ix_notice_copy_notice_id ON public.notice_copy USING btree (notice_id);
CREATE INDEX ix_notice_due ON public.notice USING btree (due_at) WHERE (said_at IS NULL);
CREATE INDEX ix_notice_stale ON public.notice USING btree (stale) WHERE stale;
CREATE INDEX ix_payment_link_warm ON public.payment_link USING btree (campaign_id, minor, currency);
CREATE INDEX ix_pledge_campaign_id ON public.pledge USING btree (campaign_id);
CREATE INDEX ix_pledge_supporter_id ON public.pledge USING btree (supporter_id);
CREATE INDEX ix_posted_card_campaign_id ON public.posted_card USING btree (campaign_id);
CREATE INDEX ix_preference_change_supporter_id ON public.preference_change USING btree (supporter_id);
CREATE INDEX ix_recipient_asked ON public.recipient USING btree (supporter_id, due_at) WHERE asks;
CREATE INDEX ix_recipient_due ON public.recipient USING btree (broadcast_id, platform, state, due_at);
CREATE INDEX ix_referral_at ON public.referral USING btree (at);
CREATE INDEX ix_referral_inviter_id ON public.referral USING btree (inviter_id);
CREATE INDEX ix_refund_order_gift_id ON public.refund_order USING btree (gift_id);
CREATE INDEX ix_refund_order_try_at ON public.refund_order USING btree (try_at) WHERE (try_at IS NOT NULL);
CREATE INDEX ix_share_prompt_at ON public.share_prompt USING btree (at);
CREATE INDEX ix_staff_guess_at ON public.staff_guess USING btree (at);
CREATE INDEX ix_stripe_event_try_at ON public.stripe_event USING btree (try_at) WHERE ((state)::text = 'failed'::text);
CREATE INDEX ix_stripe_event_waits_for ON public.stripe_event USING btree (waits_for) WHERE ((state)::text = 'waiting'::text);
CREATE INDEX ix_supporter_next_nudge_at ON public.supporter USING btree (next_nudge_at) WHERE (next_nudge_at IS NOT NULL);
ALTER TABLE ONLY public.address
    ADD CONSTRAINT fk_address_supporter_id_supporter FOREIGN KEY (supporter_id) REFERENCES public.supporter(id);
ALTER TABLE ONLY public.audit
    ADD CONSTRAINT fk_audit_staff_id_staff FOREIGN KEY (staff_id) REFERENCES public.staff(id);
ALTER TABLE ONLY public.blocked
    ADD CONSTRAINT fk_blocked_by_staff FOREIGN KEY (by) REFERENCES public.staff(id);
ALTER TABLE ONLY public.blocked
    ADD CONSTRAINT fk_blocked_supporter_id_supporter FOREIGN KEY (supporter_id) REFERENCES public.supporter(id);
ALTER TABLE ONLY public.broadcast
    ADD CONSTRAINT fk_broadcast_approved_by_staff FOREIGN KEY (approved_by) REFERENCES public.staff(id);
ALTER TABLE ONLY public.broadcast
    ADD CONSTRAINT fk_broadcast_campaign_id_campaign FOREIGN KEY (campaign_id) REFERENCES public.campaign(id);
ALTER TABLE ONLY public.broadcast
    ADD CONSTRAINT fk_broadcast_made_by_staff FOREIGN KEY (made_by) REFERENCES public.staff(id);
ALTER TABLE ONLY public.broadcast_opt_out
    ADD CONSTRAINT fk_broadcast_opt_out_broadcast_id_broadcast FOREIGN KEY (broadcast_id) REFERENCES public.broadcast(id);
ALTER TABLE ONLY public.broadcast_opt_out
    ADD CONSTRAINT fk_broadcast_opt_out_supporter_id_supporter FOREIGN KEY (supporter_id) REFERENCES public.supporter(id);
ALTER TABLE ONLY public.broadcast_post
    ADD CONSTRAINT fk_broadcast_post_broadcast_id_broadcast FOREIGN KEY (broadcast_id) REFERENCES public.broadcast(id);
ALTER TABLE ONLY public.broadcast_post
    ADD CONSTRAINT fk_broadcast_post_place_id_place FOREIGN KEY (place_id) REFERENCES public.place(id);
ALTER TABLE ONLY public.broadcast_tap
    ADD CONSTRAINT fk_broadcast_tap_broadcast_id_broadcast FOREIGN KEY (broadcast_id) REFERENCES public.broadcast(id);
ALTER TABLE ONLY public.campaign_donor
    ADD CONSTRAINT fk_campaign_donor_campaign_id_campaign FOREIGN KEY (campaign_id) REFERENCES public.campaign(id);
ALTER TABLE ONLY public.campaign_donor
    ADD CONSTRAINT fk_campaign_donor_supporter_id_supporter FOREIGN KEY (supporter_id) REFERENCES public.supporter(id);
ALTER TABLE ONLY public.campaign_other
    ADD CONSTRAINT fk_campaign_other_campaign_id_campaign FOREIGN KEY (campaign_id) REFERENCES public.campaign(id);
ALTER TABLE ONLY public.campaign_picture
    ADD CONSTRAINT fk_campaign_picture_campaign_id_campaign FOREIGN KEY (campaign_id) REFERENCES public.campaign(id);
ALTER TABLE ONLY public.circle_money
    ADD CONSTRAINT fk_circle_money_supporter_id_supporter FOREIGN KEY (supporter_id) REFERENCES public.supporter(id);
ALTER TABLE ONLY public.circle
    ADD CONSTRAINT fk_circle_supporter_id_supporter FOREIGN KEY (supporter_id) REFERENCES public.supporter(id);
ALTER TABLE ONLY public.decision
    ADD CONSTRAINT fk_decision_campaign_id_campaign FOREIGN KEY (campaign_id) REFERENCES public.campaign(id);
ALTER TABLE ONLY public.decision
    ADD CONSTRAINT fk_decision_supporter_id_supporter FOREIGN KEY (supporter_id) REFERENCES public.supporter(id);
ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT fk_delivery_address_id_address FOREIGN KEY (address_id) REFERENCES public.address(id);
ALTER TABLE ONLY public.draft
    ADD CONSTRAINT fk_draft_changed_by_staff FOREIGN KEY (changed_by) REFERENCES public.staff(id);
ALTER TABLE ONLY public.entry
    ADD CONSTRAINT fk_entry_gift_id_gift FOREIGN KEY (gift_id) REFERENCES public.gift(id);
ALTER TABLE ONLY public.error_case
    ADD CONSTRAINT fk_error_case_gift_id_gift FOREIGN KEY (gift_id) REFERENCES public.gift(id);
ALTER TABLE ONLY public.error_case
    ADD CONSTRAINT fk_error_case_supporter_id_supporter FOREIGN KEY (supporter_id) REFERENCES public.supporter(id);
ALTER TABLE ONLY public.gift
    ADD CONSTRAINT fk_gift_campaign_id_campaign FOREIGN KEY (campaign_id) REFERENCES public.campaign(id);
ALTER TABLE ONLY public.gift_match
    ADD CONSTRAINT fk_gift_match_gift_id_gift FOREIGN KEY (gift_id) REFERENCES public.gift(id);
ALTER TABLE ONLY public.gift_match
    ADD CONSTRAINT fk_gift_match_match_id_match_period FOREIGN KEY (match_id) REFERENCES public.match_period(id);
ALTER TABLE ONLY public.gift
    ADD CONSTRAINT fk_gift_supporter_id_supporter FOREIGN KEY (supporter_id) REFERENCES public.supporter(id);
ALTER TABLE ONLY public.invite_count
    ADD CONSTRAINT fk_invite_count_invite_id_invite FOREIGN KEY (invite_id) REFERENCES public.invite(id);
ALTER TABLE ONLY public.invite_link
    ADD CONSTRAINT fk_invite_link_invite_id_invite FOREIGN KEY (invite_id) REFERENCES public.invite(id);
ALTER TABLE ONLY public.invite_place
    ADD CONSTRAINT fk_invite_place_place_id_place FOREIGN KEY (place_id) REFERENCES public.place(id);
ALTER TABLE ONLY public.invite
    ADD CONSTRAINT fk_invite_supporter_id_supporter FOREIGN KEY (supporter_id) REFERENCES public.supporter(id);
ALTER TABLE ONLY public.lineage
    ADD CONSTRAINT fk_lineage_parent_id_supporter FOREIGN KEY (parent_id) REFERENCES public.supporter(id);
ALTER TABLE ONLY public.lineage
    ADD CONSTRAINT fk_lineage_supporter_id_supporter FOREIGN KEY (supporter_id) REFERENCES public.supporter(id);
ALTER TABLE ONLY public.link_code
    ADD CONSTRAINT fk_link_code_supporter_id_supporter FOREIGN KEY (supporter_id) REFERENCES public.supporter(id);
ALTER TABLE ONLY public.link_guess
    ADD CONSTRAINT fk_link_guess_supporter_id_supporter FOREIGN KEY (supporter_id) REFERENCES public.supporter(id);
ALTER TABLE ONLY public.looked_back
    ADD CONSTRAINT fk_looked_back_supporter_id_supporter FOREIGN KEY (supporter_id) REFERENCES public.supporter(id);
ALTER TABLE ONLY public.match_period
    ADD CONSTRAINT fk_match_period_campaign_id_campaign FOREIGN KEY (campaign_id) REFERENCES public.campaign(id);
ALTER TABLE ONLY public.milestone
    ADD CONSTRAINT fk_milestone_campaign_id_campaign FOREIGN KEY (campaign_id) REFERENCES public.campaign(id);
ALTER TABLE ONLY public.name_hidden
    ADD CONSTRAINT fk_name_hidden_by_staff FOREIGN KEY (by) REFERENCES public.staff(id);
ALTER TABLE ONLY public.name_hidden
    ADD CONSTRAINT fk_name_hidden_supporter_id_supporter FOREIGN KEY (supporter_id) REFERENCES public.supporter(id);
ALTER TABLE ONLY public.notice_copy
    ADD CONSTRAINT fk_notice_copy_notice_id_notice FOREIGN KEY (notice_id) REFERENCES public.notice(id);
ALTER TABLE ONLY public.nudge_end
    ADD CONSTRAINT fk_nudge_end_decision_id_decision FOREIGN KEY (decision_id) REFERENCES public.decision(id);
ALTER TABLE ONLY public.nudge_policy
    ADD CONSTRAINT fk_nudge_policy_changed_by_staff FOREIGN KEY (changed_by) REFERENCES public.staff(id);
ALTER TABLE ONLY public.payment_link
    ADD CONSTRAINT fk_payment_link_campaign_id_campaign FOREIGN KEY (campaign_id) REFERENCES public.campaign(id);
ALTER TABLE ONLY public.pledge
    ADD CONSTRAINT fk_pledge_campaign_id_campaign FOREIGN KEY (campaign_id) REFERENCES public.campaign(id);
ALTER TABLE ONLY public.pledge
    ADD CONSTRAINT fk_pledge_supporter_id_supporter FOREIGN KEY (supporter_id) REFERENCES public.supporter(id);
ALTER TABLE ONLY public.posted_card
    ADD CONSTRAINT fk_posted_card_campaign_id_campaign FOREIGN KEY (campaign_id) REFERENCES public.campaign(id);
ALTER TABLE ONLY public.posting
    ADD CONSTRAINT fk_posting_entry_id_entry FOREIGN KEY (entry_id) REFERENCES public.entry(id);
ALTER TABLE ONLY public.preference_change
    ADD CONSTRAINT fk_preference_change_supporter_id_supporter FOREIGN KEY (supporter_id) REFERENCES public.supporter(id);
ALTER TABLE ONLY public.preference
    ADD CONSTRAINT fk_preference_supporter_id_supporter FOREIGN KEY (supporter_id) REFERENCES public.supporter(id);
ALTER TABLE ONLY public.private_answer
    ADD CONSTRAINT fk_private_answer_address_id_address FOREIGN KEY (address_id) REFERENCES public.address(id);
ALTER TABLE ONLY public.private_answer
    ADD CONSTRAINT fk_private_answer_campaign_id_campaign FOREIGN KEY (campaign_id) REFERENCES public.campaign(id);
ALTER TABLE ONLY public.progress_message
    ADD CONSTRAINT fk_progress_message_broadcast_id_broadcast FOREIGN KEY (broadcast_id) REFERENCES public.broadcast(id);
ALTER TABLE ONLY public.recipient
    ADD CONSTRAINT fk_recipient_address_id_address FOREIGN KEY (address_id) REFERENCES public.address(id);
ALTER TABLE ONLY public.recipient
    ADD CONSTRAINT fk_recipient_broadcast_id_broadcast FOREIGN KEY (broadcast_id) REFERENCES public.broadcast(id);
ALTER TABLE ONLY public.recipient
    ADD CONSTRAINT fk_recipient_supporter_id_supporter FOREIGN KEY (supporter_id) REFERENCES public.supporter(id);
ALTER TABLE ONLY public.recognition
    ADD CONSTRAINT fk_recognition_supporter_id_supporter FOREIGN KEY (supporter_id) REFERENCES public.supporter(id);
ALTER TABLE ONLY public.referral
    ADD CONSTRAINT fk_referral_campaign_id_campaign FOREIGN KEY (campaign_id) REFERENCES public.campaign(id);
ALTER TABLE ONLY public.referral
    ADD CONSTRAINT fk_referral_invite_id_invite FOREIGN KEY (invite_id) REFERENCES public.invite(id);
ALTER TABLE ONLY public.referral
    ADD CONSTRAINT fk_referral_inviter_id_supporter FOREIGN KEY (inviter_id) REFERENCES public.supporter(id);
ALTER TABLE ONLY public.referral
    ADD CONSTRAINT fk_referral_supporter_id_supporter FOREIGN KEY (supporter_id) REFERENCES public.supporter(id);
ALTER TABLE ONLY public.refund_order
    ADD CONSTRAINT fk_refund_order_gift_id_gift FOREIGN KEY (gift_id) REFERENCES public.gift(id);
ALTER TABLE ONLY public.refund_order
    ADD CONSTRAINT fk_refund_order_staff_id_staff FOREIGN KEY (staff_id) REFERENCES public.staff(id);
ALTER TABLE ONLY public.relay
    ADD CONSTRAINT fk_relay_delivery_id_delivery FOREIGN KEY (delivery_id) REFERENCES public.delivery(id);
ALTER TABLE ONLY public.share_prompt
    ADD CONSTRAINT fk_share_prompt_gift_id_gift FOREIGN KEY (gift_id) REFERENCES public.gift(id);
ALTER TABLE ONLY public.share_prompt
    ADD CONSTRAINT fk_share_prompt_supporter_id_supporter FOREIGN KEY (supporter_id) REFERENCES public.supporter(id);
ALTER TABLE ONLY public.staff
    ADD CONSTRAINT fk_staff_added_by_staff FOREIGN KEY (added_by) REFERENCES public.staff(id);
ALTER TABLE ONLY public.staff_code
    ADD CONSTRAINT fk_staff_code_made_by_staff FOREIGN KEY (made_by) REFERENCES public.staff(id);
ALTER TABLE ONLY public.supporter
    ADD CONSTRAINT fk_supporter_merged_into_supporter FOREIGN KEY (merged_into) REFERENCES public.supporter(id);
ALTER TABLE ONLY public.switch
    ADD CONSTRAINT fk_switch_by_staff FOREIGN KEY (by) REFERENCES public.staff(id);
ALTER TABLE ONLY public.tap_count
    ADD CONSTRAINT fk_tap_count_campaign_id_campaign FOREIGN KEY (campaign_id) REFERENCES public.campaign(id);
ALTER TABLE ONLY public.to_repath
    ADD CONSTRAINT fk_to_repath_supporter_id_supporter FOREIGN KEY (supporter_id) REFERENCES public.supporter(id);
