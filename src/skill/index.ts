/**
 * For skills in TypeScript: `import { getAccessToken } from 'ovos-oauth/skill'`. See docs/skills.md.
 * @module
 */
export { getAccessToken, type AccessToken, type AccessTokenRequest } from './access-token.ts';
export { AccessTokenError, type AccessTokenErrorCode } from './access-token-error.ts';
