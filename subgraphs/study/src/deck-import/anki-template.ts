const section = /\{\{([#^])([^{}]+)\}\}([\s\S]*?)\{\{\/\2\}\}/gu;
const field = /\{\{([^#^/{}][^{}]*)\}\}/gu;
const maxDepth = 10;

/** Keeps what stands between `{{#Field}}` (or `{{^Field}}`) and `{{/Field}}` when the field is filled (or empty). */
function keepSections(template: string, values: ReadonlyMap<string, string>): string {
  let text = template;
  for (let depth = 0; depth < maxDepth; depth += 1) {
    const next = text.replace(section, (_whole, sign: string, name: string, inner: string) => {
      const isFilled = (values.get(name.trim()) ?? '').trim() !== '';
      return isFilled === (sign === '#') ? inner : '';
    });
    if (next === text) return text;
    text = next;
  }
  return text;
}

/**
 * A side of an Anki card: its template with the note's fields in it. Filters before a field's name (`type:`, `hint:`,
 * `cloze:`) are left out; a name that is no field stands for nothing, `FrontSide` too, since our cards show the
 * front above the back by themselves.
 */
export function renderSide(template: string, values: ReadonlyMap<string, string>): string {
  return keepSections(template, values).replace(field, (_whole, name: string) => {
    const last = name.split(':').at(-1)?.trim() ?? '';
    return values.get(last) ?? '';
  });
}

/** The name of the field with the gaps, as the template of a cloze note says: `{{cloze:Text}}`. */
export const clozeFieldOf = (template: string): string | null =>
  /\{\{cloze:(?:[^{}:]+:)*([^{}:]+)\}\}/u.exec(template)?.[1]?.trim() ?? null;
