/** One sentence for each plural category that a language has (CLDR); `other` is in all of them. */
export type PluralForms = Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> & { readonly other: string };

/** The form for a count, its `{count}` still open. */
export function pluralForm(lang: string, forms: PluralForms, count: number): string {
  return forms[new Intl.PluralRules(lang).select(count)] ?? forms.other;
}
