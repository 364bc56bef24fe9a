/**
 * A client of the OVOS message bus for TypeScript programs: `import { BusClient, Message } from 'ovos-oauth/bus'`.
 * See docs/bus-client.md.
 * @module
 */
export { BusClient, type BusClientDeps, type WaitOptions } from './client.ts';
export { MessageContext } from './context.ts';
export type { MalformedReason } from './frame.ts';
export { Message } from './message.ts';
export type { QueueLimits } from './outbound-queue.ts';
export type { BusSettings } from './settings.ts';
export type { BusStats } from './stats.ts';
export type { MessageHandler } from './subscriptions.ts';
