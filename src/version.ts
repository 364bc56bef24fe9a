/** From package.json, put in by scripts/build.mjs; run from source there is none. */
export const VERSION: string = process.env.OVOS_OAUTH_VERSION ?? '0.0.0-source';
