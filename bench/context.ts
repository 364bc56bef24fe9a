import type { JsonObject } from '../src/json.ts';

/** The context of a skill's message: ovos-bus-client puts the whole session into every one. */
export function contextOf(id: number): JsonObject {
  return {
    source: 'skill-bench.openvoiceos',
    destination: ['PHAL'],
    skill_id: 'skill-bench.openvoiceos',
    bench: id,
    session: SESSION,
  };
}

/** `SessionManager.default_session.serialize()` of ovos-bus-client 1.5.0. */
const SESSION: JsonObject = {
  active_skills: [],
  utterance_states: {},
  session_id: 'default',
  persona_id: null,
  lang: 'en-US',
  context: { timeout: 120, frame_stack: [] },
  site_id: 'unknown',
  pipeline: [
    'stop_high',
    'converse',
    'ocp_high',
    'padatious_high',
    'adapt_high',
    'ocp_medium',
    'fallback_high',
    'stop_medium',
    'adapt_medium',
    'adapt_low',
    'common_qa',
    'fallback_medium',
    'fallback_low',
  ],
  location: {
    city: {
      code: 'Lawrence',
      name: 'Lawrence',
      state: { code: 'KS', name: 'Kansas', country: { code: 'US', name: 'United States' } },
    },
    coordinate: { latitude: 38.971669, longitude: -95.23525 },
    timezone: {
      code: 'America/Chicago',
      name: 'Central Standard Time',
      dstOffset: 3_600_000,
      offset: -21_600_000,
    },
  },
  system_unit: 'metric',
  time_format: 'half',
  date_format: 'MDY',
  is_speaking: false,
  is_recording: false,
  blacklisted_skills: ['skill-ovos-stop.openvoiceos'],
  blacklisted_intents: [],
};
