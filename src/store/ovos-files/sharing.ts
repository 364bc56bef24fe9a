/**
 * What Python programs see in the shared files:
 * - `full`: everything that they need to refresh by themselves.
 * - `access_only`: no refresh tokens and no client secrets.
 * - `off`: nothing of ours.
 */
export type Sharing = 'full' | 'access_only' | 'off';
