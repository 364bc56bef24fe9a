/** The person at the terminal, or the program that feeds standard input in their place. */
export interface Terminal {
  /** Whether there is a person who can answer. */
  readonly isInteractive: boolean;
  /** Asks for a line; one that is `hidden` is not echoed. Empty where the input ends first. */
  ask(question: string, hidden?: 'hidden'): Promise<string>;
  /** The first line of what a program sends. */
  readLine(): Promise<string>;
}
