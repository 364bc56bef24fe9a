/** Under which OVOS knows the voice of this program: in the context of its messages and before its intents' names. */
export const SKILL_ID = 'ovos-oauth';
