import type { Invitation } from '../broker/types.ts';
import { type ErrorCode, ERROR_KINDS } from '../errors.ts';
import type { VoiceWords } from '../locale/index.ts';
import { type Sentence, sentence } from './speaker.ts';
import { spelled, spokenAddress } from './spelling.ts';

/** What somebody is to do who wants to sign in: scan, or type a code. */
export function instruction(provider: string, device: Invitation['device']): Sentence {
  if (device === undefined) return sentence(({ scan }) => scan, { provider });
  const code = spelled(device.userCode);
  return (words) => {
    const address = spokenAddress(device.verificationUri, words.signs);
    return address === undefined
      ? sentence(({ scanAndType }) => scanAndType, { provider, code })(words)
      : sentence(({ typeCode }) => typeCode, { provider, code, address })(words);
  };
}

type Why = keyof VoiceWords['failed'];

const WHY: Readonly<Partial<Record<ErrorCode, Why>>> = {
  access_denied: 'declined',
  device_code_expired: 'expired',
  provider_error: 'unreachable',
  provider_unreachable: 'unreachable',
  provider_timeout: 'unreachable',
};

export function failure(provider: string, code: ErrorCode): Sentence {
  const why = WHY[code] ?? (ERROR_KINDS[code] === 'config' ? 'refused' : 'other');
  return sentence(({ failed }) => failed[why], { provider });
}
