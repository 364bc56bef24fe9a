/** Primary language subtags (BCP 47) of what there is. */
export const LANGUAGES = ['en', 'de', 'es', 'fr', 'it', 'nl', 'pt'] as const;

export type Language = (typeof LANGUAGES)[number];

/** The language that serves a tag such as `de-AT` or `pt_br`, if there is one. */
export function languageFor(tag: string): Language | undefined {
  const subtag = tag.split(/[-_]/, 1)[0]?.toLowerCase();
  return LANGUAGES.find((language) => language === subtag);
}
