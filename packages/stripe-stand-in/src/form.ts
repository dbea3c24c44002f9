/** A decoded form body: text at the leaves, because the form encoding knows no other type. */
export type FormValue = string | FormValue[] | FormFields;
export interface FormFields {
  [name: string]: FormValue;
}

const unsafeNames = new Set(['__proto__', 'constructor', 'prototype']);

/** Decodes Stripe's bracketed form encoding: `items[0][price]=p` becomes `{ items: [{ price: 'p' }] }`. */
export function parseForm(text: string): FormFields {
  const fields: FormFields = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const path = [...name.matchAll(/[^[\]]+|\[\]/g)].map(([part]) => part);
    if (path.length > 0 && !path.some((part) => unsafeNames.has(part))) place(fields, path, value);
  }
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, withArrays(value)]));
}

function place(fields: FormFields, path: readonly string[], value: string): void {
  const [head = '', ...rest] = path;
  const name = head === '[]' ? String(Object.keys(fields).length) : head;
  if (rest.length === 0) {
    fields[name] = value;
    return;
  }
  const inner = fields[name];
  const next: FormFields = typeof inner === 'object' && !Array.isArray(inner) ? inner : {};
  fields[name] = next;
  place(next, rest, value);
}

function withArrays(value: FormValue): FormValue {
  if (typeof value === 'string' || Array.isArray(value)) return value;
  const names = Object.keys(value);
  const converted = names.map((name): [string, FormValue] => [name, withArrays(value[name] ?? '')]);
  const isList = names.length > 0 && names.every((name, index) => name === String(index));
  return isList ? converted.map(([, item]) => item) : Object.fromEntries(converted);
}
