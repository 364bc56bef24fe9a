import type { PageWords } from './page-words.ts';

export const pages: PageWords = {
  product: 'OpenVoiceOS',
  someProvider: 'The provider',
  index: {
    heading: 'Sign-in service',
    text: 'This device connects its skills to your accounts here.',
    todo: 'To connect one, ask your device for a code and scan it.',
  },
  landing: {
    heading: 'Connect your account',
    text: 'A skill on your device asks for access to your account at {provider}.',
    skill: 'Skill',
    access: 'Access',
    defaultAccess: 'What {provider} gives by default',
    moreAccess: 'and {count} more',
    button: 'Continue to {provider}',
    password: 'You sign in there. Your device never sees your password.',
    expires: 'This link works for another {minutes}.',
  },
  leaving: {
    heading: 'One moment',
    text: 'You are being taken to {provider}.',
    link: 'Continue to {provider}',
  },
  connected: {
    heading: 'Connected',
    text: '{app} can now use {provider}.',
    close: 'You can close this page.',
  },
  failed: {
    heading: 'That did not work',
    headings: {
      not_found: 'Nothing here',
      method_not_allowed: 'Not possible',
      host_not_allowed: 'Wrong address',
      request_too_large: 'Too large',
      too_many_requests: 'Slow down, please',
      link_unknown: 'Link not valid',
      attempt_unknown: 'Sign-in not known',
      attempt_used: 'Already used',
      attempt_expired: 'Too late',
      attempt_other_browser: 'Another browser',
      access_denied: 'Sign-in declined',
      needs_credentials: 'Set-up not finished',
      shutting_down: 'Back in a moment',
    },
    again: 'Try again',
    code: 'Error code',
  },
};
