import { Option } from 'commander';
import { ControlClient } from '../../control/client.ts';
import type { EventOf, RequestOf } from '../../control/operations/index.ts';
import { defined } from '../../defined.ts';
import { asBrokerError, type ErrorCode, OAuthBrokerError } from '../../errors.ts';
import {
  askForCredentials,
  explainSetup,
  type ProviderParameters,
  registerByHand,
} from '../ask-credentials.ts';
import { type CommandFile, type JsonOption, nameOf, withJson } from '../command.ts';
import { titleOf } from '../connection-lines.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { failureLine } from '../failure.ts';
import { moment } from '../moment.ts';
import { toJson } from '../output.ts';
import { parameterOption } from '../parameters.ts';
import { printQr } from '../print-qr.ts';
import { printable } from '../printable.ts';
import type { CommandProcess } from '../process.ts';
import { styleOf } from '../style.ts';
import type { Typing } from '../terminal.ts';

const METHODS = ['device', 'lan', 'relay', 'paste', 'loopback'] as const;

export interface ConnectOptions extends JsonOption {
  readonly method?: (typeof METHODS)[number];
  /** False: no QR code. */
  readonly qr: boolean;
  readonly set?: ProviderParameters;
}

export const register: CommandFile['register'] = (program, runs) => {
  withJson(
    program
      .command('connect')
      .description('sign in: by a phone that scans the QR code, or in any browser')
      .argument('<app-or-provider>', 'the app, or a provider of the catalogue')
      .argument('[app_id]', 'its own id, where the first names its skill'),
  )
    .addOption(new Option('--method <method>', 'how to sign in; default: the best there is').choices(METHODS))
    .option('--no-qr', 'print no QR code')
    .addOption(parameterOption())
    .action(runs(connect));
};

type Event = EventOf<'connect'>;
type Started = Extract<Event, { event: 'started' }>;

/** @throws OAuthBrokerError every code of a sign-in; `needs_credentials` where nobody can be asked for them */
async function connect(
  process: CommandProcess,
  app: string,
  appId: string | undefined,
  options: ConnectOptions,
): Promise<ExitCode> {
  const daemon = new ControlClient(process.env);
  const mungedId = await readyApp(daemon, nameOf(app, appId), process, options);
  const sitting = new Sitting(daemon, process, options);
  return sitting.run({ app: [mungedId], ...defined({ method: options.method }) });
}

/** The app that is meant, registered and with credentials, which are asked for. */
async function readyApp(
  daemon: ControlClient,
  name: string[],
  process: CommandProcess,
  options: ConnectOptions,
): Promise<string> {
  const first = await daemon.call('describe', { name });
  const registered = await registerByHand(first, options.set, daemon, process);
  const described = registered === undefined ? first : await daemon.call('describe', { name: [registered] });
  if (described.kind !== 'app') throw new OAuthBrokerError('unknown_app', { app: name.join(' ') });
  const { munged_id: mungedId, state } = described.connection;
  if (state !== 'needs_credentials') return mungedId;
  const terminal = await process.terminal();
  if (!terminal.isInteractive || options.json === true) {
    throw new OAuthBrokerError('needs_credentials', { app: mungedId });
  }
  process.printError(`${titleOf(described.connection)} needs a client id and secret of your own.`);
  explainSetup(described, process);
  await askForCredentials(mungedId, {}, daemon, process);
  return mungedId;
}

/** One sign-in at a terminal: what comes from the broker, and what is pasted meanwhile. */
class Sitting {
  readonly #daemon: ControlClient;
  readonly #process: CommandProcess;
  readonly #options: ConnectOptions;
  readonly #interrupted = new AbortController();
  #typing: Typing | undefined;

  constructor(daemon: ControlClient, process: CommandProcess, options: ConnectOptions) {
    this.#daemon = daemon;
    this.#process = process;
    this.#options = options;
  }

