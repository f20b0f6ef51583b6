// The same texts as the bot's: a value is a string with {name}, or one string per plural form, chosen by `count`.

export type Text = string | { one?: string; few?: string; many?: string; other: string };
export type Facts = Record<string, string | number>;

export function say(text: Text, language: string, facts: Facts = {}): string {
  const chosen = typeof text === 'string' ? text : formOf(text, language, Number(facts['count']));
  return chosen.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const fact = facts[name];
    if (fact === undefined) return whole;
    return typeof fact === 'number' ? new Intl.NumberFormat(language).format(fact) : fact;
  });
}

function formOf(forms: Exclude<Text, string>, language: string, count: number): string {
  const rule = new Intl.PluralRules(language).select(count);
  return (rule === 'one' || rule === 'few' || rule === 'many' ? forms[rule] : undefined) ?? forms.other;
}
