/** When this version was made, milliseconds since the Unix epoch: a clock that shows an earlier time is wrong. */
export const RELEASED_AT = Date.UTC(2026, 10, 24);
