/**
 * The schema, step by step: each entry brings it from the version before to its own (its place, from 1). Steps are only
 * ever added; docs/fleet.md describes what they make.
 *
 * Whatever a thief could use is sealed before it gets here (`sealed_…`, and digests in place of what finds it).
 */
export const MIGRATIONS: readonly string[] = [
  `
  create table ovos_oauth.connections (
    id bigint generated always as identity primary key,
    munged_id text not null,
    -- Who sees it: 'all', 'group:<name>' or 'device:<name>'.
    visibility text not null,
    sealed_app text,
    sealed_token text,
    -- Of the token set; what compare-and-set compares.
    token_digest text,
    connection jsonb,
    -- The instance whose request for this connection is under way, or whose end nobody knows.
    intent_by bigint,
    -- When there is something to do for it.
    due_at timestamptz,
    -- Until then it is left to the broker that took it up; a hint, the lock in turns is what counts.
    picked_until timestamptz,
    version bigint not null default 1,
    unique (munged_id, visibility)
  );
  create index connections_due on ovos_oauth.connections (visibility, due_at) where due_at is not null;

  create table ovos_oauth.quarantined (
    id bigint generated always as identity primary key,
    munged_id text not null,
    visibility text not null,
    sealed_token text not null,
    token_digest text not null,
    reason text not null,
    at bigint not null
  );
  create index quarantined_of on ovos_oauth.quarantined (munged_id, visibility, id);

  create table ovos_oauth.attempts (
    id bigint generated always as identity primary key,
    state_digest text not null unique,
    link_digest text,
    munged_id text not null,
    -- Whose bus hears of its end.
    device text not null,
    claimed_by text,
    is_over boolean not null default false,
    expires_at timestamptz not null,
    sealed_attempt text not null
  );
  create index attempts_of_link on ovos_oauth.attempts (link_digest, id) where link_digest is not null;
  create index attempts_of_device on ovos_oauth.attempts (device, id);
  create index attempts_expiry on ovos_oauth.attempts (expires_at);

  -- Whose turn it is with a connection: whoever holds the lock of its row.
  create table ovos_oauth.turns (
    munged_id text not null,
    visibility text not null,
    primary key (munged_id, visibility)
  );

  -- What a device has yet to be told.
  create table ovos_oauth.announcements (
    id bigint generated always as identity primary key,
    device text not null,
    sealed_body text not null,
    at timestamptz not null default now()
  );
  create index announcements_of on ovos_oauth.announcements (device, id);

  create table ovos_oauth.devices (
    name text primary key,
    groups text[] not null,
    seen_at timestamptz not null default now()
  );
  `,
  `
  -- Who asked for which token; never the token.
  create table ovos_oauth.uses (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    device text not null,
    munged_id text not null,
    -- As it called itself.
    asker text not null,
    outcome text not null,
    count integer not null
  );
  create index uses_of on ovos_oauth.uses (munged_id, id);
  create index uses_at on ovos_oauth.uses (at);
  `,
];