  async run(request: RequestOf<'connect'>): Promise<ExitCode> {
    // Going away is what cancels the sign-in.
    this.#process.onSignal(() => this.#interrupted.abort());
    const events = this.#daemon.stream('connect', request, this.#interrupted.signal);
    try {
      for await (const event of events) {
        if (await this.#take(event)) return EXIT.ok;
      }
    } catch (error) {
      if (!this.#interrupted.signal.aborted) throw asBrokerError(error);
    } finally {
      this.#typing?.close();
    }
    if (this.#options.json !== true) this.#process.printError('The sign-in was cancelled.');
    return EXIT.interrupted;
  }

  /** @returns whether it was the end */
  async #take(event: Event): Promise<boolean> {
    const isForPrograms = this.#options.json === true;
    if (isForPrograms) this.#process.print(toJson(event));
    if (event.event === 'started') {
      if (!isForPrograms) await this.#explain(event);
      if (event.paste_attempt_id !== undefined) await this.#listen(event.paste_attempt_id);
      return false;
    }
    if (event.event === 'opened') {
      if (!isForPrograms) this.#say('The link was opened. Go on in that browser.');
      return false;
    }
    this.#typing?.close();
    if (!isForPrograms) {
      this.#process.print(styleOf(this.#process).good(`Connected: ${titleOf(event.connection)}`));
    }
    return true;
  }

  async #explain(event: Started): Promise<void> {
    const { link, qr, user_code: code, verification_uri: page, authorization_url: url } = event;
    const { bold } = styleOf(this.#process);
    const ways: (readonly [how: string, what: string])[] = [];
    if (code !== undefined && page !== undefined) {
      ways.push([`open ${printable(page)} on any device and enter this code:`, bold(printable(code))]);
    }
    if (link !== undefined) ways.push(['open this on any device in this network:', bold(link)]);
    if (url !== undefined) {
      const how =
        event.paste_attempt_id === undefined
          ? 'open this in a browser on this device:'
          : 'open this in any browser; it ends at a page that cannot be opened, whose address you paste here:';
      ways.push([how, printable(url)]);
    }
    const isDrawn = qr !== undefined && this.#options.qr;
    if (isDrawn) await printQr(qr, this.#process);
    const lead = isDrawn ? 'Scan the code with your phone, or ' : '';
    for (const [index, [how, what]] of ways.entries()) {
      const sentence = index === 0 ? `${lead}${how}` : `or ${how}`;
      this.#process.print(`${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}`);
      this.#process.print(`    ${what}`);
    }
    this.#process.print(`This works once, and ends ${moment(event.expires_at, Date.now() / 1_000)}.`);
  }

  async #listen(attempt: string): Promise<void> {
    const terminal = await this.#process.terminal();
    const typing = terminal.listen('Address (or wait): ');
    this.#typing = typing;
    void this.#paste(typing, attempt);
  }

  async #paste(typing: Typing, attempt: string): Promise<void> {
    for await (const line of typing.lines) {
      if (line.trim() === '') continue;
      try {
        await this.#daemon.call('paste', { attempt_id: attempt, pasted: line });
      } catch (error) {
        // What ends the sign-in comes as its end; the rest can be put right by another try.
        if (!RETRIABLE.has(asBrokerError(error).code)) return;
        const line = await failureLine(error, this.#process);
        typing.interrupt(() => this.#process.printError(line));
      }
    }
  }

  #say(text: string): void {
    const print = (): void => this.#process.print(text);
    if (this.#typing === undefined) print();
    else this.#typing.interrupt(print);
  }
}

/** Of what was pasted; the sign-in is not spent by it. */
const RETRIABLE: ReadonlySet<ErrorCode> = new Set([
  'paste_empty',
  'paste_no_code',
  'paste_other_site',
  'attempt_foreign',
  'attempt_unknown',
  'callback_malformed',
  'invalid_request',
]);
