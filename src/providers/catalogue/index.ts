// Made by `npm run catalogue` from the files beside it.

export interface CatalogueEntry {
  /** Hosts of the provider's endpoints; none where each user has an own instance. */
  readonly hosts: readonly string[];
  /** Loads the provider's data, to be parsed by `providerSchema`. */
  readonly load: () => Promise<{ readonly default: unknown }>;
}

export const CATALOGUE: Readonly<Record<string, CatalogueEntry>> = {
  airtable: { hosts: ['airtable.com'], load: () => import('./airtable.json', { with: { type: 'json' } }) },
  amazon: {
    hosts: ['www.amazon.com', 'api.amazon.com'],
    load: () => import('./amazon.json', { with: { type: 'json' } }),
  },
  asana: { hosts: ['app.asana.com'], load: () => import('./asana.json', { with: { type: 'json' } }) },
  auth0: { hosts: [], load: () => import('./auth0.json', { with: { type: 'json' } }) },
  authelia: { hosts: [], load: () => import('./authelia.json', { with: { type: 'json' } }) },
  authentik: { hosts: [], load: () => import('./authentik.json', { with: { type: 'json' } }) },
  basecamp: {
    hosts: ['launchpad.37signals.com'],
    load: () => import('./basecamp.json', { with: { type: 'json' } }),
  },
  bitbucket: { hosts: ['bitbucket.org'], load: () => import('./bitbucket.json', { with: { type: 'json' } }) },
  box: {
    hosts: ['account.box.com', 'api.box.com'],
    load: () => import('./box.json', { with: { type: 'json' } }),
  },
  calendly: {
    hosts: ['auth.calendly.com'],
    load: () => import('./calendly.json', { with: { type: 'json' } }),
  },
  deezer: { hosts: ['connect.deezer.com'], load: () => import('./deezer.json', { with: { type: 'json' } }) },
  digitalocean: {
    hosts: ['cloud.digitalocean.com'],
    load: () => import('./digitalocean.json', { with: { type: 'json' } }),
  },
  discord: { hosts: ['discord.com'], load: () => import('./discord.json', { with: { type: 'json' } }) },
  dropbox: {
    hosts: ['www.dropbox.com', 'api.dropboxapi.com'],
    load: () => import('./dropbox.json', { with: { type: 'json' } }),
  },
  ebay: {
    hosts: ['auth.ebay.com', 'api.ebay.com'],
    load: () => import('./ebay.json', { with: { type: 'json' } }),
  },
  ecobee: { hosts: ['api.ecobee.com'], load: () => import('./ecobee.json', { with: { type: 'json' } }) },
  eventbrite: {
    hosts: ['www.eventbrite.com'],
    load: () => import('./eventbrite.json', { with: { type: 'json' } }),
  },
  facebook: {
    hosts: ['www.facebook.com', 'graph.facebook.com'],
    load: () => import('./facebook.json', { with: { type: 'json' } }),
  },
  figma: {
    hosts: ['www.figma.com', 'api.figma.com'],
    load: () => import('./figma.json', { with: { type: 'json' } }),
  },
  fitbit: {
    hosts: ['www.fitbit.com', 'api.fitbit.com'],
    load: () => import('./fitbit.json', { with: { type: 'json' } }),
  },
  forgejo: { hosts: [], load: () => import('./forgejo.json', { with: { type: 'json' } }) },
  garmin: {
    hosts: ['connect.garmin.com', 'diauth.garmin.com'],
    load: () => import('./garmin.json', { with: { type: 'json' } }),
  },
  gitea: { hosts: [], load: () => import('./gitea.json', { with: { type: 'json' } }) },
  github: { hosts: ['github.com'], load: () => import('./github.json', { with: { type: 'json' } }) },
  gitlab: { hosts: ['gitlab.com'], load: () => import('./gitlab.json', { with: { type: 'json' } }) },
  'google-nest': {
    hosts: ['www.googleapis.com'],
    load: () => import('./google-nest.json', { with: { type: 'json' } }),
  },
  google: {
    hosts: ['accounts.google.com', 'oauth2.googleapis.com'],
    load: () => import('./google.json', { with: { type: 'json' } }),
  },
  'home-assistant': { hosts: [], load: () => import('./home-assistant.json', { with: { type: 'json' } }) },
  'home-connect': {
    hosts: ['api.home-connect.com'],
    load: () => import('./home-connect.json', { with: { type: 'json' } }),
  },
  honeywell: {
    hosts: ['api.honeywellhome.com'],
    load: () => import('./honeywell.json', { with: { type: 'json' } }),
  },
  hubspot: {
    hosts: ['app.hubspot.com', 'api.hubapi.com'],
    load: () => import('./hubspot.json', { with: { type: 'json' } }),
  },
  husqvarna: {
    hosts: ['api.authentication.husqvarnagroup.dev'],
    load: () => import('./husqvarna.json', { with: { type: 'json' } }),
  },
  instagram: {
    hosts: ['www.instagram.com', 'api.instagram.com', 'graph.instagram.com'],
    load: () => import('./instagram.json', { with: { type: 'json' } }),
  },
  jira: { hosts: ['auth.atlassian.com'], load: () => import('./jira.json', { with: { type: 'json' } }) },
  keycloak: { hosts: [], load: () => import('./keycloak.json', { with: { type: 'json' } }) },
  lametric: {
    hosts: ['developer.lametric.com'],
    load: () => import('./lametric.json', { with: { type: 'json' } }),
  },
  linear: {
    hosts: ['linear.app', 'api.linear.app'],
    load: () => import('./linear.json', { with: { type: 'json' } }),
  },
  linkedin: {
    hosts: ['www.linkedin.com'],
    load: () => import('./linkedin.json', { with: { type: 'json' } }),
  },
  mastodon: { hosts: [], load: () => import('./mastodon.json', { with: { type: 'json' } }) },
  microsoft: {
    hosts: ['login.microsoftonline.com'],
    load: () => import('./microsoft.json', { with: { type: 'json' } }),
  },
  miele: {
    hosts: ['auth.domestic.miele-iot.com'],
    load: () => import('./miele.json', { with: { type: 'json' } }),
  },
  miro: {
    hosts: ['miro.com', 'api.miro.com'],
    load: () => import('./miro.json', { with: { type: 'json' } }),
  },
  monzo: {
    hosts: ['auth.monzo.com', 'api.monzo.com'],
    load: () => import('./monzo.json', { with: { type: 'json' } }),
  },
  netatmo: { hosts: ['api.netatmo.com'], load: () => import('./netatmo.json', { with: { type: 'json' } }) },
  nextcloud: { hosts: [], load: () => import('./nextcloud.json', { with: { type: 'json' } }) },
  notion: { hosts: ['api.notion.com'], load: () => import('./notion.json', { with: { type: 'json' } }) },
  okta: { hosts: [], load: () => import('./okta.json', { with: { type: 'json' } }) },
  oura: {
    hosts: ['cloud.ouraring.com', 'api.ouraring.com'],
    load: () => import('./oura.json', { with: { type: 'json' } }),
  },
  paypal: {
    hosts: ['www.paypal.com', 'api.paypal.com'],
    load: () => import('./paypal.json', { with: { type: 'json' } }),
  },
  pcloud: {
    hosts: ['my.pcloud.com', 'api.pcloud.com'],
    load: () => import('./pcloud.json', { with: { type: 'json' } }),
  },
  'philips-hue': {
    hosts: ['api.meethue.com'],
    load: () => import('./philips-hue.json', { with: { type: 'json' } }),
  },
  pinterest: {
    hosts: ['www.pinterest.com', 'api.pinterest.com'],
    load: () => import('./pinterest.json', { with: { type: 'json' } }),
  },
  polar: {
    hosts: ['flow.polar.com', 'polarremote.com'],
    load: () => import('./polar.json', { with: { type: 'json' } }),
  },
  reddit: { hosts: ['www.reddit.com'], load: () => import('./reddit.json', { with: { type: 'json' } }) },
  salesforce: {
    hosts: ['login.salesforce.com'],
    load: () => import('./salesforce.json', { with: { type: 'json' } }),
  },
  slack: { hosts: ['slack.com'], load: () => import('./slack.json', { with: { type: 'json' } }) },
  smartcar: {
    hosts: ['connect.smartcar.com', 'auth.smartcar.com'],
    load: () => import('./smartcar.json', { with: { type: 'json' } }),
  },
  smartthings: {
    hosts: ['api.smartthings.com', 'auth-global.api.smartthings.com'],
    load: () => import('./smartthings.json', { with: { type: 'json' } }),
  },
  sonos: { hosts: ['api.sonos.com'], load: () => import('./sonos.json', { with: { type: 'json' } }) },
  soundcloud: {
    hosts: ['secure.soundcloud.com'],
    load: () => import('./soundcloud.json', { with: { type: 'json' } }),
  },
  spotify: {
    hosts: ['accounts.spotify.com'],
    load: () => import('./spotify.json', { with: { type: 'json' } }),
  },
  strava: { hosts: ['www.strava.com'], load: () => import('./strava.json', { with: { type: 'json' } }) },
  stripe: { hosts: ['connect.stripe.com'], load: () => import('./stripe.json', { with: { type: 'json' } }) },
  tado: { hosts: ['login.tado.com'], load: () => import('./tado.json', { with: { type: 'json' } }) },
  tesla: { hosts: ['auth.tesla.com'], load: () => import('./tesla.json', { with: { type: 'json' } }) },
  ticktick: { hosts: ['ticktick.com'], load: () => import('./ticktick.json', { with: { type: 'json' } }) },
  tidal: {
    hosts: ['login.tidal.com', 'auth.tidal.com'],
    load: () => import('./tidal.json', { with: { type: 'json' } }),
  },
  tiktok: {
    hosts: ['www.tiktok.com', 'open.tiktokapis.com'],
    load: () => import('./tiktok.json', { with: { type: 'json' } }),
  },
  todoist: {
    hosts: ['app.todoist.com', 'api.todoist.com'],
    load: () => import('./todoist.json', { with: { type: 'json' } }),
  },
  trakt: {
    hosts: ['trakt.tv', 'api.trakt.tv'],
    load: () => import('./trakt.json', { with: { type: 'json' } }),
  },
  twitch: { hosts: ['id.twitch.tv'], load: () => import('./twitch.json', { with: { type: 'json' } }) },
  viessmann: {
    hosts: ['iam.viessmann-climatesolutions.com'],
    load: () => import('./viessmann.json', { with: { type: 'json' } }),
  },
  vimeo: { hosts: ['api.vimeo.com'], load: () => import('./vimeo.json', { with: { type: 'json' } }) },
  wakatime: { hosts: ['wakatime.com'], load: () => import('./wakatime.json', { with: { type: 'json' } }) },
  webex: { hosts: ['webexapis.com'], load: () => import('./webex.json', { with: { type: 'json' } }) },
  whoop: { hosts: ['api.prod.whoop.com'], load: () => import('./whoop.json', { with: { type: 'json' } }) },
  withings: {
    hosts: ['account.withings.com', 'wbsapi.withings.net'],
    load: () => import('./withings.json', { with: { type: 'json' } }),
  },
  'wordpress-com': {
    hosts: ['public-api.wordpress.com'],
    load: () => import('./wordpress-com.json', { with: { type: 'json' } }),
  },
  x: { hosts: ['x.com', 'api.x.com'], load: () => import('./x.json', { with: { type: 'json' } }) },
  yahoo: { hosts: ['api.login.yahoo.com'], load: () => import('./yahoo.json', { with: { type: 'json' } }) },
  zitadel: { hosts: [], load: () => import('./zitadel.json', { with: { type: 'json' } }) },
  zoho: { hosts: ['accounts.zoho.com'], load: () => import('./zoho.json', { with: { type: 'json' } }) },
  zoom: { hosts: ['zoom.us'], load: () => import('./zoom.json', { with: { type: 'json' } }) },
};
