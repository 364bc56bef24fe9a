import type { LoggedEventKind } from '../broker/event-log.ts';
import type { RevocationOutcome } from '../broker/revoker.ts';
import type { Provider } from '../providers/index.ts';
import type { ConnectionState } from '../store/records.ts';
import type { PluralForms } from './plural.ts';

/**
 * The words of the web console. `{app}` is the skill or app, `{provider}` the name of the service, `{when}` a point in
 * time such as "3 minutes ago" or "12 May 2027", `{count}` a number.
 */
export interface ConsoleWords {
  /** Names the console in the head of every page and in its title. */
  readonly name: string;
  /** For keyboards: the link over the navigation. */
  readonly skipToContent: string;
  /** What a screen reader calls the navigation. */
  readonly navigation: string;
  readonly nav: {
    readonly accounts: string;
    readonly services: string;
    readonly activity: string;
    readonly settings: string;
  };
  readonly cancel: string;
  readonly accounts: {
    readonly heading: string;
    /** One of these stands under the heading and is read aloud when it changes. */
    readonly allWell: string;
    readonly needsAttention: string;
    readonly none: string;
    /** Link to the catalogue. */
    readonly connectOne: string;
    /** For an account that no skill registered, in place of the skill's name. */
    readonly byHand: string;
    readonly states: Readonly<Record<ConnectionState, string>>;
    /** One line under a name in the list. */
    readonly lastUsed: string;
    readonly notUsed: string;
    readonly endsOn: string;
  };
  readonly underWay: {
    readonly heading: string;
    /** `{method}` is the way to sign in, `{when}` its end. */
    readonly line: string;
    /** Stands before the name of the sign-in, such as K7Q2-M9XD. */
    readonly attempt: string;
    readonly code: string;
    readonly goOn: string;
    readonly cancel: string;
    /** What a screen reader says of the button. */
    readonly cancelOf: string;
    readonly cancelled: string;
  };
  readonly account: {
    readonly skill: string;
    readonly service: string;
    readonly since: string;
    readonly lastUse: string;
    readonly neverUsed: string;
    readonly access: string;
    readonly renewal: string;
    readonly noRenewal: string;
    /** It does not end by itself. */
    readonly noRenewalNeeded: string;
    /** The access token ends then, and nobody can renew it without the user. */
    readonly validUntil: string;
    readonly end: string;
    /** `{count}` days are left. */
    readonly endsOn: string;
    readonly noEnd: string;
    /** The name under which programs ask for it. */
    readonly id: string;
    readonly client: string;
    readonly clientFrom: Readonly<Record<'skill' | 'user' | 'file' | 'registration' | 'none', string>>;
    readonly secret: string;
    readonly secretSet: string;
    readonly secretMissing: string;
    readonly secretNotNeeded: string;
    readonly connect: string;
    readonly reconnect: string;
    /** Under the button: what happens meanwhile to the sign-in there is. */
    readonly reconnectNote: string;
    readonly disconnect: string;
    readonly enterClient: string;
    readonly changeClient: string;
    readonly recent: string;
    readonly allActivity: string;
    readonly details: string;
  };
  /** A skill wants to use other servers for an account. */
  readonly change: {
    readonly heading: string;
    /** `{from}` and `{to}` are addresses. */
    readonly text: string;
    readonly warning: string;
    readonly allow: string;
    readonly refuse: string;
    readonly allowed: string;
    readonly refused: string;
  };
  readonly disconnect: {
    readonly heading: string;
    readonly text: string;
    /** For an account that no skill registered. */
    readonly textByHand: string;
    /** What happens at the provider: it is told, or it can't be. */
    readonly revoked: string;
    readonly notRevoked: string;
    readonly button: string;
    /** What came of it. */
    readonly done: Readonly<Record<RevocationOutcome, string>>;
    readonly providerPage: string;
  };
  readonly client: {
    readonly heading: string;
    readonly text: string;
    readonly steps: string;
    readonly open: string;
    readonly addresses: string;
    readonly addressesText: string;
    readonly id: string;
    readonly secret: string;
    readonly secretKept: string;
    readonly secretHint: string;
    readonly public: string;
    readonly save: string;
    readonly idMissing: string;
    readonly secretLacking: string;
    readonly saved: string;
    readonly registered: string;
  };
  readonly services: {
    readonly heading: string;
    readonly text: string;
    readonly search: string;
    readonly searchButton: string;
    readonly found: string;
    readonly nothing: string;
    readonly clear: string;
    readonly categories: Readonly<Record<Provider['category'], string>>;
    /** Marks a service that is connected already. */
    readonly connected: string;
    /** Link to the form for a server of one's own. */
    readonly other: string;
    readonly otherText: string;
  };
  readonly service: {
    readonly heading: string;
    readonly text: string;
    /** For entries of which not everything was checked. */
    readonly unchecked: string;
    readonly notConnected: string;
    readonly knownAs: string;
    readonly ownServer: string;
    readonly example: string;
    readonly access: string;
    readonly accessText: string;
    readonly steps: string;
    readonly stepsText: string;
    readonly open: string;
    readonly goodToKnow: string;
    readonly byCode: string;
    /** `{count}` is days. */
    readonly grantEnds: PluralForms;
    readonly noRefresh: string;
    readonly go: string;
    readonly missing: string;
  };
  readonly issuer: {
    readonly heading: string;
    readonly text: string;
    readonly name: string;
    readonly nameHint: string;
    readonly issuer: string;
    readonly issuerHint: string;
    readonly scope: string;
    readonly scopeHint: string;
    readonly nameInvalid: string;
    readonly nameTaken: string;
  };
  readonly activity: {
    readonly heading: string;
    readonly text: string;
    readonly empty: string;
    readonly filtered: string;
    readonly all: string;
    readonly attempt: string;
    /** Sentences; `{reason}` and `{outcome}` are sentences themselves. */
    readonly events: Readonly<Record<Exclude<LoggedEventKind, 'state_changed'>, string>>;
    /** What is said where an account comes into another state; a sentence why may follow. */
    readonly states: Readonly<Record<ConnectionState, string>>;
    readonly outcomes: Readonly<Record<RevocationOutcome, string>>;
  };
  readonly settings: {
    readonly heading: string;
    readonly showBrowsers: string;
    /** Over what comes from the configuration files. */
    readonly file: string;
    readonly text: string;
    /** Opens the list of those that nobody has set. */
    readonly others: string;
    readonly byDefault: string;
    readonly hidden: string;
    readonly notSet: string;
    readonly setIn: string;
    readonly commandLine: string;
    readonly folders: string;
    readonly folderNames: Readonly<Record<'stateDir' | 'cacheDir' | 'runtimeDir' | 'tempDir', string>>;
  };
  readonly browsers: {
    readonly heading: string;
    readonly text: string;
    readonly none: string;
    readonly thisOne: string;
    /** `{address}` is where the browser is. */
    readonly from: string;
    readonly opened: string;
    readonly seen: string;
    readonly end: string;
    readonly endOf: string;
    readonly unknown: string;
    /** `{browser}` and `{system}` are names, such as Firefox and Android. */
    readonly browserOn: string;
    readonly local: string;
    /** `{idle}` and `{longest}` are for how long, such as "30 minutes" and "12 hours". */
    readonly plainHttp: string;
  };
  readonly closed: {
    readonly heading: string;
    readonly text: string;
    readonly atDevice: string;
    readonly code: string;
    readonly button: string;
    /** `{minutes}` is for how long, such as "5 minutes". */
    readonly codeWrong: string;
  };
  readonly open: {
    readonly heading: string;
    readonly text: string;
    readonly button: string;
    readonly lasts: string;
  };
  /** On other pages. */
  readonly toConsole: string;
  readonly backToConsole: string;
}
