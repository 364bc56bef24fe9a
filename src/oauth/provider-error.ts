/** An `error` code of a provider, fit for logs and messages: anything but a plain word is left out. */
export function errorCodeForDisplay(error: string): string {
  return /^[\w.-]{1,64}$/.test(error) ? error : 'unreadable';
}
