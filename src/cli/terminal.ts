/** The person at the terminal, or the program that feeds standard input in their place. */
export interface Terminal {
  /** Whether there is a person who can answer. */
  readonly isInteractive: boolean;
  /** Asks for a line; one that is `hidden` is not echoed. Empty where the input ends first. */
  ask(question: string, hidden?: 'hidden'): Promise<string>;
  /** The first line of what a program sends. */
  readLine(): Promise<string>;
  /** Listens to what is typed while something else goes on. */
  listen(question: string): Typing;
}

/** Lines that somebody may or may not type. */
export interface Typing {
  /** As they come, until the input ends or `close()` is called. */
  readonly lines: AsyncIterable<string>;
  /** Prints something above the line that is being typed. */
  interrupt(print: () => void): void;
  close(): void;
}
