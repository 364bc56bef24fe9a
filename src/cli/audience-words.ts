import { printable } from './printable.ts';

/** An audience in words. */
export function audienceWords(audience: string): string {
  const [kind, name = ''] = audience.split(':');
  if (kind === 'group') return `the devices of the group ${printable(name)}`;
  return kind === 'device' ? `the device ${printable(name)} alone` : 'every device';
}
