import type { BusClient } from '../bus/client.ts';
import { isAtDevice } from './listener.ts';

/** Tells when somebody is near the device: they have just spoken with it and had their answer. */
export function onPresence(bus: Pick<BusClient, 'on'>, listener: () => void): () => void {
  return bus.on('ovos.utterance.handled', ({ context }) => {
    // A satellite is in another room.
    if (isAtDevice(context)) listener();
  });
}
